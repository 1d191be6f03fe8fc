// SPDX-License-Identifier: GPL-2.0

//! How much worse is not worse: `10%`, `2.5%`.

use std::{
    fmt,
    str::FromStr, //
};

/// Decimals that it may have.
const DECIMALS: usize = 2;
const SCALE: u32 = 10_u32.pow(DECIMALS as u32);
/// A hundred times as much.
const MOST: u32 = 10_000 * SCALE;

/// A share in per cent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tolerance(u32);

impl Tolerance {
    /// Whether `new` is larger than `old` by more than this share of it.
    pub(crate) fn is_exceeded(self, old: i64, new: i64) -> bool {
        let (old, new) = (i128::from(old), i128::from(new));
        (new - old) * i128::from(100 * SCALE) > old.abs() * i128::from(self.0)
    }

    /// The same for a count of things among others: `(how many, of how many)`.
    pub(crate) fn is_exceeded_by_share(self, old: (u64, u64), new: (u64, u64)) -> bool {
        let share = |(part, whole): (u64, u64)| part as f64 / whole.max(1) as f64;
        let more = 1.0 + f64::from(self.0) / f64::from(100 * SCALE);
        share(new) > share(old) * more
    }
}

impl FromStr for Tolerance {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const EXPECTED: &str = "expected a share such as 10% or 2.5%, of at most 10000%";

        let text = text.strip_suffix('%').unwrap_or(text);
        let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !is_number(whole) || !is_number(decimals) || decimals.len() > DECIMALS {
            return Err(EXPECTED);
        }
        match format!("{whole}{decimals:0<DECIMALS$}").parse() {
            Ok(share @ 0..=MOST) => Ok(Self(share)),
            _ => Err(EXPECTED),
        }
    }
}

impl fmt::Display for Tolerance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = format!("{:0DECIMALS$}", self.0 % SCALE);
        match decimals.trim_end_matches('0') {
            "" => write!(f, "{}%", self.0 / SCALE),
            decimals => write!(f, "{}.{decimals}%", self.0 / SCALE),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn shares_are_read_and_written() {
        for text in ["10%", "2.5%", "0%", "0.01%", "10000%"] {
            assert_eq!(text.parse::<Tolerance>().unwrap().to_string(), text);
        }
        assert_eq!("10".parse::<Tolerance>(), "10.0%".parse());
        for text in [
            "", "%", "-1%", "10%%", "1.234%", "10001%", "1e3", "+5", ".5%", "5.%",
        ] {
            assert!(text.parse::<Tolerance>().is_err(), "{text}");
        }
    }

    #[test]
    fn just_the_tolerance_is_tolerated() {
        let ten: Tolerance = "10%".parse().unwrap();
        assert!(!ten.is_exceeded(1_000, 1_100) && ten.is_exceeded(1_000, 1_101));
        assert!(!ten.is_exceeded(-1_000, -900) && ten.is_exceeded(-1_000, -899));
        assert!(ten.is_exceeded(i64::MIN, i64::MAX) && !ten.is_exceeded(i64::MAX, i64::MIN));
        assert!(!ten.is_exceeded_by_share((10, 1_000), (21, 2_000)));
        assert!(ten.is_exceeded_by_share((10, 1_000), (23, 2_000)));
        assert!(ten.is_exceeded_by_share((0, 1_000), (1, 1_000)));
        assert!(!ten.is_exceeded_by_share((0, 0), (0, 0)));
    }

    proptest! {
        #[test]
        fn one_of_two_is_not_larger_than_the_other_both_ways(a: i64, b: i64, share in 0..=MOST) {
            let tolerance = Tolerance(share);
            prop_assert!(!(tolerance.is_exceeded(a, b) && tolerance.is_exceeded(b, a)));
            prop_assert!(!tolerance.is_exceeded(a, a));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC*|[0-9.%]{0,8}") {
            if let Ok(tolerance) = text.parse::<Tolerance>() {
                prop_assert_eq!(tolerance.to_string().parse(), Ok(tolerance));
            }
        }
    }
}
