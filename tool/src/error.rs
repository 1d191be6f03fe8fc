// SPDX-License-Identifier: GPL-2.0

//! Why a command did not do what was asked: one line, and an exit status.

use std::{
    fmt,
    io,
    process::ExitCode, //
};

/// What ends a command early.
#[derive(Debug)]
pub(crate) enum Error {
    /// Something is wrong that the user can put right: exit status 1.
    Failed(String),
    /// What was expected is not so, as the output says: exit status 2.
    Unmet,
    /// There is nothing to measure: exit status 3.
    Unmeasured(String),
    /// The reader of the output has gone, as `head` does. That is no error.
    ClosedPipe,
}

pub(crate) type Result<T = ()> = std::result::Result<T, Error>;

impl Error {
    /// `what` failed because of `why`; `remedy` is what the user should do.
    pub(crate) fn failed(what: impl fmt::Display, why: impl fmt::Display, remedy: &str) -> Self {
        Self::Failed(format!("{what}: {why}; {remedy}"))
    }

    /// As [`Error::failed`], where nothing could be measured.
    pub(crate) fn unmeasured(
        what: impl fmt::Display,
        why: impl fmt::Display,
        remedy: &str,
    ) -> Self {
        Self::Unmeasured(format!("{what}: {why}; {remedy}"))
    }

    /// Says on stderr what happened, where the command goes on without it.
    pub(crate) fn note(self) {
        if let Self::Failed(message) | Self::Unmeasured(message) = self {
            say("note", &message);
        }
    }

    /// Says on stderr what happened, and returns the exit status.
    pub(crate) fn report(self) -> ExitCode {
        let (message, status) = match self {
            Self::Failed(message) => (message, 1),
            Self::Unmeasured(message) => (message, 3),
            Self::Unmet => return ExitCode::from(2),
            Self::ClosedPipe => return ExitCode::SUCCESS,
        };
        say("error", &message);
        ExitCode::from(status)
    }
}

/// Output could not be written. Errors of reading are made where the file's name is known.
impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::ClosedPipe;
        }
        Self::failed(
            "cannot write the output",
            error,
            "make room, or write elsewhere",
        )
    }
}

/// Writes one line to stderr. There is nobody to tell if that fails.
pub(crate) fn say(kind: &str, message: &str) {
    use io::Write;

    let line = one_line(message);
    if cfg!(test) {
        return;
    }
    let _ = writeln!(io::stderr(), "kthread-counter: {kind}: {line}");
}

/// The text without control characters, which may be in file names and in files.
pub(crate) fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '?' } else { c })
        .collect()
}
