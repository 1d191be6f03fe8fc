// SPDX-License-Identifier: GPL-2.0

//! What was found, and what to do.

use serde::Serialize;

use crate::error::one_line;

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    Ok,
    /// It limits what the numbers say, or it could not be seen.
    Note,
    /// It keeps the module from being loaded, or makes its numbers wrong.
    Problem,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Finding {
    pub(crate) topic: &'static str,
    /// Its name for programs: that stays, while the words may change.
    pub(crate) check: &'static str,
    pub(crate) level: Level,
    /// One line without control characters, as is `todo`.
    pub(crate) what: String,
    pub(crate) todo: Option<String>,
}

/// The findings of one topic.
pub(super) struct Topic {
    name: &'static str,
    pub(super) findings: Vec<Finding>,
}

impl Topic {
    pub(super) fn new(name: &'static str) -> Self {
        Self {
            name,
            findings: Vec::new(),
        }
    }

    pub(super) fn ok(&mut self, check: &'static str, what: impl AsRef<str>) {
        self.add(check, Level::Ok, what.as_ref(), None);
    }

    pub(super) fn note(
        &mut self,
        check: &'static str,
        what: impl AsRef<str>,
        todo: impl AsRef<str>,
    ) {
        self.add(check, Level::Note, what.as_ref(), Some(todo.as_ref()));
    }

    pub(super) fn problem(
        &mut self,
        check: &'static str,
        what: impl AsRef<str>,
        todo: impl AsRef<str>,
    ) {
        self.add(check, Level::Problem, what.as_ref(), Some(todo.as_ref()));
    }

    /// What could not be seen, and how it can.
    pub(super) fn unseen(
        &mut self,
        check: &'static str,
        what: impl AsRef<str>,
        todo: impl AsRef<str>,
    ) {
        let what = format!("not seen: {}", what.as_ref());
        self.note(check, what, todo);
    }

    fn add(&mut self, check: &'static str, level: Level, what: &str, todo: Option<&str>) {
        self.findings.push(Finding {
            topic: self.name,
            check,
            level,
            what: one_line(what),
            todo: todo.map(one_line),
        });
    }
}
