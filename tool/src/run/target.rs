// SPDX-License-Identifier: GPL-2.0

//! Where the result goes: stdout, or a file that is there only when it is whole.

use std::{
    fs::{
        self,
        File, //
    },
    io::{
        self,
        stdout,
        Write, //
    },
    os::{
        fd::{
            AsFd,
            BorrowedFd, //
        },
        unix::ffi::OsStrExt, //
    },
    path::{
        Path,
        PathBuf, //
    },
    time::{
        Duration,
        Instant, //
    }, //
};

use rustix::{
    event::{
        poll,
        PollFd,
        PollFlags,
        Timespec, //
    },
    io::{
        write,
        Errno, //
    },
    termios::isatty, //
};

use super::interrupt::Interrupt;
use crate::error::{
    Error,
    Result, //
};

/// How long who reads may take for a piece, once we are to end.
const PATIENCE: Duration = Duration::from_secs(1);
const PAUSE: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 50_000_000,
};
/// A pipe that can be written to has room for so much, a terminal for less.
const PIECE: usize = 4_096;
const PIECE_OF_TERMINAL: usize = 128;

pub(crate) enum Target {
    Stdout,
    /// What cannot be replaced, such as a pipe.
    Special(File),
    File(Unfinished),
    /// Nobody reads it any more.
    Gone,
}

/// Under another name until it is whole; removed if it does not get so far.
pub(crate) struct Unfinished {
    file: File,
    temporary: PathBuf,
    path: PathBuf,
}

impl Target {
    /// Whether it can be written is found out now, and not after an hour.
    pub(crate) fn open(path: Option<&Path>) -> Result<Self> {
        let Some(path) = path else {
            return Ok(Self::Stdout);
        };
        check_name(path)?;
        if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
            let file = File::options().write(true).open(path);
            return file
                .map(Self::Special)
                .map_err(|error| cannot_write(path, &error));
        }
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}", std::process::id()));
        let temporary = path.with_file_name(name);
        let file = File::create_new(&temporary).map_err(|error| cannot_write(path, &error))?;
        Ok(Self::File(Unfinished {
            file,
            temporary,
            path: path.to_owned(),
        }))
    }

    /// A part of it may be written if it fails, so that no more is written then.
    pub(crate) fn write(&mut self, text: &str, interrupt: &Interrupt) -> Result {
        let result = match self {
            Self::Stdout if cfg!(test) => Ok(()),
            Self::Stdout => write_to(stdout().as_fd(), text.as_bytes(), interrupt),
            Self::Special(file) => write_to(file.as_fd(), text.as_bytes(), interrupt),
            Self::File(unfinished) => {
                let result = unfinished.file.write_all(text.as_bytes());
                return result.map_err(|error| cannot_write(&unfinished.path, &error));
            }
            Self::Gone => return Err(Error::ClosedPipe),
        };
        if result.is_err() {
            *self = Self::Gone;
        }
        result
    }

    pub(crate) fn finish(self) -> Result {
        let Self::File(unfinished) = self else {
            return Ok(());
        };
        let Unfinished {
            file,
            temporary,
            path,
        } = &unfinished;
        file.sync_all()
            .and_then(|()| fs::rename(temporary, path))
            .map_err(|error| cannot_write(path, &error))
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // It has another name if it is whole.
        let _ = fs::remove_file(&self.temporary);
    }
}

/// A name that only a folder can have: the file would not get it at the end.
fn check_name(path: &Path) -> Result {
    let is_folders = [&b"/"[..], b"/."]
        .iter()
        .any(|end| path.as_os_str().as_bytes().ends_with(end));
    match path.file_name() {
        Some(_) if !is_folders => Ok(()),
        _ => Err(cannot_write(
            path,
            &io::Error::from(io::ErrorKind::IsADirectory),
        )),
    }
}

/// Piece by piece, and only what does not block: a signal is to end it, whoever does not read.
fn write_to(fd: BorrowedFd<'_>, mut bytes: &[u8], interrupt: &Interrupt) -> Result {
    let piece = if isatty(fd) { PIECE_OF_TERMINAL } else { PIECE };
    let mut since = Instant::now();
    while !bytes.is_empty() {
        if !is_ready(fd)? {
            if interrupt.came() && since.elapsed() > PATIENCE {
                return Err(Error::unmeasured(
                    "interrupted",
                    "nobody reads the output",
                    "read it, or write it to a file with -O",
                ));
            }
            continue;
        }
        let next = bytes.get(..piece).unwrap_or(bytes);
        let written = match write(fd, next) {
            Err(Errno::INTR | Errno::AGAIN) => continue,
            result => result.map_err(io::Error::from)?,
        };
        bytes = bytes.get(written..).unwrap_or_default();
        since = Instant::now();
    }
    Ok(())
}

