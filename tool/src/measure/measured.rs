// SPDX-License-Identifier: GPL-2.0

//! What was measured of some workers together, such as those of one primitive.

use super::{
    distribution::Distribution,
    percent::Percent, //
};

/// The numbers of one worker or of several. A number is `None` if it is not known of all of them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Measured {
    pub(crate) ticks: u64,
    pub(crate) missed: Option<u64>,
    pub(crate) max: Option<i64>,
    /// Of the lateness of all ticks.
    pub(crate) sum: Option<i128>,
    pub(crate) distribution: Option<Distribution>,
}

impl Measured {
    /// Adds the numbers of others. A worker that has not ticked has no maximum, and adds none.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.max = match (self.ticks, other.ticks) {
            (_, 0) => self.max,
            (0, _) => other.max,
            _ => self.max.zip(other.max).map(|(a, b)| a.max(b)),
        };
        self.ticks = self.ticks.saturating_add(other.ticks);
        self.missed = self
            .missed
            .zip(other.missed)
            .map(|(a, b)| a.saturating_add(b));
        self.sum = self.sum.zip(other.sum).and_then(|(a, b)| a.checked_add(b));
        self.distribution = match (self.distribution.take(), &other.distribution) {
            (Some(mut distribution), Some(more)) => {
                distribution.merge(more);
                Some(distribution)
            }
            _ => None,
        };
    }

    /// What was added to `before` to make this, but for the maximum. There is nothing such if a number has fallen.
    pub(crate) fn since(&self, before: &Self) -> Option<Self> {
        let distribution = match (&self.distribution, &before.distribution) {
            (Some(now), Some(before)) => Some(now.since(before)?),
            _ => None,
        };
        let missed = match self.missed.zip(before.missed) {
            Some((now, before)) => Some(now.checked_sub(before)?),
            None => None,
        };
        let sum = self.sum.zip(before.sum);
        Some(Self {
            ticks: self.ticks.checked_sub(before.ticks)?,
            missed,
            max: None,
            sum: sum.and_then(|(now, before)| now.checked_sub(before)),
            distribution,
        })
    }

    /// The mean lateness.
    pub(crate) fn avg(&self) -> Option<i64> {
        let avg = self.sum?.checked_div(self.ticks.into())?;
        i64::try_from(avg).ok()
    }

    /// The bound below or at which this share of the ticks lies; see [`Distribution::percentile`].
    pub(crate) fn percentile(&self, percent: Percent) -> Option<i64> {
        self.distribution.as_ref()?.percentile(percent, self.max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(ticks: u64, max: Option<i64>, sum: i128) -> Measured {
        let mut distribution = Distribution::default();
        distribution.add(63, ticks);
        Measured {
            ticks,
            missed: Some(1),
            max,
            sum: Some(sum),
            distribution: Some(distribution),
        }
    }

    #[test]
    fn numbers_are_added_and_the_larger_maximum_stays() {
        let mut all = one(100, Some(5), 500);
        all.merge(&one(300, Some(7), 300));
        assert_eq!((all.ticks, all.missed, all.max), (400, Some(2), Some(7)));
        assert_eq!(all.avg(), Some(2));
        assert_eq!(all.percentile(Percent::P50), Some(7));
    }

    #[test]
    fn what_is_not_known_of_one_is_not_known_of_all() {
        let mut all = one(100, Some(5), 500);
        all.merge(&Measured {
            missed: None,
            max: None,
            sum: None,
            distribution: None,
            ..one(1, None, 0)
        });
        assert_eq!((all.missed, all.max, all.avg()), (None, None, None));
        assert_eq!(all.percentile(Percent::P50), None);
    }

    #[test]
    fn what_was_added_is_the_difference() {
        let (before, mut now) = (one(100, None, 500), one(100, None, 500));
        now.merge(&one(300, None, 70));
        let since = now.since(&before).unwrap();
        assert_eq!(
            (since.ticks, since.missed, since.sum),
            (300, Some(1), Some(70))
        );
        assert_eq!(since.distribution.unwrap().total(), 300);
        assert_eq!(before.since(&now), None);
    }

    #[test]
    fn who_has_not_ticked_has_no_maximum_to_miss() {
        let mut all = one(100, Some(5), 500);
        all.merge(&one(0, None, 0));
        assert_eq!(all.max, Some(5));
        let mut all = one(0, None, 0);
        all.merge(&one(100, Some(5), 500));
        assert_eq!(all.max, Some(5));
        assert_eq!(one(0, None, 0).avg(), None);
    }
}
