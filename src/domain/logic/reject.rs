// SPDX-License-Identifier: GPL-2.0

//! Why a value is refused: for the program an errno, for the person a sentence.

/// The kind of a rejection; each has one errno.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The text cannot be understood (EINVAL).
    Invalid,
    /// A number is outside its range (ERANGE).
    Range,
    /// What is addressed does not exist (ESRCH).
    NoSuch,
}

/// A refused value: what kind of fault it has, and a reason that says what to do better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rejection {
    /// Decides the errno.
    pub(crate) kind: Kind,
    /// Shown in `last_error`. Behind a reference, so that a result takes two words and is returned in
    /// registers: there are many.
    pub(crate) reason: &'static &'static str,
}

impl Rejection {
    /// The text cannot be understood.
    pub(crate) const fn invalid(reason: &'static &'static str) -> Self {
        let kind = Kind::Invalid;
        Self { kind, reason }
    }

    /// A number is outside its range.
    pub(crate) const fn range(reason: &'static &'static str) -> Self {
        let kind = Kind::Range;
        Self { kind, reason }
    }

    /// What is addressed does not exist.
    pub(crate) const fn no_such(reason: &'static &'static str) -> Self {
        let kind = Kind::NoSuch;
        Self { kind, reason }
    }
}
