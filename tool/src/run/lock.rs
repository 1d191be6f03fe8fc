// SPDX-License-Identifier: GPL-2.0

//! Keeps two measurements apart: one that sets the module up is alone, those that only look are not.
//!
//! Only root can set the module up, so only root takes the lock: who may open the file may hold it, and keep all
//! others from measuring. Others, who can only look, take none.

use std::{
    fs::{
        self,
        File, //
    },
    io,
    os::unix::fs::{
        MetadataExt,
        OpenOptionsExt,
        PermissionsExt, //
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

const FOLDERS: [&str; 2] = ["/run", "/var/run"];

/// It is released when the process ends, however that ends.
pub(crate) struct Lock {
    /// None of who is not root.
    _file: Option<File>,
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
        let file = match open(path) {
            Ok(file) => file,
            Err(error) if sets_nothing(&error, operation) => return Ok(Self { _file: None }),
            Err(error) => return Err(failed(error.to_string(), "see what is there")),
        };
        match flock(&file, operation) {
            Ok(()) => Ok(Self { _file: Some(file) }),
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
    let mut folders = FOLDERS.into_iter().map(Path::new);
    let [usual, _] = FOLDERS.map(Path::new);
    folders
        .find(|folder| folder.is_dir())
        .unwrap_or(usual)
        .join("kthread-counter.lock")
}

/// Who only looks needs no lock, nor who may do no more.
fn sets_nothing(error: &io::Error, operation: FlockOperation) -> bool {
    let is_root = rustix::process::geteuid().is_root();
    operation == FlockOperation::NonBlockingLockShared
        || (error.kind() == io::ErrorKind::PermissionDenied && !is_root)
}

/// Nobody else may open it, as whoever made it.
fn open(path: &Path) -> io::Result<File> {
    // What is there may be no file, and is not waited for.
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let file = File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(flags.bits() as i32)
        .open(path)?;
    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
    }
    Ok(file)
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

    #[test]
    fn nobody_else_may_hold_it() {
        let path =
            std::env::temp_dir().join(format!("kthread-counter-mode-{}", std::process::id()));
        let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        let alone = FlockOperation::NonBlockingLockExclusive;
        drop(Lock::take(&path, alone).unwrap());
        assert_eq!(mode(), 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
        drop(Lock::take(&path, alone).unwrap());
        assert_eq!(mode(), 0o600);
        fs::remove_file(&path).unwrap();
        // Nor is a link followed, or a pipe waited for.
        std::os::unix::fs::symlink("/dev/null", &path).unwrap();
        assert!(Lock::take(&path, alone).is_err());
        // Who only looks does not need it.
        let others = FlockOperation::NonBlockingLockShared;
        assert!(Lock::take(&path, others).is_ok_and(|lock| lock._file.is_none()));
        fs::remove_file(&path).unwrap();
    }

    #[test]
    fn it_is_where_only_root_can_make_it() {
        let folder = path().parent().unwrap().to_owned();
        if let Ok(metadata) = fs::metadata(&folder) {
            assert_eq!(metadata.mode() & 0o022, 0, "{}", folder.display());
        }
    }
}
