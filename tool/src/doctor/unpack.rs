// SPDX-License-Identifier: GPL-2.0

//! Compressed files, which the machine's own programs unpack.

use std::{
    io::{
        self,
        Read, //
    },
    path::Path,
    process::{
        Command,
        Stdio, //
    }, //
};

use super::place::Place;

/// A module or a configuration is smaller.
const MOST: u64 = 64 << 20;

/// What is in a file, unpacked if its name says that it is compressed.
pub(super) fn bytes(place: &Place, path: &Path) -> io::Result<Vec<u8>> {
    let program = match path.extension().and_then(|extension| extension.to_str()) {
        Some("gz") => "gzip",
        Some("xz") => "xz",
        Some("zst") => "zstd",
        _ => return place.bytes(path),
    };
    let mut child = Command::new(program)
        .arg("-dc")
        .stdin(place.open(path)?)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| io::Error::new(error.kind(), format!("{program}: {error}")))?;
    let mut bytes = Vec::new();
    let read = match child.stdout.take() {
        Some(pipe) => pipe.take(MOST).read_to_end(&mut bytes),
        None => Ok(0),
    };
    let status = child.wait()?;
    read?;
    if status.success() {
        Ok(bytes)
    } else {
        Err(io::Error::other(format!("{program} failed: {status}")))
    }
}
