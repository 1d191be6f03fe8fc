// SPDX-License-Identifier: GPL-2.0

//! Values that are on or off, as the kernel reads and shows its own.

use kernel::{
    prelude::*,
    str::kstrtobool_bytes, //
};

use crate::domain::logic::{
    reject::Rejection,
    text, //
};

/// What the name alone means as an argument of `insmod`.
pub(super) const BARE: Option<&CStr> = Some(c"1");

/// Parses a value.
pub(super) fn parse(text: &[u8]) -> Result<bool, Rejection> {
    let text = text::trim(text);
    if text.is_empty() {
        return Err(text::EMPTY);
    }
    kstrtobool_bytes(text).map_err(|_| Rejection::invalid(&"neither Y nor N"))
}

/// How it is shown.
pub(super) fn name(on: bool) -> &'static str {
    if on {
        "Y"
    } else {
        "N"
    }
}
