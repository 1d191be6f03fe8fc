// SPDX-License-Identifier: GPL-2.0

//! JSON text.

use serde::Serialize;

use crate::error::{
    Error,
    Result, //
};

/// The number of the form of our JSON. Fields are only ever added under the same number.
pub(crate) const SCHEMA: u32 = 1;

/// As JSON, with a line feed at its end.
pub(crate) fn text(value: &impl Serialize) -> Result<String> {
    serde_json::to_string_pretty(value)
        .map(|text| text + "\n")
        .map_err(|error| Error::failed("cannot write JSON", error, "please report this"))
}

/// In one line.
pub(crate) fn line(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value)
        .map(|text| text + "\n")
        .map_err(|error| Error::failed("cannot write JSON", error, "please report this"))
}
