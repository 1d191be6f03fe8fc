// SPDX-License-Identifier: GPL-2.0

//! The CPUs that workers are bound to: a list such as `0-3,7`, or none.

use core::fmt;

use super::{
    list::List,
    range::Range,
    reject::Rejection,
    text, //
};

/// The CPUs that workers are dealt; none if they are not bound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Cpus(Option<List<Range>>);

impl Cpus {
    /// Workers are not bound.
    pub(crate) const UNBOUND: Self = Self(None);

    /// Parses a list, or nothing at all.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, Rejection> {
        if text::trim(text).is_empty() {
            return Ok(Self::UNBOUND);
        }
        let mut ranges = List::one(Range::ALL);
        ranges.parse(text, Range::parse)?;
        Ok(Self(Some(ranges)))
    }

    /// The CPU that worker `id` is dealt.
    pub(crate) fn dealt(&self, id: u32) -> Option<u32> {
        let count = self.ranges().iter().map(|range| range.len()).sum::<u64>();
        let mut left = u64::from(id).checked_rem(count)?;
        for range in self.ranges() {
            if left < range.len() {
                return range.nth(left);
            }
            left -= range.len();
        }
        None
    }

    /// The listed ones, in the order of the list.
    #[inline]
    pub(crate) fn ranges(&self) -> &[Range] {
        self.0.as_ref().map_or(&[], List::as_slice)
    }
}

impl fmt::Display for Cpus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |list| list.fmt(f))
    }
}
