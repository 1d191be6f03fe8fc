// SPDX-License-Identifier: GPL-2.0

//! Where the files are: in /proc, or in a folder to which they were saved.

use std::{
    fs,
    io,
    path::PathBuf, //
};

use crate::error::{
    Error,
    Result, //
};

pub(crate) const TABLE: &str = "kthread_counter";
pub(crate) const HISTOGRAM: &str = "kthread_counter_hist";

/// A folder with the files.
pub(crate) struct Source {
    folder: PathBuf,
    saved: bool,
}

/// What is in a file, and its name for messages.
#[derive(Debug)]
pub(crate) struct Contents {
    pub(crate) path: PathBuf,
    pub(crate) bytes: Vec<u8>,
}

impl Source {
    /// The files saved to a folder, or this machine's.
    pub(crate) fn new(from: Option<PathBuf>) -> Self {
        Self {
            saved: from.is_some(),
            folder: from.unwrap_or_else(|| PathBuf::from("/proc")),
        }
    }

    /// The folder, if it is not /proc.
    pub(crate) fn saved(&self) -> Option<&PathBuf> {
        self.saved.then_some(&self.folder)
    }

    /// Whether there is a table.
    pub(crate) fn is_there(&self) -> bool {
        self.folder.join(TABLE).exists()
    }

    /// Reads a file from its start to its end: the module makes its text while it is read.
    pub(crate) fn read(&self, name: &str) -> Result<Contents> {
        let path = self.folder.join(name);
        match fs::read(&path) {
            Ok(bytes) => Ok(Contents { path, bytes }),
            Err(error) if self.saved => Err(Error::failed(
                format_args!("cannot read {}", path.display()),
                error,
                "give --from a folder that `kthread-counter save` has written",
            )),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Error::unmeasured(
                format_args!("{} is not there", path.display()),
                "the module kthread_counter is not loaded",
                "load it as root: modprobe kthread_counter",
            )),
            Err(error) => Err(Error::failed(
                format_args!("cannot read {}", path.display()),
                error,
                "see who may read it",
            )),
        }
    }
}
