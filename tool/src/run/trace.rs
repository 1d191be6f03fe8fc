// SPDX-License-Identifier: GPL-2.0

//! The kernel's trace, which the module stops at the first wake that was too late.

use std::{
    fs::{
        self,
        File, //
    },
    io,
    os::unix::fs::OpenOptionsExt,
    path::{
        Path,
        PathBuf, //
    }, //
};

use rustix::fs::OFlags;

const FOLDERS: [&str; 2] = ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"];

/// Turns tracing on again when it goes, if it was on.
pub(crate) struct Trace {
    folder: PathBuf,
    was_on: bool,
}

impl Trace {
    /// There is none if the kernel has no ftrace, if nobody has mounted tracefs, or if we may not see it.
    pub(crate) fn find() -> Option<Self> {
        FOLDERS.into_iter().map(PathBuf::from).find_map(Self::of)
    }

    /// That of this folder.
    pub(crate) fn of(folder: PathBuf) -> Option<Self> {
        let was_on = is_on(&folder)?;
        Some(Self { folder, was_on })
    }

    pub(crate) fn was_on(&self) -> bool {
        self.was_on
    }

    /// Keeps what led to it, and turns tracing on again.
    pub(crate) fn keep(&self, path: &Path) -> io::Result<()> {
        let result = self.copy_to(path);
        self.turn_on();
        result
    }

    /// It may be large. Only root may see it, and it goes to no other file that a link names.
    fn copy_to(&self, path: &Path) -> io::Result<()> {
        let mut trace = File::open(self.folder.join("trace"))?;
        let mut file = File::options()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .custom_flags(OFlags::NOFOLLOW.bits() as i32)
            .open(path)?;
        io::copy(&mut trace, &mut file).map(|_| ())
    }

    /// If it was on.
    pub(crate) fn turn_on(&self) {
        if self.was_on && is_on(&self.folder) == Some(false) {
            // There is nobody to tell: it was to be as before.
            let _ = fs::write(self.folder.join("tracing_on"), "1");
        }
    }
}

impl Drop for Trace {
    fn drop(&mut self) {
        self.turn_on();
    }
}

fn is_on(folder: &Path) -> Option<bool> {
    let text = fs::read_to_string(folder.join("tracing_on")).ok()?;
    Some(text.trim() != "0")
}
