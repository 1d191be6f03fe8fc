// SPDX-License-Identifier: GPL-2.0

//! `src/domain/logic/histogram.rs`

use std::{
    collections::BTreeMap,
    sync::LazyLock, //
};

use proptest::{
    collection::vec,
    prelude::*, //
};

use crate::logic::histogram::{
    upper_bound,
    High,
    Low,
    BUCKETS, //
};

type Histogram = crate::logic::histogram::Histogram<Box<Low>, Box<High>>;

/// From here on values share the last bucket.
const LIMIT: i64 = 15 << 36;

/// The upper bounds of all buckets once more, by walking through the powers of two.
static BOUNDS: LazyLock<Vec<i64>> = LazyLock::new(|| {
    let powers = (9..40).flat_map(|power| {
        let width = (1 << power) / 8;
        (1..=8).map(move |part| (1 << power) + part * width - 1)
    });
    let mut bounds: Vec<_> = (1..=8).map(|part| part * 64 - 1).chain(powers).collect();
    *bounds.last_mut().unwrap() = i64::MAX;
    bounds
});

/// The first bucket whose bound is not exceeded.
fn expected_bucket(value: i64) -> usize {
    BOUNDS.partition_point(|&bound| bound < value)
}

fn empty() -> Histogram {
    Histogram::new(Box::new([0; BUCKETS]), Box::new([0; BUCKETS]))
}

fn counted(values: &[i64]) -> Histogram {
    let mut histogram = empty();
    for &value in values {
        histogram.add(value);
    }
    histogram
}

/// All buckets that are used, and what is in them.
fn used(histogram: &Histogram) -> Vec<(usize, u64)> {
    let next = |from| histogram.next_used(from);
    std::iter::successors(next(0), |&bucket| next(bucket + 1))
        .map(|bucket| (bucket, histogram.count(bucket)))
        .collect()
}

fn bucket(value: i64) -> usize {
    match used(&counted(&[value]))[..] {
        [(bucket, 1)] => bucket,
        ref other => panic!("{value} is counted as {other:?}"),
    }
}

/// The smallest value that so many per cent of all do not exceed.
fn exact_percentile(values: &[i64], percent: u64) -> i64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let total = sorted.len() as u64;
    let is_enough = |up_to: u64| up_to * 100 >= total * percent;
    let rank = (1..=total).find(|&rank| is_enough(rank)).unwrap();
    sorted[rank as usize - 1]
}

fn percentiles<const N: usize>(values: &[i64], percents: [u64; N]) -> [i64; N] {
    let least = values.iter().copied().min().unwrap_or(0);
    counted(values).percentiles(values.len() as u64, least, percents)
}

fn percentile(values: &[i64], percent: u64) -> i64 {
    let [bound] = percentiles(values, [percent]);
    bound
}

#[test]
fn there_are_8_buckets_for_each_power_of_two() {
    assert_eq!(BUCKETS, 256);
    assert_eq!(BOUNDS.len(), BUCKETS);
    let bounds_of_all: Vec<_> = (0..BUCKETS).map(upper_bound).collect();
    assert_eq!(bounds_of_all, *BOUNDS);
}

#[test]
fn bounds_ascend() {
    for bucket in 1..BUCKETS {
        assert!(upper_bound(bucket - 1) < upper_bound(bucket), "{bucket}");
    }
    for beyond in [BUCKETS, BUCKETS + 1, usize::MAX] {
        assert_eq!(upper_bound(beyond), i64::MAX);
    }
}

#[test]
fn a_bucket_begins_after_the_bound_of_the_one_before() {
    for index in 0..BUCKETS - 1 {
        assert_eq!(bucket(upper_bound(index)), index);
        assert_eq!(bucket(upper_bound(index) + 1), index + 1);
    }
}

#[test]
fn what_is_not_positive_shares_the_first_bucket() {
    for value in [i64::MIN, i64::MIN + 1, -LIMIT, -8, -1, 0] {
        assert_eq!(bucket(value), 0, "{value}");
    }
    assert_eq!(bucket(63), 0);
    assert_eq!(bucket(64), 1);
}

