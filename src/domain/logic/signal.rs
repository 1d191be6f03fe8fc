// SPDX-License-Identifier: GPL-2.0

//! The signals that a worker understands, and the command that sends one.

use super::{
    ids::Ids,
    reject::Rejection,
    text, //
};

/// A signal that a worker allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    /// Zeroes the worker's counters.
    Hup,
    /// Ends the thread.
    Int,
    /// Ends the thread.
    Kill,
    /// Is counted.
    Usr1,
    /// Is counted.
    Usr2,
    /// Ends the thread.
    Term,
}

impl Signal {
    /// All of them.
    pub(crate) const ALL: [Self; 6] = [
        Self::Hup,
        Self::Int,
        Self::Kill,
        Self::Usr1,
        Self::Usr2,
        Self::Term,
    ];

    /// The number, as in `include/uapi/asm-generic/signal.h`.
    pub(crate) const fn number(self) -> i32 {
        match self {
            Self::Hup => 1,
            Self::Int => 2,
            Self::Kill => 9,
            Self::Usr1 => 10,
            Self::Usr2 => 12,
            Self::Term => 15,
        }
    }

    /// The signal with a number, if a worker allows it.
    pub(crate) fn from_number(number: i32) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|signal| signal.number() == number)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Hup => "HUP",
            Self::Int => "INT",
            Self::Kill => "KILL",
            Self::Usr1 => "USR1",
            Self::Usr2 => "USR2",
            Self::Term => "TERM",
        }
    }

    /// Parses a name, with or without `SIG` and in any case, or a number.
    fn parse(text: &[u8]) -> Result<Self, Rejection> {
        const UNKNOWN: Rejection = Rejection::invalid(&"unknown signal");

        if text.first().is_some_and(u8::is_ascii_digit) {
            let number = i32::try_from(text::decimal(text)?).unwrap_or(i32::MAX);
            return Self::from_number(number).ok_or(UNKNOWN);
        }
        let name = match text.split_at_checked(3) {
            Some((prefix, name)) if prefix.eq_ignore_ascii_case(b"SIG") => name,
            _ => text,
        };
        Self::ALL
            .iter()
            .copied()
            .find(|signal| signal.name().as_bytes().eq_ignore_ascii_case(name))
            .ok_or(UNKNOWN)
    }
}

/// A signal and the workers that it is for: `SIGNAL [ids]`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Command {
    /// What to send.
    pub(crate) signal: Signal,
    /// To whom; without ids in the text, to all.
    pub(crate) ids: Ids,
}

impl Command {
    /// Parses `SIGNAL [ids]`.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, Rejection> {
        let (signal, rest) = first_word(text);
        if signal.is_empty() {
            return Err(text::EMPTY);
        }
        let signal = Signal::parse(signal)?;
        let (ids, rest) = first_word(rest);
        if !rest.is_empty() {
            return Err(Rejection::invalid(&"more than a signal and its ids"));
        }
        // The same as none.
        let ids = if ids.is_empty() { b"all" } else { ids };
        Ok(Self {
            signal,
            ids: Ids::parse(ids)?,
        })
    }
}

/// The first word, and what follows it, without white space around either.
#[inline(never)] // There are two.
fn first_word(text: &[u8]) -> (&[u8], &[u8]) {
    let text = text::trim(text);
    let end = text.iter().position(u8::is_ascii_whitespace);
    let (word, rest) = text
        .split_at_checked(end.unwrap_or(text.len()))
        .unwrap_or((text, b""));
    (word, text::trim(rest))
}
