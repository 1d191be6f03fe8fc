// SPDX-License-Identifier: GPL-2.0

//! How often which lateness was counted, by the inclusive bounds of the module's buckets.

use super::percent::Percent;

/// Counts by bound. They saturate: what a file says may be anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Distribution {
    /// With ascending bounds, as they come from the module. No count is 0.
    counts: Vec<(i64, u64)>,
}

impl Distribution {
    /// Adds so many values of a bucket.
    pub(crate) fn add(&mut self, bound: i64, count: u64) {
        if count == 0 {
            return;
        }
        if self.counts.last().is_none_or(|&(last, _)| last < bound) {
            self.counts.push((bound, count));
            return;
        }
        match self
            .counts
            .binary_search_by_key(&bound, |&(bound, _)| bound)
        {
            Ok(place) => {
                if let Some((_, sum)) = self.counts.get_mut(place) {
                    *sum = sum.saturating_add(count);
                }
            }
            Err(place) => self.counts.insert(place, (bound, count)),
        }
    }

    /// Forgets all of them.
    pub(crate) fn clear(&mut self) {
        self.counts.clear();
    }

    /// Adds all values of another one.
    pub(crate) fn merge(&mut self, other: &Self) {
        for (bound, count) in other.buckets() {
            self.add(bound, count);
        }
    }

    /// What was added to `before` to make this. There is nothing such if a count is less than it was.
    pub(crate) fn since(&self, before: &Self) -> Option<Self> {
        let mut added = Self::default();
        let mut old = before.counts.iter().peekable();
        for &(bound, count) in &self.counts {
            let was = old.next_if(|&&(old, _)| old <= bound);
            match was {
                None => added.add(bound, count),
                Some(&(old, was)) if old == bound => added.add(bound, count.checked_sub(was)?),
                Some(_) => return None,
            }
        }
        old.next().is_none().then_some(added)
    }

    /// The buckets that are not empty, with ascending bounds.
    pub(crate) fn buckets(&self) -> impl DoubleEndedIterator<Item = (i64, u64)> + '_ {
        self.counts.iter().copied()
    }

    /// How many values there are.
    pub(crate) fn total(&self) -> u64 {
        self.counts
            .iter()
            .fold(0, |sum, &(_, count)| sum.saturating_add(count))
    }

    /// The bound below or at which this share of the values lies; never above `max`, the largest value
    /// if that is known. There is none if too few values say something about it.
    pub(crate) fn percentile(&self, percent: Percent, max: Option<i64>) -> Option<i64> {
        let total = self.total();
        if !percent.is_known_from(total) {
            return None;
        }
        let rank = percent.rank(total);
        let mut seen = 0_u64;
        let (bound, _) = self.buckets().find(|&(_, count)| {
            seen = seen.saturating_add(count);
            seen >= rank
        })?;
        Some(max.map_or(bound, |max| bound.min(max)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logic::histogram::{
        upper_bound,
        Histogram,
        BUCKETS, //
    };
    use proptest::prelude::*;

    /// The module's own histogram of these values, as its file has it.
    fn counted(values: &[i64]) -> Distribution {
        let mut low = [0; BUCKETS];
        let mut high = [0; BUCKETS];
        let mut histogram = Histogram::new(&mut low, &mut high);
        values.iter().for_each(|&value| histogram.add(value));
        let mut distribution = Distribution::default();
        (0..BUCKETS).for_each(|b| distribution.add(upper_bound(b), histogram.count(b)));
        distribution
    }

    #[test]
    fn a_percentile_is_a_bound_and_never_above_the_maximum() {
        let mut distribution = Distribution::default();
        distribution.add(63, 99);
        distribution.add(1_023, 1);
        let p = |name: &str, max| distribution.percentile(name.parse().unwrap(), max);
        assert_eq!(p("p50", None), Some(63));
        assert_eq!(p("p99", None), Some(63));
        assert_eq!(p("p98.5", Some(50)), Some(50));
        assert_eq!(p("p99.9", None), None);
    }

    proptest! {
        #[test]
        fn percentiles_agree_with_the_sorted_values(
            mut values in prop::collection::vec(0_i64..10_000_000, 2..400),
            share in 1_u32..9_999,
        ) {
            let percent: Percent = format!("p{}.{:02}", share / 100, share % 100).parse().unwrap();
            let distribution = counted(&values);
            values.sort_unstable();
            let max = values[values.len() - 1];
            let Some(bound) = distribution.percentile(percent, Some(max)) else {
                prop_assert!(values.len() < 10_000);
                return Ok(());
            };
            let exact = values[percent.rank(values.len() as u64) as usize - 1];
            prop_assert!(exact <= bound && bound <= max);
            prop_assert!(bound - exact <= 63.max(exact / 8));
        }

        #[test]
        fn the_module_and_the_program_agree(
            values in prop::collection::vec(-1_000_i64..10_000_000, 100..300),
        ) {
            let mut low = [0; BUCKETS];
            let mut high = [0; BUCKETS];
            let mut histogram = Histogram::new(&mut low, &mut high);
            values.iter().for_each(|&value| histogram.add(value));
            let least = *values.iter().min().unwrap();
            let [p50, p99] = histogram.percentiles(values.len() as u64, least, [50, 99]);
            let ours = |name: &str| counted(&values).percentile(name.parse().unwrap(), None);
            prop_assert_eq!((ours("p50"), ours("p99")), (Some(p50), Some(p99)));
        }

        #[test]
        fn merging_is_counting_together(
            a in prop::collection::vec(any::<i64>(), 0..50),
            b in prop::collection::vec(any::<i64>(), 0..50),
        ) {
            let mut merged = counted(&a);
            merged.merge(&counted(&b));
            prop_assert_eq!(merged, counted(&[a, b].concat()));
        }

        #[test]
        fn any_counts_have_percentiles(
            buckets in prop::collection::vec((any::<i64>(), any::<u64>()), 0..20),
            max in any::<Option<i64>>(),
        ) {
            let mut distribution = Distribution::default();
            buckets.iter().for_each(|&(bound, count)| distribution.add(bound, count));
            let bound = distribution.percentile(Percent::P99_9, max);
            prop_assert_eq!(bound.is_some(), distribution.total() >= 1_000);
            if let (Some(bound), Some(max)) = (bound, max) {
                prop_assert!(bound <= max);
            }
        }
    }
}
