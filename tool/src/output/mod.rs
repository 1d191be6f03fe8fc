// SPDX-License-Identifier: GPL-2.0

//! What is written: for people, and for programs.

pub(crate) mod document;
pub(crate) mod grid;
pub(crate) mod json;
pub(crate) mod picture;
pub(crate) mod style;
pub(crate) mod units;

use std::io::{
    stdout,
    Write, //
};

use crate::error::Result;

/// Writes to stdout, all at once. `print!` would panic when the reader has gone.
pub(crate) fn print(text: &str) -> Result {
    let mut out = stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}
