// SPDX-License-Identifier: GPL-2.0

//! What is wrong in a file, and where. What is right in it is shown all the same.

use std::{
    fmt,
    path::Path, //
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    file: String,
    /// Counted from 1; 0 if it is about the whole file.
    line: usize,
    what: String,
}

impl Problem {
    pub(crate) fn new(file: &Path, line: usize, what: impl fmt::Display) -> Self {
        Self {
            file: file.display().to_string(),
            line,
            what: what.to_string(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.what),
            line => write!(f, "{}:{line}: {}", self.file, self.what),
        }
    }
}
