// SPDX-License-Identifier: GPL-2.0

//! Permission bits.

use core::fmt;

use super::{
    reject::Rejection,
    text, //
};

/// Permission bits of a file: 0 to 0777.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mode(u16);

impl Mode {
    /// Only root may read and write.
    pub(crate) const DEFAULT: Self = Self(0o600);

    /// Parses octal digits.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, Rejection> {
        const TOO_LARGE: Rejection = Rejection::range(&"more than 0777");

        let text = text::trim(text);
        if text.is_empty() {
            return Err(text::EMPTY);
        }
        if !text.iter().all(|digit| (b'0'..=b'7').contains(digit)) {
            return Err(Rejection::invalid(&"not an octal number"));
        }
        text.iter()
            .try_fold(0u16, |bits, digit| {
                let bits = bits.checked_mul(8)? + u16::from(digit - b'0');
                (bits <= 0o777).then_some(bits)
            })
            .map(Self)
            .ok_or(TOO_LARGE)
    }

    /// The bits.
    pub(crate) fn bits(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04o}", self.0)
    }
}
