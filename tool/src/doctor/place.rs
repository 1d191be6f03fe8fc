// SPDX-License-Identifier: GPL-2.0

//! The machine that is looked at: files below its root folder, and its clocks.

use std::{
    fs::{
        self,
        File, //
    },
    io::{
        self,
        Read, //
    },
    path::{
        Path,
        PathBuf, //
    }, //
};

use rustix::{
    fs::{
        access,
        Access, //
    },
    time::{
        clock_getres,
        ClockId, //
    }, //
};

/// The kernel's own files are smaller, and so is a module.
const MOST: u64 = 64 << 20;

/// What clocks say of themselves, in nanoseconds.
#[derive(Clone, Copy)]
pub(super) struct Clocks {
    /// The resolution of CLOCK_MONOTONIC: 1, or a tick without high-resolution timers.
    pub(super) fine: i64,
    /// The resolution of CLOCK_MONOTONIC_COARSE: a tick.
    pub(super) tick: i64,
}

impl Clocks {
    fn here() -> Self {
        let of = |clock| {
            let time = clock_getres(clock);
            time.tv_sec
                .saturating_mul(1_000_000_000)
                .saturating_add(time.tv_nsec)
        };
        Self {
            fine: of(ClockId::Monotonic),
            tick: of(ClockId::MonotonicCoarse),
        }
    }
}

/// What became of a try to read a file.
pub(super) enum Seen {
    Text(String),
    Absent,
    /// It is there, and cannot be read.
    Hidden,
}

pub(crate) struct Place {
    root: PathBuf,
    pub(super) clocks: Clocks,
}

impl Place {
    /// The machine whose root folder this is. Its clocks are those of the running kernel.
    pub(crate) fn new(root: PathBuf) -> Self {
        Self {
            root,
            clocks: Clocks::here(),
        }
    }

    #[cfg(test)]
    pub(super) fn with_clocks(root: PathBuf, clocks: Clocks) -> Self {
        Self { root, clocks }
    }

    /// `path` is below the root, without a slash at its start.
    pub(super) fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.root.join(path)
    }

    pub(super) fn is_there(&self, path: impl AsRef<Path>) -> bool {
        self.path(path).symlink_metadata().is_ok()
    }

    pub(super) fn can_write(&self, path: impl AsRef<Path>) -> bool {
        access(self.path(path), Access::WRITE_OK).is_ok()
    }

    pub(super) fn open(&self, path: impl AsRef<Path>) -> io::Result<File> {
        File::open(self.path(path))
    }

    pub(super) fn bytes(&self, path: impl AsRef<Path>) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.open(path)?.take(MOST).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    pub(super) fn read(&self, path: impl AsRef<Path>) -> Seen {
        match self.bytes(path) {
            Ok(bytes) => Seen::Text(String::from_utf8_lossy(&bytes).into_owned()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Seen::Absent,
            Err(_) => Seen::Hidden,
        }
    }

    /// The text of a file, without white space around it.
    pub(super) fn text(&self, path: impl AsRef<Path>) -> Option<String> {
        match self.read(path) {
            Seen::Text(text) => Some(text.trim().to_owned()),
            Seen::Absent | Seen::Hidden => None,
        }
    }

    /// The number that a file holds.
    pub(super) fn number(&self, path: impl AsRef<Path>) -> Option<i64> {
        self.text(path)?.parse().ok()
    }

    /// What is in a folder, in order.
    pub(super) fn names(&self, path: impl AsRef<Path>) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.path(path)) else {
            return Vec::new();
        };
        let mut names: Vec<String> = entries
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .collect();
        names.sort();
        names
    }

    /// The release of the running kernel.
    pub(super) fn release(&self) -> Option<String> {
        self.text("proc/sys/kernel/osrelease")
            .filter(|release| !release.is_empty() && !release.contains('/'))
    }

    /// Whether the kernel was booted with this word, such as `nohz=off`.
    pub(super) fn is_booted_with(&self, word: &str) -> bool {
        let line = self.text("proc/cmdline").unwrap_or_default();
        line.split_ascii_whitespace().any(|one| one == word)
    }
}
