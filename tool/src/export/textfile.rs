// SPDX-License-Identifier: GPL-2.0

//! A file for node_exporter's textfile collector: whole at any time.

use std::{
    ffi::OsString,
    fs::{
        self,
        OpenOptions, //
    },
    io::{
        self,
        Write, //
    },
    path::{
        Path,
        PathBuf, //
    }, //
};

use crate::error::{
    Error,
    Result, //
};

/// Writes beside it, where the collector does not look, and renames.
pub(crate) fn write(file: &Path, text: &str) -> Result {
    let failed = |error: io::Error| {
        Error::failed(
            format_args!("cannot write {}", file.display()),
            error,
            "make room, or see who may write to the folder",
        )
    };
    let Some(beside) = beside(file) else {
        return Err(Error::failed(
            format_args!("cannot write {}", file.display()),
            "node_exporter only reads files whose names end with .prom",
            "give it such a name",
        ));
    };
    let written = create(&beside, text).and_then(|()| fs::rename(&beside, file));
    written.map_err(|error| {
        let _ = fs::remove_file(&beside);
        failed(error)
    })
}

/// Two that write the same file do not write to the same place.
fn beside(file: &Path) -> Option<PathBuf> {
    file.extension().filter(|extension| *extension == "prom")?;
    let mut name = OsString::from(".");
    name.push(file.file_name()?);
    name.push(format!(".{}", std::process::id()));
    Some(file.with_file_name(name))
}

/// A new file, so that a link which somebody else put there is not followed.
fn create(file: &Path, text: &str) -> io::Result<()> {
    let _ = fs::remove_file(file);
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(file)?
        .write_all(text.as_bytes())
}
