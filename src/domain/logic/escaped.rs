// SPDX-License-Identifier: GPL-2.0

//! Bytes from elsewhere, such as the name of a task, shown in a line of words.

use core::fmt::{
    self,
    Write, //
};

/// Shows printable ASCII as it is. All else, white space and the backslash are shown as the kernel escapes
/// them: a backslash and three octal digits.
pub(crate) struct Escaped<'a>(pub(crate) &'a [u8]);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for &byte in self.0 {
            if byte.is_ascii_graphic() && byte != b'\\' {
                f.write_char(char::from(byte))?;
            } else {
                write!(f, "\\{byte:03o}")?;
            }
        }
        Ok(())
    }
}
