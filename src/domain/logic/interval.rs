// SPDX-License-Identifier: GPL-2.0

//! The time between two ticks, in HZ.
//!
//! `N` or `N*HZ` (N seconds), `HZ`, `HZ/D`, `Nj` (jiffies), `Ns`, `Nms`, `Nus`. An interval is kept
//! as an exact fraction of a second, so that what is read is what was written, in fewer words.

use core::{
    fmt,
    num::{
        NonZeroU32,
        NonZeroU64, //
    }, //
};

use super::{
    reject::Rejection,
    text, //
};

const MILLIS_PER_SECOND: NonZeroU64 = NonZeroU64::new(1_000).unwrap();
const MICROS_PER_SECOND: NonZeroU64 = NonZeroU64::new(1_000_000).unwrap();
const NANOS_PER_SECOND: u64 = 1_000_000_000;
const GRAMMAR: Rejection = Rejection::invalid(&"expected N, N*HZ, HZ, HZ/D, Nj, Ns, Nms or Nus");
const TOO_SHORT: Rejection = Rejection::range(&"shorter than 50us");
const TOO_LONG: Rejection = Rejection::range(&"longer than 24h");

/// The time between two ticks: 50us to 24 hours.
///
/// # Invariants
///
/// - `numerator / denominator` seconds, in lowest terms, are between 50us and 24 hours.
/// - If `jiffies` is not 0, it is the same time in jiffies, and the user wrote it so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Interval {
    numerator: u64,
    denominator: NonZeroU32,
    jiffies: u32,
}

impl Interval {
    /// One second.
    pub(crate) const DEFAULT: Self = Self {
        numerator: 1,
        denominator: NonZeroU32::MIN,
        jiffies: 0,
    };

    /// Parses one interval; `hz` is the kernel's HZ.
    pub(crate) fn parse(text: &[u8], hz: NonZeroU32) -> Result<Self, Rejection> {
        if let Some(divisor) = text.strip_prefix(b"HZ/") {
            return Self::fraction_of_a_second(divisor);
        }
        if text == b"HZ" {
            return Ok(Self::DEFAULT);
        }

        let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (number, unit) = text.split_at(digits);
        let per_second = match unit {
            b"" | b"*HZ" | b"s" => NonZeroU64::MIN,
            b"ms" => MILLIS_PER_SECOND,
            b"us" => MICROS_PER_SECOND,
            b"j" => hz.into(),
            _ => return Err(GRAMMAR),
        };
        let number = text::decimal(number)?;
        Ok(Self {
            // The longest is 24 hours: a number of jiffies that fits for any HZ there is.
            jiffies: if unit == b"j" { number as u32 } else { 0 },
            ..Self::checked(number, per_second)?
        })
    }

    fn fraction_of_a_second(divisor: &[u8]) -> Result<Self, Rejection> {
        let divisor = NonZeroU64::new(text::decimal(divisor)?)
            .ok_or(Rejection::range(&"division by zero"))?;
        Self::checked(1, divisor)
    }

    fn checked(numerator: u64, denominator: NonZeroU64) -> Result<Self, Rejection> {
        const SHORTEST_PER_SECOND: u64 = 20_000;
        const LONGEST_SECONDS: u64 = 24 * 60 * 60;

        if numerator.saturating_mul(SHORTEST_PER_SECOND) < denominator.get() {
            return Err(TOO_SHORT);
        }
        if numerator > denominator.get().saturating_mul(LONGEST_SECONDS) {
            return Err(TOO_LONG);
        }
        let divisor = greatest_common_divisor(denominator, numerator);
        // It divides the number, so that at least 1 is left. A second has at most a million parts, or 20,000
        // as the first bound says, so that it fits.
        let denominator = u32::try_from(denominator.get() / divisor)
            .ok()
            .and_then(NonZeroU32::new)
            .ok_or(TOO_SHORT)?;
        // INVARIANT: Both bounds have been checked, and the fraction is reduced.
        Ok(Self {
            numerator: numerator / divisor,
            denominator,
            jiffies: 0,
        })
    }

    /// Whether both are the same time, however they were written.
    pub(crate) fn is_same_time(self, other: Self) -> bool {
        (self.numerator, self.denominator) == (other.numerator, other.denominator)
    }

    /// The interval in nanoseconds, rounded down: rounded up, it could take a jiffy more.
    pub(crate) fn nanos(self) -> i64 {
        let denominator = NonZeroU64::from(self.denominator);
        let whole = self.numerator / denominator * NANOS_PER_SECOND;
        let rest = self.numerator % denominator * NANOS_PER_SECOND;
        (whole + rest / denominator) as i64
    }

    /// The interval as a whole multiple of `1 / per_second` seconds, if it is one.
    #[inline(never)] // There are several.
    fn exactly(self, per_second: u64) -> Option<u64> {
        let denominator = NonZeroU64::from(self.denominator);
        let scaled = self.numerator * per_second;
        (scaled % denominator == 0).then_some(scaled / denominator)
    }

    /// The shortest exact form, as prefix, number and suffix. On a tie the first form in the list wins.
    pub(crate) fn parts(self) -> Form {
        // Nothing is shorter, and it is what most have.
        let denominator = u64::from(self.denominator.get());
        if denominator == 1 {
            return ("", self.numerator, "");
        }
        let fraction = (self.numerator == 1).then_some(denominator);
        // In jiffies only what was written in jiffies: the value should mean the same elsewhere.
        let jiffies = (self.jiffies > 0).then_some(u64::from(self.jiffies));
        // Each way to write an interval is one of the forms, so that one is taken.
        let mut shortest = (u32::MAX, ("HZ/", denominator, ""));
        take_shorter(&mut shortest, "HZ/", fraction, "");
        take_shorter(&mut shortest, "", self.exactly(1_000), "ms");
        take_shorter(&mut shortest, "", self.exactly(1_000_000), "us");
        take_shorter(&mut shortest, "", jiffies, "j");
        shortest.1
    }
}

impl fmt::Display for Interval {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (prefix, number, suffix) = self.parts();
        f.write_str(prefix)?;
        number.fmt(f)?;
        f.write_str(suffix)
    }
}

/// A form of an interval: prefix, number and suffix.
type Form = (&'static str, u64, &'static str);

/// Takes a form, if there is one, that is shorter than what is there with its length.
#[inline(never)] // There are several.
fn take_shorter(
    shortest: &mut (u32, Form),
    prefix: &'static str,
    number: Option<u64>,
    suffix: &'static str,
) {
    let Some(number) = number else {
        return;
    };
    let words = (prefix.len() + suffix.len()) as u32;
    let length = number.max(1).ilog10() + words;
    if length < shortest.0 {
        *shortest = (length, (prefix, number, suffix));
    }
}

fn greatest_common_divisor(a: NonZeroU64, b: u64) -> NonZeroU64 {
    match NonZeroU64::new(b) {
        Some(b) => greatest_common_divisor(b, a.get() % b),
        None => a,
    }
}
