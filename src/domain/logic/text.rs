// SPDX-License-Identifier: GPL-2.0

//! The words that all parameters share: numbers.

use super::reject::Rejection;

/// Nothing was written.
pub(crate) const EMPTY: Rejection = Rejection::invalid(&"empty");

/// What is left without white space at both ends.
#[inline(never)] // Nearly all parameters begin so.
pub(crate) fn trim(text: &[u8]) -> &[u8] {
    text.trim_ascii()
}

/// Parses a decimal number: digits and nothing else, no sign.
///
/// A number that does not fit is taken as the largest that does: every number that is asked for has
/// a limit far below.
#[inline(never)] // As below.
pub(crate) fn decimal(text: &[u8]) -> Result<u64, Rejection> {
    if text.is_empty() {
        return Err(Rejection::invalid(&"a number is missing"));
    }
    if !text.iter().all(u8::is_ascii_digit) {
        return Err(Rejection::invalid(&"not a decimal number"));
    }
    Ok(text.iter().fold(0u64, |number, digit| {
        number
            .saturating_mul(10)
            .saturating_add(u64::from(digit - b'0'))
    }))
}

/// Parses a number of at most `max`; `reason` says what is wrong with a larger one.
#[inline(never)] // Several parameters are numbers.
pub(crate) fn at_most(
    text: &[u8],
    max: u32,
    reason: &'static &'static str,
) -> Result<u32, Rejection> {
    let text = trim(text);
    if text.is_empty() {
        return Err(EMPTY);
    }
    u32::try_from(decimal(text)?)
        .ok()
        .filter(|&number| number <= max)
        .ok_or(Rejection::range(reason))
}
