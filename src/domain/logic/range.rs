// SPDX-License-Identifier: GPL-2.0

//! Ranges of numbers, as in id lists and CPU lists: `3`, `0-3`.

use core::fmt;

use super::{
    reject::Rejection,
    text, //
};

/// An inclusive range.
///
/// # Invariants
///
/// `first <= last`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    first: u32,
    last: u32,
}

impl Range {
    /// All numbers.
    pub(crate) const ALL: Self = Self::from(0);

    /// All numbers from this one on.
    pub(crate) const fn from(first: u32) -> Self {
        // INVARIANT: No number is larger than the last.
        Self {
            first,
            last: u32::MAX,
        }
    }

    /// Parses `N` or `N-M`. A number that does not fit in 32 bits becomes the largest one that does:
    /// no worker and no CPU has either.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, Rejection> {
        let mut ends = text.splitn(2, |&byte| byte == b'-');
        let first = number(ends.next().unwrap_or_default())?;
        let last = ends.next().map_or(Ok(first), number)?;
        if first > last {
            return Err(Rejection::invalid(&"range runs backwards"));
        }
        // INVARIANT: Just checked.
        Ok(Self { first, last })
    }

    /// The largest number in it.
    pub(crate) fn last(self) -> u32 {
        self.last
    }

    /// How many numbers are in it.
    pub(crate) fn len(self) -> u64 {
        u64::from(self.last - self.first) + 1
    }

    /// Whether a number is in it.
    pub(crate) fn contains(self, number: u32) -> bool {
        (self.first..=self.last).contains(&number)
    }

    /// The number that comes after so many others, if there is one.
    pub(crate) fn nth(self, index: u64) -> Option<u32> {
        let number = u32::try_from(u64::from(self.first) + index).ok()?;
        (number <= self.last).then_some(number)
    }

    /// All numbers in it, in order.
    pub(crate) fn numbers(self) -> impl Iterator<Item = u32> {
        self.first..=self.last
    }
}

impl fmt::Display for Range {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.first.fmt(f)?;
        if self.last > self.first {
            f.write_str("-")?;
            self.last.fmt(f)?;
        }
        Ok(())
    }
}

fn number(text: &[u8]) -> Result<u32, Rejection> {
    text::decimal(text).map(|number| u32::try_from(number).unwrap_or(u32::MAX))
}