#[test]
fn what_is_very_late_shares_the_last_bucket() {
    for value in [LIMIT, LIMIT + 1, 1 << 41, 1 << 62, i64::MAX] {
        assert_eq!(bucket(value), BUCKETS - 1, "{value}");
    }
    assert_eq!(bucket(LIMIT - 1), BUCKETS - 2);
}

#[test]
fn each_part_has_a_size_that_kmalloc_has() {
    assert_eq!(size_of::<Low>(), 1_024);
    assert_eq!(size_of::<High>(), 256);
}

#[test]
fn an_empty_histogram_has_no_buckets_to_show() {
    assert_eq!(used(&empty()), []);
    assert_eq!(empty().percentiles(0, 0, [50, 99, 100]), [63; 3]);
}

#[test]
fn no_bucket_is_beyond_the_last() {
    let histogram = counted(&[i64::MAX]);
    assert_eq!(histogram.next_used(BUCKETS - 1), Some(BUCKETS - 1));
    for beyond in [BUCKETS, BUCKETS + 1, usize::MAX] {
        assert_eq!(histogram.next_used(beyond), None);
        assert_eq!(histogram.count(beyond), 0);
    }
}

#[test]
fn percentiles_are_bounds_of_the_values_of_their_rank() {
    let values: Vec<i64> = (1..=7).map(|value| value * 64).collect();
    let percents = [1, 14, 15, 28, 29, 50, 99, 100];
    let bounds = percentiles(&values, percents);
    assert_eq!(bounds, [127, 127, 191, 191, 255, 319, 511, 511]);
    // One in a hundred is what the 99th per cent leave out, and two are not.
    let mut values = vec![3; 99];
    values.push(65_000);
    assert_eq!(percentiles(&values, [50, 99, 100]), [63, 63, 65_535]);
    values[0] = 65_000;
    assert_eq!(percentiles(&values, [50, 99, 100]), [63, 65_535, 65_535]);
}

#[test]
fn one_value_is_every_percentile() {
    for (value, bound) in [
        (-5, 63),
        (0, 63),
        (511, 511),
        (512, 575),
        (1_024, 1_151),
        (LIMIT, i64::MAX),
    ] {
        let bounds = percentiles(&[value], [1, 50, 99, 100]);
        assert_eq!(bounds, [bound; 4], "{value}");
    }
}

#[test]
fn more_values_than_were_counted_end_at_the_last_bucket() {
    let histogram = counted(&[1, 2]);
    for total in [3, u64::MAX] {
        assert_eq!(histogram.percentiles(total, 1, [100]), [i64::MAX]);
    }
}

/// A histogram that has counted one value so often.
fn counted_often(value: i64, times: u64) -> Histogram {
    let (mut low, mut high) = ([0; BUCKETS], [0; BUCKETS]);
    low[expected_bucket(value)] = times as u32;
    high[expected_bucket(value)] = u8::try_from(times >> 32).unwrap();
    Histogram::new(Box::new(low), Box::new(high))
}

#[test]
fn a_count_outgrows_32_bits() {
    let mut histogram = counted_often(1 << 20, (1 << 32) - 1);
    for value in [1, 1 << 20, 2 << 20] {
        histogram.add(value);
    }
    let (few, many, one) = (bucket(1), bucket(1 << 20), bucket(2 << 20));
    assert_eq!(used(&histogram), [(few, 1), (many, 1 << 32), (one, 1)]);
    let total = (1 << 32) + 2;
    let bounds = histogram.percentiles(total, 1, [1, 50, 99, 100]);
    let (many, one) = (upper_bound(many), upper_bound(one));
    assert_eq!(bounds, [many, many, many, one]);

    histogram.clear();
    assert_eq!(used(&histogram), []);
}

#[test]
fn a_count_stays_at_40_bits() {
    let most = (1 << 40) - 1;
    let mut histogram = counted_often(7, most - 1);
    for _ in 0..3 {
        histogram.add(7);
        assert_eq!(used(&histogram), [(bucket(7), most)]);
        assert_eq!(histogram.percentiles(most, 7, [1, 100]), [63; 2]);
    }
    // More ticks than were counted.
    histogram.add(100);
    assert_eq!(
        histogram.percentiles(most + 3, 7, [50, 100]),
        [63, i64::MAX]
    );
}