/// Whether it can be written to, or whether that fails at once.
fn is_ready(fd: BorrowedFd<'_>) -> Result<bool> {
    let mut fds = [PollFd::from_borrowed_fd(fd, PollFlags::OUT)];
    match poll(&mut fds, Some(&PAUSE)) {
        Ok(ready) => Ok(ready > 0),
        Err(Errno::INTR) => Ok(false),
        Err(errno) => Err(io::Error::from(errno).into()),
    }
}

fn cannot_write(path: &Path, error: &io::Error) -> Error {
    Error::failed(
        format_args!("cannot write {}", path.display()),
        error,
        "make room, or give another file with -O",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::pipe::pipe;
    use std::{
        io::Read,
        sync::mpsc,
        thread, //
    };

    const LONG: usize = 1 << 20;

    /// How a write ends that nobody waits for longer than this.
    fn write_in_time(writes: File, came: bool) -> (Result, bool) {
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let mut target = Target::Special(writes);
            let result = target.write(&"x".repeat(LONG), &Interrupt::after(came));
            let _ = sender.send((result, matches!(target, Target::Gone)));
        });
        receiver.recv_timeout(20 * PATIENCE).unwrap()
    }

    #[test]
    fn a_full_pipe_that_nobody_reads_can_be_interrupted() {
        let (_reads, writes) = pipe().unwrap();
        let (result, gone) = write_in_time(writes.into(), true);
        assert!(matches!(result, Err(Error::Unmeasured(_))), "{result:?}");
        assert!(gone);
    }

    #[test]
    fn who_reads_slowly_gets_all_of_it_also_after_a_signal() {
        let (reads, writes) = pipe().unwrap();
        let reader = thread::spawn(move || {
            let (mut reads, mut text) = (File::from(reads), Vec::new());
            thread::sleep(PATIENCE / 2);
            reads.read_to_end(&mut text).unwrap();
            text.len()
        });
        assert!(write_in_time(writes.into(), true).0.is_ok());
        assert_eq!(reader.join().unwrap(), LONG);
    }

    #[test]
    fn nothing_more_is_written_when_the_reader_has_gone() {
        let (_, writes) = pipe().unwrap();
        let mut target = Target::Special(writes.into());
        for _ in 0..2 {
            let result = target.write("x", &Interrupt::after(false));
            assert!(matches!(result, Err(Error::ClosedPipe)), "{result:?}");
        }
        assert!(target.finish().is_ok());
    }

    #[test]
    fn what_somebody_has_put_there_is_not_written_to() {
        let folder =
            std::env::temp_dir().join(format!("kthread-counter-link-{}", std::process::id()));
        fs::create_dir(&folder).unwrap();
        let (path, other) = (folder.join("result"), folder.join("other"));
        let planted = folder.join(format!("result.{}", std::process::id()));
        std::os::unix::fs::symlink(&other, &planted).unwrap();
        assert!(Target::open(Some(&path)).is_err());
        assert!(!other.exists());
        fs::remove_file(&planted).unwrap();
        let mut target = Target::open(Some(&path)).unwrap();
        target.write("x", &Interrupt::after(false)).unwrap();
        assert!(!path.exists());
        target.finish().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "x");
        assert!(!planted.exists());
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn what_only_a_folder_can_be_called_is_refused_at_once() {
        let folder =
            std::env::temp_dir().join(format!("kthread-counter-target-{}", std::process::id()));
        fs::create_dir(&folder).unwrap();
        for name in ["new/", "new/.", "new/..", ".", "..", "new//"] {
            let path = PathBuf::from(format!("{}/{name}", folder.display()));
            assert!(Target::open(Some(&path)).is_err(), "{name}");
        }
        assert!(Target::open(Some(Path::new(""))).is_err());
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
        assert!(Target::open(Some(&folder.join("new"))).is_ok());
        fs::remove_dir(&folder).unwrap();
    }
}
