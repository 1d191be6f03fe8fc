// SPDX-License-Identifier: GPL-2.0

//! The interval grammar once more, in the way of its definition: fractions of wide numbers, all
//! forms tried one after the other.

use crate::logic::reject::Kind;

/// A number of seconds, as a fraction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Time {
    pub(crate) numerator: u128,
    pub(crate) denominator: u128,
    /// It was written as this many jiffies.
    pub(crate) jiffies: Option<u128>,
}

impl PartialEq for Time {
    /// The same time, however it was written.
    fn eq(&self, other: &Self) -> bool {
        self.numerator * other.denominator == other.numerator * self.denominator
    }
}

impl Time {
    /// Whole multiples of `1 / per_second` seconds in it, if nothing is left.
    fn in_units_of(&self, per_second: u128) -> Option<u128> {
        let units = self.numerator * per_second;
        (units % self.denominator == 0).then(|| units / self.denominator)
    }

    /// Rounded down.
    pub(crate) fn nanos(&self) -> u128 {
        self.numerator * 1_000_000_000 / self.denominator
    }

    /// The first of the shortest of all forms that the grammar has for this time.
    pub(crate) fn shortest_form(&self) -> String {
        let is_fraction = self.denominator % self.numerator == 0;
        let forms = [
            self.in_units_of(1).map(|number| format!("{number}")),
            is_fraction.then(|| format!("HZ/{}", self.denominator / self.numerator)),
            self.in_units_of(1_000).map(|number| format!("{number}ms")),
            self.in_units_of(1_000_000)
                .map(|number| format!("{number}us")),
            self.jiffies.map(|number| format!("{number}j")),
            self.in_units_of(1).map(|number| format!("{number}s")),
            self.in_units_of(1).map(|number| format!("{number}*HZ")),
        ];
        // Of several that are shortest, this is the first.
        forms.into_iter().flatten().min_by_key(String::len).unwrap()
    }
}

/// What the text means, or the kind of fault that it has.
pub(crate) fn parse(text: &[u8], hz: u128) -> Result<Time, Kind> {
    let text = std::str::from_utf8(text).map_err(|_| Kind::Invalid)?;
    let forms = [
        ("", "", 1),
        ("", "*HZ", 1),
        ("", "s", 1),
        ("", "ms", 1_000),
        ("", "us", 1_000_000),
        ("", "j", hz),
    ];
    for (prefix, suffix, per_second) in forms {
        if let Some(number) = number_between(prefix, text, suffix) {
            let jiffies = (suffix == "j").then_some(number);
            return within_bounds(number, per_second, jiffies);
        }
    }
    if text == "HZ" {
        return within_bounds(1, 1, None);
    }
    if let Some(divisor) = number_between("HZ/", text, "") {
        return within_bounds(1, divisor, None);
    }
    Err(Kind::Invalid)
}

fn number_between(prefix: &str, text: &str, suffix: &str) -> Option<u128> {
    let digits = text.strip_prefix(prefix)?.strip_suffix(suffix)?;
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    // More than is ever needed, and little enough to calculate with.
    Some(digits.parse().unwrap_or(u128::MAX).min(10u128.pow(30)))
}

fn within_bounds(numerator: u128, denominator: u128, jiffies: Option<u128>) -> Result<Time, Kind> {
    let is_long_enough = numerator * 1_000_000 >= 50 * denominator;
    let is_short_enough = numerator <= 24 * 60 * 60 * denominator;
    if denominator == 0 || !is_long_enough || !is_short_enough {
        return Err(Kind::Range);
    }
    Ok(Time {
        numerator,
        denominator,
        jiffies,
    })
}
