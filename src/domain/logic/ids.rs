// SPDX-License-Identifier: GPL-2.0

//! Which workers a command is for: `all`, or a list such as `0` or `1-3,5`.

use super::{
    list::List,
    range::Range,
    reject::Rejection,
    text, //
};

/// The workers that a command is for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Ids {
    /// The listed ids. Each has to exist, unless `are_all`.
    ranges: List<Range>,
    are_all: bool,
}

impl Ids {
    /// Every worker that there is.
    pub(crate) const ALL: Self = Self {
        ranges: List::one(Range::ALL),
        are_all: true,
    };

    /// Every worker from this one on.
    pub(crate) fn from(first: u32) -> Self {
        let mut ids = Self::ALL;
        ids.ranges.set_first(Range::from(first));
        ids.are_all = false;
        ids
    }

    /// Parses `all` or a list.
    #[inline(never)] // Several commands do it.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, Rejection> {
        let mut ids = Self::ALL;
        if text::trim(text) != b"all" {
            ids.ranges.parse(text, Range::parse)?;
            ids.are_all = false;
        }
        Ok(ids)
    }

    /// Whether it is for every worker, however many there are.
    pub(crate) fn are_all(&self) -> bool {
        self.are_all
    }

    /// Fails if an id is listed that none of `count` workers has.
    #[inline(never)] // As above.
    pub(crate) fn check(&self, count: u32) -> Result<(), Rejection> {
        let all_exist = self.are_all || self.ranges().iter().all(|range| range.last() < count);
        all_exist
            .then_some(())
            .ok_or(Rejection::no_such(&"no such worker"))
    }

    /// Whether the command is for this worker.
    #[inline(never)] // As above.
    pub(crate) fn contains(&self, id: u32) -> bool {
        self.ranges().iter().any(|range| range.contains(id))
    }

    fn ranges(&self) -> &[Range] {
        self.ranges.as_slice()
    }
}