/// Values of all sizes, and those on both sides of a bound.
fn value() -> impl Strategy<Value = i64> {
    let of_any_size = (any::<i64>(), 0u32..64).prop_map(|(value, shift)| value >> shift);
    let at_a_bound = (0..BUCKETS, -1i64..=1)
        .prop_map(|(bucket, above)| upper_bound(bucket).saturating_add(above));
    let of_a_wake_up = 1_000i64..10_000_000;
    prop_oneof![2 => of_any_size, 1 => at_a_bound, 1 => of_a_wake_up]
}

/// Values between 1 and the largest that is not in the last bucket.
fn within_limit() -> impl Strategy<Value = i64> {
    value().prop_map(|value| value.saturating_abs().clamp(1, LIMIT - 1))
}

/// Whether a bound that is so much above a value is as close as it has to be.
fn is_close(above: i64, value: i64) -> bool {
    above <= 63.max(value / 8)
}

proptest! {
    #[test]
    fn a_value_is_in_the_first_bucket_whose_bound_it_does_not_exceed(value in value()) {
        let bucket = bucket(value);
        prop_assert_eq!(bucket, expected_bucket(value));
        prop_assert!(value <= upper_bound(bucket));
        prop_assert!(bucket == 0 || value > upper_bound(bucket - 1));
    }

    #[test]
    fn a_bound_is_at_most_63_or_an_eighth_more_than_any_value_below_it(value in within_limit()) {
        let above = upper_bound(bucket(value)) - value;
        prop_assert!(is_close(above, value), "{} above {}", above, value);
    }

    #[test]
    fn counts_are_those_of_all_values(values in vec(value(), 0..100)) {
        let mut expected = BTreeMap::<usize, u64>::new();
        for &value in &values {
            *expected.entry(expected_bucket(value)).or_default() += 1;
        }
        let mut histogram = counted(&values);
        prop_assert_eq!(used(&histogram), expected.into_iter().collect::<Vec<_>>());
        let total: u64 = (0..BUCKETS).map(|bucket| histogram.count(bucket)).sum();
        prop_assert_eq!(total, values.len() as u64);

        // Whatever it held before.
        let mut copy = counted(&[1, 1 << 20]);
        copy.copy_from(&histogram);
        prop_assert_eq!(used(&copy), used(&histogram));

        histogram.clear();
        prop_assert_eq!(used(&histogram), vec![]);
    }

    #[test]
    fn the_next_used_bucket_is_the_first_that_is(
        values in vec(value(), 0..9),
        from in 0..BUCKETS + 2,
    ) {
        let histogram = counted(&values);
        let buckets = values.iter().map(|&value| expected_bucket(value));
        prop_assert_eq!(histogram.next_used(from), buckets.filter(|&bucket| bucket >= from).min());
    }

    #[test]
    fn a_percentile_is_the_bound_of_the_exact_one(
        values in vec(value(), 1..100),
        percent in 1u64..=100,
    ) {
        let exact = exact_percentile(&values, percent);
        prop_assert_eq!(percentile(&values, percent), BOUNDS[expected_bucket(exact)]);
    }

    #[test]
    fn a_percentile_is_at_most_63_or_an_eighth_too_large(
        values in vec(within_limit(), 1..100),
        percent in 1u64..=100,
    ) {
        let exact = exact_percentile(&values, percent);
        let bound = percentile(&values, percent);
        prop_assert!(bound >= exact);
        prop_assert!(is_close(bound - exact, exact), "{} instead of {}", bound, exact);
    }

    #[test]
    fn percentiles_together_are_those_one_by_one(
        values in vec(value(), 1..100),
        percents in vec(1u64..=100, 4),
    ) {
        let mut percents: [u64; 4] = percents.try_into().unwrap();
        percents.sort_unstable();
        let bounds = percentiles(&values, percents);
        prop_assert_eq!(bounds, percents.map(|percent| percentile(&values, percent)));
        prop_assert!(bounds.is_sorted());
    }

    #[test]
    fn percentiles_are_the_same_whatever_is_known_of_the_least(
        values in vec(value(), 1..100),
        below in 0i64..=i64::MAX,
        percent in 1u64..=100,
    ) {
        let least = values.iter().min().unwrap().saturating_sub(below);
        let bounds = counted(&values).percentiles(values.len() as u64, least, [percent]);
        prop_assert_eq!(bounds, [percentile(&values, percent)]);
    }
}
