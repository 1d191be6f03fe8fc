// SPDX-License-Identifier: GPL-2.0

//! What is written: for people, and for programs.

pub(crate) mod compared;
pub(crate) mod document;
pub(crate) mod grid;
pub(crate) mod html;
pub(crate) mod json;
mod lines;
pub(crate) mod picture;
pub(crate) mod plain;
pub(crate) mod progress;
pub(crate) mod rt_tests;
pub(crate) mod run_text;
pub(crate) mod short;
mod strip;
pub(crate) mod style;
pub(crate) mod svg;
pub(crate) mod units;

use std::{
    fs,
    io::{
        sink,
        stdout,
        BufWriter,
        Write, //
    },
    path::Path, //
};

use crate::error::{
    Error,
    Result, //
};

/// Writes to stdout, all at once. `print!` would panic when the reader has gone.
pub(crate) fn print(text: &str) -> Result {
    if cfg!(test) {
        return Ok(());
    }
    let mut out = stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

/// Stdout, for what is too much to have it all at once. It has to be flushed, which may fail.
pub(crate) fn large() -> BufWriter<Box<dyn Write>> {
    const PIECE: usize = 64 * 1024;

    BufWriter::with_capacity(
        PIECE,
        match cfg!(test) {
            true => Box::new(sink()),
            false => Box::new(stdout().lock()),
        },
    )
}

/// Writes to a file, or to stdout if it is `-`. What is in the file already is overwritten.
pub(crate) fn write(file: &Path, text: &str) -> Result {
    if file == Path::new("-") {
        return print(text);
    }
    fs::write(file, text).map_err(|error| {
        Error::failed(
            format_args!("cannot write {}", file.display()),
            error,
            "make room, or write elsewhere",
        )
    })
}
