// SPDX-License-Identifier: GPL-2.0

//! The module's file, where modprobe looks for it.

use std::{
    io,
    path::{
        Path,
        PathBuf, //
    }, //
};

use super::{
    place::Place,
    unpack, //
};

const NAMES: [&str; 4] = [
    "kthread_counter.ko",
    "kthread_counter.ko.xz",
    "kthread_counter.ko.zst",
    "kthread_counter.ko.gz",
];
/// The kernel's own build puts it into the first, DKMS and others into the next.
const FOLDERS: [&str; 5] = ["updates", "updates/dkms", "extra", "misc", "weak-updates"];
const MODULES: &str = "lib/modules";

/// Where the file of the running kernel is.
pub(super) struct ModuleFile {
    /// Below the root.
    pub(super) path: PathBuf,
    /// Whether modprobe finds it.
    pub(super) is_indexed: bool,
}

/// What a file says of itself.
pub(super) struct Contents {
    /// The release that it was built for, and what else it has to have in common with the kernel.
    pub(super) version_magic: Option<String>,
    pub(super) is_signed: bool,
}

impl ModuleFile {
    pub(super) fn find(place: &Place, release: &str) -> Option<Self> {
        let folder = Path::new(MODULES).join(release);
        let index = place.text(folder.join("modules.dep")).unwrap_or_default();
        let indexed = index.lines().find_map(|line| {
            let path = line.split_once(':')?.0;
            let name = path.rsplit('/').next()?;
            NAMES.contains(&name).then(|| path.to_owned())
        });
        if let Some(path) = indexed {
            let path = folder.join(path.trim_start_matches('/'));
            if place.is_there(&path) {
                return Some(Self {
                    path,
                    is_indexed: true,
                });
            }
        }
        let of_folder = |sub: &str| {
            NAMES
                .iter()
                .map(|name| folder.join(sub).join(name))
                .find(|path| place.is_there(path))
        };
        let path = FOLDERS.iter().copied().find_map(of_folder)?;
        Some(Self {
            path,
            is_indexed: false,
        })
    }

    /// The other kernels that it is installed for.
    pub(super) fn others(place: &Place, release: &str) -> Vec<String> {
        let mut others = place.names(MODULES);
        others.retain(|other| other != release && Self::find(place, other).is_some());
        others
    }

    pub(super) fn contents(&self, place: &Place) -> io::Result<Contents> {
        unpack::bytes(place, &self.path).map(|bytes| Contents::of(&bytes))
    }
}

impl Contents {
    /// The section .modinfo has texts that end with a zero; no other part of a module begins one so.
    fn of(bytes: &[u8]) -> Self {
        Self {
            version_magic: bytes
                .split(|&byte| byte == 0)
                .find_map(|text| text.strip_prefix(b"vermagic="))
                .map(|text| String::from_utf8_lossy(text).trim().to_owned()),
            is_signed: bytes.ends_with(b"~Module signature appended~\n"),
        }
    }

    /// The release that it was built for.
    pub(super) fn release(&self) -> Option<&str> {
        self.version_magic.as_deref()?.split(' ').next()
    }
}
