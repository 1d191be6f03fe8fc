// SPDX-License-Identifier: GPL-2.0

//! Keeps two measurements apart: one that sets the module up is alone, those that only look are not.

use std::{
    fs::{
        self,
        File, //
    },
    io,
    os::unix::fs::{
        MetadataExt,
        OpenOptionsExt, //
    },
    path::{
        Path,
        PathBuf, //
    }, //
};

use rustix::{
    fs::{
        flock,
        FlockOperation,
        OFlags, //
    },
    io::Errno, //
};

use crate::error::{
    Error,
    Result, //
};

/// It is released when the process ends, however that ends.
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    pub(crate) fn alone() -> Result<Self> {
        Self::take(&path(), FlockOperation::NonBlockingLockExclusive)
    }

    pub(crate) fn with_others() -> Result<Self> {
        Self::take(&path(), FlockOperation::NonBlockingLockShared)
    }

    fn take(path: &Path, operation: FlockOperation) -> Result<Self> {
        let failed = |why: String, remedy: &str| {
            Error::failed(format_args!("cannot lock {}", path.display()), why, remedy)
        };
        let file = open(path).map_err(|error| failed(error.to_string(), "run this as root"))?;
        match flock(&file, operation) {
            Ok(()) => Ok(Self { _file: file }),
            Err(Errno::AGAIN) => {
                let owner = owner(&file)
                    .map_or("another process".to_owned(), |pid| format!("process {pid}"));
                Err(failed(
                    format!("{owner} measures already"),
                    "wait for its end, or end it",
                ))
            }
            Err(errno) => Err(failed(errno.to_string(), "see who may do that")),
        }
    }
}

fn path() -> PathBuf {
    let folder = ["/run/lock", "/run"]
        .into_iter()
        .map(Path::new)
        .find(|folder| folder.is_dir());
    folder
        .unwrap_or(Path::new("/tmp"))
        .join("kthread-counter.lock")
}

/// Without O_CREAT first: in a folder for everybody the kernel refuses that with the file of another user.
fn open(path: &Path) -> io::Result<File> {
    let options = |create: bool| {
        let mut options = File::options();
        options
            .read(true)
            .custom_flags(OFlags::NOFOLLOW.bits() as i32);
        if create {
            options.write(true).create(true).mode(0o644);
        }
        options
    };
    match options(false).open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => options(true).open(path),
        result => result,
    }
}

/// The process that has the lock: `1: FLOCK  ADVISORY  WRITE 4242 00:1b:1234 0 EOF`.
fn owner(file: &File) -> Option<u32> {
    let inode = file.metadata().ok()?.ino().to_string();
    let locks = fs::read_to_string("/proc/locks").ok()?;
    locks.lines().find_map(|line| {
        let mut words = line.split_ascii_whitespace().skip(1);
        (words.next()? == "FLOCK").then_some(())?;
        let pid = words.nth(2)?.parse().ok()?;
        (words.next()?.rsplit(':').next()? == inode).then_some(pid)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_is_alone_is_named_to_others() {
        let path = std::env::temp_dir().join(format!("kthread-counter-{}", std::process::id()));
        let alone = FlockOperation::NonBlockingLockExclusive;
        let others = FlockOperation::NonBlockingLockShared;
        let first = Lock::take(&path, alone).unwrap();
        let Err(Error::Failed(text)) = Lock::take(&path, others) else {
            panic!("two at a time");
        };
        let me = format!("process {} measures", std::process::id());
        assert!(text.contains(&me), "{text}");
        drop(first);
        let first = Lock::take(&path, others).unwrap();
        let second = Lock::take(&path, others).unwrap();
        assert!(Lock::take(&path, alone).is_err());
        drop((first, second));
        assert!(Lock::take(&path, alone).is_ok());
        fs::remove_file(path).unwrap();
    }
}
