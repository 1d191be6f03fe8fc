// SPDX-License-Identifier: GPL-2.0

//! The time between two readings: `1s`, `500ms`, `0.5`, `1m`.

use std::{
    fmt,
    str::FromStr,
    time::Duration, //
};

/// Shorter, and reading is all that the machine does; longer, and one waits for nothing.
const SHORTEST: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_secs(3_600);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Interval(pub(crate) Duration);

impl FromStr for Interval {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const EXPECTED: &str = "expected a time such as 1s, 500ms, 0.5 or 1m";

        let end = text.find(|c: char| c.is_ascii_alphabetic());
        let (number, unit) = text.split_at(end.unwrap_or(text.len()));
        let scale = match unit {
            "" | "s" => 1.0,
            "ms" => 0.001,
            "m" | "min" => 60.0,
            _ => return Err(EXPECTED),
        };
        let seconds: f64 = number.parse().map_err(|_| EXPECTED)?;
        let time = Duration::try_from_secs_f64(seconds * scale).map_err(|_| EXPECTED)?;
        if !(SHORTEST..=LONGEST).contains(&time) {
            return Err("expected a time from 50ms to 60m");
        }
        Ok(Self(time))
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_millis() {
            ms if ms % 1_000 == 0 => write!(f, "{}s", ms / 1_000),
            ms => write!(f, "{ms}ms"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read() {
        for (text, ms) in [
            ("1s", 1_000),
            ("500ms", 500),
            ("0.5", 500),
            ("1m", 60_000),
            ("60min", 3_600_000),
        ] {
            assert_eq!(
                text.parse::<Interval>().unwrap().0,
                Duration::from_millis(ms),
                "{text}"
            );
        }
        for text in [
            "", "s", "0", "-1s", "1h", "NaN", "inf", "1e99", "49ms", "3601", "1 s", "1s1", "ms500",
        ] {
            assert!(text.parse::<Interval>().is_err(), "{text}");
        }
    }
}
