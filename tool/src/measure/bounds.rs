// SPDX-License-Identifier: GPL-2.0

//! What the buckets of a histogram tell apart.

use super::distribution::Distribution;
use crate::logic::histogram::{
    upper_bound,
    BUCKETS, //
};

/// Ascending inclusive bounds. Values above the last share one more bucket, whose bound is the largest number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bounds(Vec<i64>);

impl Bounds {
    pub(crate) fn new(mut bounds: Vec<i64>) -> Self {
        bounds.sort_unstable();
        bounds.dedup();
        Self(bounds)
    }

    /// Those of the module's files.
    pub(crate) fn of_module() -> Self {
        Self((0..BUCKETS).map(upper_bound).collect())
    }

    /// How many buckets they make.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Those that the other one has, too: how many values are below or at them is known of both.
    pub(crate) fn common(&self, other: &Self) -> Self {
        let both = |bound: &&i64| other.0.binary_search(bound).is_ok();
        Self(self.0.iter().filter(both).copied().collect())
    }

    /// The number of the bucket that a value belongs to.
    pub(crate) fn place(&self, value: i64) -> usize {
        self.0.partition_point(|&bound| bound < value)
    }

    /// The same values, by these bounds. Each must be a bound of the distribution, too.
    pub(crate) fn coarsen(&self, distribution: &Distribution) -> Distribution {
        let mut coarse = Distribution::default();
        for (value, count) in distribution.buckets() {
            let bound = self.0.get(self.place(value)).copied();
            coarse.add(bound.unwrap_or(i64::MAX), count);
        }
        coarse
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_value_is_in_its_bucket() {
        let module = Bounds::of_module();
        for at in 0..BUCKETS {
            assert_eq!(module.place(upper_bound(at)), at);
        }
        assert_eq!((module.place(i64::MIN), module.place(64)), (0, 1));
        let two = Bounds::new(vec![200, 100, 200]);
        let places = [100, 101, 200, 201, i64::MAX].map(|value| two.place(value));
        assert_eq!(places, [0, 1, 1, 2, 2]);
    }

    #[test]
    fn what_both_know_is_what_they_have_in_common() {
        let (a, b) = (Bounds::new(vec![1, 3, 5]), Bounds::new(vec![2, 3, 4, 5, 6]));
        assert_eq!(a.common(&b), Bounds::new(vec![3, 5]));
        assert!(a.common(&Bounds::new(vec![7])).is_empty());
    }

    proptest! {
        #[test]
        fn no_value_is_lost_or_moved_below_a_bound(
            values in prop::collection::vec((any::<i64>(), 0_u64..1_000), 0..20),
            bounds in prop::collection::vec(any::<i64>(), 0..8),
        ) {
            let mut fine = Distribution::default();
            values.iter().for_each(|&(value, count)| fine.add(value, count));
            let bounds = Bounds::new(bounds);
            let coarse = bounds.coarsen(&fine);
            prop_assert_eq!(coarse.total(), fine.total());
            let below = |all: &Distribution, bound| -> u64 {
                all.buckets().filter(|&(value, _)| value <= bound).map(|(_, count)| count).sum()
            };
            for &bound in &bounds.0 {
                prop_assert_eq!(below(&coarse, bound), below(&fine, bound));
            }
        }
    }
}
