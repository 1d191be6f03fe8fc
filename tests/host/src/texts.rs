// SPDX-License-Identifier: GPL-2.0

//! Texts to give to the parsers, and what is expected of them.

use std::{
    fmt,
    ops::Deref, //
};

use proptest::{
    collection::vec,
    prelude::*,
    sample::select, //
};

use crate::logic::reject::{
    Kind,
    Rejection, //
};

/// Bytes that a failing test shows as text.
#[derive(Clone, PartialEq)]
pub(crate) struct Text(pub(crate) Vec<u8>);

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.escape_ascii())
    }
}

impl Deref for Text {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

/// At most `longest` of the letters, in any order.
pub(crate) fn of(alphabet: &'static [u8], longest: usize) -> impl Strategy<Value = Text> {
    vec(select(alphabet), 0..=longest).prop_map(Text)
}

/// What a shell puts around a value.
pub(crate) fn white() -> impl Strategy<Value = &'static str> {
    select(&["", "", " ", "\n", "\t ", "\r\n", "\x0c"][..])
}

/// A text, with white space around it.
pub(crate) fn padded(text: impl Strategy<Value = String>) -> impl Strategy<Value = Text> {
    (white(), text, white())
        .prop_map(|(before, text, after)| Text(format!("{before}{text}{after}").into_bytes()))
}

/// A text with one byte put in, or taken out, somewhere: nearly right.
pub(crate) fn broken(
    text: impl Strategy<Value = Text>,
    alphabet: &'static [u8],
) -> impl Strategy<Value = Text> {
    (
        text,
        any::<prop::sample::Index>(),
        prop::option::of(select(alphabet)),
    )
        .prop_map(|(Text(mut bytes), place, byte)| {
            match byte {
                Some(byte) => bytes.insert(place.index(bytes.len() + 1), byte),
                None if bytes.is_empty() => {}
                None => drop(bytes.remove(place.index(bytes.len()))),
            }
            Text(bytes)
        })
}

/// A word in any mix of upper and lower case.
pub(crate) fn any_case(word: &'static str) -> impl Strategy<Value = String> {
    vec(any::<bool>(), word.len()).prop_map(move |uppers| {
        let letters = word.chars().zip(uppers);
        letters
            .map(|(letter, upper)| match upper {
                true => letter.to_ascii_uppercase(),
                false => letter.to_ascii_lowercase(),
            })
            .collect()
    })
}

/// The kind of the rejection, which is what decides the errno.
pub(crate) fn kind<T>(result: Result<T, Rejection>) -> Result<T, Kind> {
    result.map_err(|rejection| rejection.kind)
}
