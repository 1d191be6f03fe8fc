// SPDX-License-Identifier: GPL-2.0

//! Why the last rejected write was rejected.

use core::{
    ffi::CStr,
    fmt, //
};

use crate::domain::logic::text::trim;

/// How much of a value is kept.
const CAPACITY: usize = 64;

/// A rejected write, or none. Lives in a static, so it owns nothing.
pub(crate) struct LastError(Option<Rejected>);

struct Rejected {
    parameter: &'static CStr,
    value: [u8; CAPACITY],
    len: usize,
    is_whole: bool,
    reason: &'static str,
}

impl LastError {
    /// Nothing has been rejected.
    pub(crate) const NONE: Self = Self(None);

    /// Keeps a rejection.
    pub(crate) fn new(parameter: &'static CStr, value: &[u8], reason: &'static str) -> Self {
        let value = trim(value);
        let len = value.len().min(CAPACITY);
        let mut kept = [0; CAPACITY];
        kept[..len].copy_from_slice(&value[..len]);
        Self(Some(Rejected {
            parameter,
            value: kept,
            len,
            is_whole: len == value.len(),
            reason,
        }))
    }
}

impl fmt::Display for LastError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(rejected) = &self.0 else {
            return f.write_str("none");
        };
        let value = rejected.value[..rejected.len].escape_ascii();
        let more = if rejected.is_whole { "" } else { "..." };
        write!(
            f,
            "{}: \"{value}{more}\": {}",
            rejected.parameter.to_str().unwrap_or_default(),
            rejected.reason
        )
    }
}

// The kernel's printing macros have a trait of their own.
impl kernel::fmt::Display for LastError {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
