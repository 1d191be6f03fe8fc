// SPDX-License-Identifier: GPL-2.0

//! JSON text.

use std::io;

use serde::Serialize;
use serde_json::Serializer;

use super::lines::Lines;
use crate::error::{
    Error,
    Result, //
};

/// The number of the form of our JSON. Fields are only ever added under the same number.
pub(crate) const SCHEMA: u32 = 1;
/// Of `hist`: under 1 it had other names than `show` for the same things.
pub(crate) const SCHEMA_OF_HIST: u32 = 2;

/// As JSON, with a line feed at its end.
pub(crate) fn text(value: &impl Serialize) -> Result<String> {
    let mut text = Vec::new();
    write(&mut text, value)?;
    String::from_utf8(text)
        .map_err(|error| Error::failed("cannot write JSON", error, "please report this"))
}

/// The same, where it may be large.
pub(crate) fn write(to: &mut impl io::Write, value: &impl Serialize) -> Result {
    let mut serializer = Serializer::with_formatter(&mut *to, Lines::default());
    value.serialize(&mut serializer).map_err(io::Error::from)?;
    Ok(to.write_all(b"\n")?)
}

/// The same in one line.
pub(crate) fn write_line(mut to: impl io::Write, value: &impl Serialize) -> Result {
    serde_json::to_writer(&mut to, value).map_err(io::Error::from)?;
    Ok(to.write_all(b"\n")?)
}

/// In one line.
pub(crate) fn line(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value)
        .map(|text| text + "\n")
        .map_err(|error| Error::failed("cannot write JSON", error, "please report this"))
}
