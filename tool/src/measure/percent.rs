// SPDX-License-Identifier: GPL-2.0

//! The name of a percentile: `p50`, `p99.9`.

use std::{
    fmt,
    str::FromStr, //
};

/// Decimals that a name may have.
const DECIMALS: usize = 4;
const SCALE: u32 = 10_u32.pow(DECIMALS as u32);
const WHOLE: u32 = 100 * SCALE;

/// A share in per cent, more than 0 and less than 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Percent(u32);

impl Percent {
    pub(crate) const P50: Self = Self(50 * SCALE);
    pub(crate) const P99: Self = Self(99 * SCALE);
    pub(crate) const P99_9: Self = Self(999 * SCALE / 10);

    /// The rank of the value that has this share of so many values up to it.
    pub(crate) fn rank(self, total: u64) -> u64 {
        let rank = (u128::from(total) * u128::from(self.0)).div_ceil(WHOLE.into());
        // The share is less than 1, so this fits.
        u64::try_from(rank).unwrap_or(total)
    }

    /// Whether so many values say something about it: at least one has to lie above. p99 needs 100.
    pub(crate) fn is_known_from(self, total: u64) -> bool {
        u128::from(total) * u128::from(WHOLE - self.0) >= u128::from(WHOLE)
    }

    /// The bound that somebody gives for it, if so many ticks say something about it.
    pub(crate) fn of_ticks(self, bound: Option<i64>, ticks: Option<u64>) -> Option<i64> {
        bound.filter(|_| ticks.is_some_and(|ticks| self.is_known_from(ticks)))
    }
}

impl FromStr for Percent {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const EXPECTED: &str = "expected pNN or pNN.N, such as p99.9";

        let text = text.strip_prefix('p').ok_or(EXPECTED)?;
        let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !is_number(whole) || !is_number(decimals) {
            return Err(EXPECTED);
        }
        if decimals.len() > DECIMALS {
            return Err("more than four decimals");
        }
        let number: u32 = format!("{whole}{decimals:0<DECIMALS$}")
            .parse()
            .map_err(|_| EXPECTED)?;
        match number {
            1..WHOLE => Ok(Self(number)),
            _ => Err("a percentile is more than p0 and less than p100"),
        }
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = format!("{:0DECIMALS$}", self.0 % SCALE);
        match decimals.trim_end_matches('0') {
            "" => write!(f, "p{}", self.0 / SCALE),
            decimals => write!(f, "p{}.{decimals}", self.0 / SCALE),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_and_written() {
        for name in ["p50", "p99", "p99.9", "p99.9999", "p0.5"] {
            assert_eq!(name.parse::<Percent>().unwrap().to_string(), name);
        }
        assert_eq!("p99.90".parse(), Ok(Percent::P99_9));
        for name in [
            "",
            "p",
            "99",
            "p100",
            "p0",
            "p-1",
            "p9.",
            "p.9",
            "p99.99999",
            "p+5",
            "p99999999999",
        ] {
            assert!(name.parse::<Percent>().is_err(), "{name}");
        }
    }

    #[test]
    fn a_percentile_needs_a_value_above_it() {
        for (name, least) in [("p50", 2), ("p99", 100), ("p99.9", 1_000)] {
            let percent: Percent = name.parse().unwrap();
            assert!(percent.is_known_from(least));
            assert!(!percent.is_known_from(least - 1));
            assert_eq!(percent.of_ticks(Some(5), Some(least)), Some(5));
            assert_eq!(percent.of_ticks(Some(5), Some(least - 1)), None);
            assert_eq!(percent.of_ticks(None, Some(least)), None);
            assert_eq!(percent.of_ticks(Some(5), None), None);
        }
    }
}
