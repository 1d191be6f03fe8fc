// SPDX-License-Identifier: GPL-2.0

//! Lists of ranges once more, in the way of their definition: every item a pair of wide numbers.

// The fuzzing shares the model, but not what generates texts.
#[cfg(test)]
use proptest::{
    collection::vec,
    prelude::*, //
};

use crate::logic::{
    list::CAPACITY,
    reject::Kind, //
};

/// The first and the last number of the range that the text means.
pub(crate) fn parse_one(text: &[u8]) -> Result<(u128, u128), Kind> {
    let text = std::str::from_utf8(text).map_err(|_| Kind::Invalid)?;
    let number = |digits: &str| {
        let is_number = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit());
        is_number
            .then(|| digits.parse().unwrap_or(u128::MAX).min(u32::MAX.into()))
            .ok_or(Kind::Invalid)
    };
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (number(first)?, number(last)?);
    (first <= last)
        .then_some((first, last))
        .ok_or(Kind::Invalid)
}

/// All ranges of a list.
pub(crate) fn parse(text: &[u8]) -> Result<Vec<(u128, u128)>, Kind> {
    let items = text.trim_ascii().split(|&byte| byte == b',');
    let ranges = items.map(parse_one).collect::<Result<Vec<_>, _>>()?;
    (ranges.len() <= CAPACITY)
        .then_some(ranges)
        .ok_or(Kind::Invalid)
}

/// How the ranges are written.
#[cfg(test)]
pub(crate) fn list(ranges: &[(u32, u32)]) -> String {
    let item = |&(first, last)| match first == last {
        true => format!("{first}"),
        false => format!("{first}-{last}"),
    };
    ranges.iter().map(item).collect::<Vec<_>>().join(",")
}

/// As many ranges as a list takes, of small numbers.
#[cfg(test)]
pub(crate) fn ranges() -> impl Strategy<Value = Vec<(u32, u32)>> {
    let range = (0u32..40, 0u32..8).prop_map(|(first, more)| (first, first + more / 3));
    vec(range, 1..=CAPACITY)
}
