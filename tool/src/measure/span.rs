// SPDX-License-Identifier: GPL-2.0

//! Times as people write them: `50us`, `1.5ms`, `60s`.

use std::{
    str::FromStr,
    time::Duration, //
};

const EXPECTED: &str = "expected a time with its unit, such as 50us, 1.5ms or 60s";
/// Longer than anybody measures, and far from what overflows.
const LONGEST_S: u64 = 365 * 24 * 60 * 60;

const UNITS: [(&str, i64); 6] = [
    ("ns", 1),
    ("us", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

/// How long something takes: up to a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span(pub(crate) Duration);

impl FromStr for Span {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let ns = u64::try_from(nanos(text)?).map_err(|_| EXPECTED)?;
        match Duration::from_nanos(ns) {
            span if span.as_secs() < LONGEST_S => Ok(Self(span)),
            _ => Err("longer than a year"),
        }
    }
}

/// The nanoseconds of a time; it may be negative. Only 0 needs no unit.
pub(crate) fn nanos(text: &str) -> Result<i64, &'static str> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = text.get(digits.len()..).unwrap_or("");
    let scale = match unit {
        "" => 1,
        _ => UNITS
            .iter()
            .find(|(name, _)| *name == unit)
            .map(|(_, scale)| *scale)
            .ok_or(EXPECTED)?,
    };
    let ns = scaled(digits, scale).ok_or(EXPECTED)?;
    if unit.is_empty() && ns != 0 {
        return Err(EXPECTED);
    }
    Ok(ns)
}

/// A decimal number times `scale`, rounded towards 0.
fn scaled(text: &str, scale: i64) -> Option<i64> {
    /// So many decimals of an hour are less than a nanosecond.
    const DECIMALS: usize = 13;

    let (sign, text) = match text.strip_prefix('-') {
        Some(text) => (-1, text),
        None => (1, text),
    };
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !is_number(whole) || !is_number(decimals) || decimals.len() > DECIMALS {
        return None;
    }
    let number: i128 = format!("{whole}{decimals:0<DECIMALS$}").parse().ok()?;
    let number = number.checked_mul(scale.into())? / 10_i128.pow(DECIMALS as u32);
    i64::try_from(sign * number).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn times_are_read() {
        for (text, ns) in [
            ("50us", 50_000),
            ("1.5ms", 1_500_000),
            ("60s", 60_000_000_000),
            ("-1ms", -1_000_000),
            ("0", 0),
            ("0.5ns", 0),
            ("2m", 120_000_000_000),
            ("1h", 3_600_000_000_000),
        ] {
            assert_eq!(nanos(text), Ok(ns), "{text}");
        }
        for text in [
            "",
            "us",
            "5",
            "5 us",
            "1.us",
            ".5us",
            "--1us",
            "1e3us",
            "5days",
            "+5us",
            "9999999999999h",
        ] {
            assert!(nanos(text).is_err(), "{text}");
        }
        assert_eq!("1.5s".parse(), Ok(Span(Duration::from_millis(1_500))));
        assert!("-1s".parse::<Span>().is_err() && "9000h".parse::<Span>().is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_refused_or_read(text in "[-0-9.]{0,20}[a-z]{0,3}|.{0,20}") {
            let _ = nanos(&text);
            let _ = text.parse::<Span>();
        }

        #[test]
        fn whole_numbers_are_exact(number in -1_000_000_i64..1_000_000, unit in 0..UNITS.len()) {
            let (name, scale) = UNITS[unit];
            prop_assert_eq!(nanos(&format!("{number}{name}")), Ok(number * scale));
        }
    }
}
