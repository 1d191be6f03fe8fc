// SPDX-License-Identifier: GPL-2.0

//! Whether one measurement is worse than another.
//!
//! A percentile is the bound of a bucket, in the module's files one whose width is up to an eighth of it. Two percentiles in
//! the same bucket or in neighbouring ones may be of nearly the same lateness, so that is no change, whatever the tolerance.

use std::{
    fmt,
    str::FromStr, //
};

use super::{
    bounds::Bounds,
    measured::Measured,
    percent::Percent,
    tolerance::Tolerance, //
};
use crate::logic::histogram::upper_bound;

/// With fewer ticks on either side, a difference is chance. A percentile may need more.
pub(crate) const FEWEST_TICKS: u64 = 100;

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Metric {
    Percentile(Percent),
    Max,
    Avg,
    /// Of the intervals that passed, those without a tick.
    Missed,
}

impl Metric {
    pub(crate) const ALL: [Self; 6] = [
        Self::Percentile(Percent::P50),
        Self::Percentile(Percent::P99),
        Self::Percentile(Percent::P99_9),
        Self::Max,
        Self::Avg,
        Self::Missed,
    ];
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Percentile(percent) => percent.fmt(f),
            Self::Max => f.write_str("max"),
            Self::Avg => f.write_str("avg"),
            Self::Missed => f.write_str("missed"),
        }
    }
}

impl FromStr for Metric {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "max" => Ok(Self::Max),
            "avg" => Ok(Self::Avg),
            "missed" => Ok(Self::Missed),
            _ => match text.parse() {
                Ok(percent) => Ok(Self::Percentile(percent)),
                Err(_) => Err("expected max, avg, missed or a percentile such as p99.9"),
            },
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Better,
    /// Within the tolerance, or within the width of the buckets.
    Same,
    Worse,
    /// Too few ticks on one side, or the number is missing.
    Unknown,
}

/// One number of both measurements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) metric: Metric,
    /// In nanoseconds, or a count of missed intervals. `None` if too few ticks say something about it.
    pub(crate) old: Option<i64>,
    pub(crate) new: Option<i64>,
    pub(crate) outcome: Outcome,
}

/// How much of a difference counts.
#[derive(Clone, Debug)]
pub(crate) struct Margin {
    pub(crate) tolerance: Tolerance,
    /// Of the buckets on both sides.
    pub(crate) bounds: Bounds,
}

/// Compares these numbers of one primitive.
pub(crate) fn compare(
    old: &Measured,
    new: &Measured,
    metrics: &[Metric],
    margin: &Margin,
) -> Vec<Change> {
    let change = |&metric: &Metric| Change {
        metric,
        old: number(old, metric),
        new: number(new, metric),
        outcome: outcome(old, new, metric, margin),
    };
    metrics.iter().map(change).collect()
}

/// The outcome of all: one that is worse is enough. There is none if nothing could be compared.
pub(crate) fn verdict(outcomes: impl IntoIterator<Item = Outcome>) -> Option<Outcome> {
    let rank = |outcome: &Outcome| match outcome {
        Outcome::Worse => 3,
        Outcome::Better => 2,
        Outcome::Same => 1,
        Outcome::Unknown => 0,
    };
    outcomes
        .into_iter()
        .max_by_key(rank)
        .filter(|outcome| *outcome != Outcome::Unknown)
}

fn outcome(old: &Measured, new: &Measured, metric: Metric, margin: &Margin) -> Outcome {
    let is_worse = match metric {
        Metric::Missed => missed_more,
        _ => later,
    };
    let (Some(_), Some(_)) = (number(old, metric), number(new, metric)) else {
        return Outcome::Unknown;
    };
    if is_worse(old, new, metric, margin) {
        Outcome::Worse
    } else if is_worse(new, old, metric, margin) {
        Outcome::Better
    } else {
        Outcome::Same
    }
}

fn later(old: &Measured, new: &Measured, metric: Metric, margin: &Margin) -> bool {
    let (Some(old), Some(new)) = (number(old, metric), number(new, metric)) else {
        return false;
    };
    let is_bound = matches!(metric, Metric::Percentile(_));
    let place = |value| margin.bounds.place(value);
    let within_buckets = is_bound && place(old).abs_diff(place(new)) <= 1;
    // The narrowest bucket is what the module tells apart.
    let within_grain = old.abs_diff(new) <= upper_bound(0).unsigned_abs();
    !within_buckets && !within_grain && margin.tolerance.is_exceeded(old, new)
}

/// A longer measurement misses more, so their share is compared.
fn missed_more(old: &Measured, new: &Measured, _: Metric, margin: &Margin) -> bool {
    let share = |of: &Measured| {
        let missed = of.missed.unwrap_or(0);
        (missed, of.ticks.saturating_add(missed))
    };
    margin
        .tolerance
        .is_exceeded_by_share(share(old), share(new))
}

fn number(of: &Measured, metric: Metric) -> Option<i64> {
    let missed = of.missed.unwrap_or(0);
    if of.ticks.saturating_add(missed) < FEWEST_TICKS {
        return None;
    }
    if metric == Metric::Missed {
        return of
            .missed
            .map(|missed| i64::try_from(missed).unwrap_or(i64::MAX));
    }
    if of.ticks < FEWEST_TICKS {
        return None;
    }
    match metric {
        Metric::Percentile(percent) => of.percentile(percent),
        Metric::Max => of.max,
        Metric::Avg => of.avg(),
        Metric::Missed => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::distribution::Distribution;
    use proptest::prelude::*;

    const TEN: &str = "10%";

    /// So many ticks, each late by one of these bounds.
    fn measured(buckets: &[(i64, u64)], missed: u64) -> Measured {
        let mut distribution = Distribution::default();
        buckets
            .iter()
            .for_each(|&(b, count)| distribution.add(b, count));
        Measured {
            ticks: distribution.total(),
            max: buckets.iter().map(|bucket| bucket.0).max(),
            sum: buckets.iter().try_fold(0_i128, |sum, &(bound, count)| {
                sum.checked_add(i128::from(bound) * i128::from(count))
            }),
            missed: Some(missed),
            distribution: Some(distribution),
        }
    }

    fn outcomes(old: &Measured, new: &Measured, tolerance: &str) -> Vec<(String, Outcome)> {
        outcomes_by(Bounds::of_module(), old, new, tolerance)
    }

    fn outcomes_by(
        bounds: Bounds,
        old: &Measured,
        new: &Measured,
        tolerance: &str,
    ) -> Vec<(String, Outcome)> {
        let tolerance = tolerance.parse().unwrap();
        compare(old, new, &Metric::ALL, &Margin { tolerance, bounds })
            .into_iter()
            .map(|change| (change.metric.to_string(), change.outcome))
            .collect()
    }

    fn of(metric: &str, old: &Measured, new: &Measured, tolerance: &str) -> Outcome {
        let all = outcomes(old, new, tolerance);
        all.into_iter().find(|(name, _)| name == metric).unwrap().1
    }

    #[test]
    fn the_next_bucket_is_no_change_and_the_one_after_it_is() {
        for at in [0, 1, 20, 100, 253] {
            let late = |bucket| measured(&[(upper_bound(bucket), 10_000)], 0);
            let (here, next, after) = (late(at), late(at + 1), late(at + 2));
            for name in ["p50", "p99", "p99.9"] {
                assert_eq!(of(name, &here, &next, "0%"), Outcome::Same, "{at}");
                assert_eq!(of(name, &next, &here, "0%"), Outcome::Same, "{at}");
                assert_eq!(of(name, &here, &after, "5%"), Outcome::Worse, "{at}");
                assert_eq!(of(name, &after, &here, "5%"), Outcome::Better, "{at}");
                assert_eq!(of(name, &here, &here, "0%"), Outcome::Same, "{at}");
            }
        }
    }

    #[test]
    fn the_next_of_coarse_buckets_is_no_change_either() {
        let late = |power: u32| measured(&[((1 << power) - 1, 10_000)], 0);
        let powers = Bounds::new((10..=34).map(|power| (1_i64 << power) - 1).collect());
        let p99 = |bounds: &Bounds, new: u32| {
            let all = outcomes_by(bounds.clone(), &late(20), &late(new), TEN);
            all.into_iter().find(|(name, _)| name == "p99").unwrap().1
        };
        assert_eq!(p99(&powers, 21), Outcome::Same);
        assert_eq!(p99(&powers, 22), Outcome::Worse);
        assert_eq!(p99(&powers, 18), Outcome::Better);
        assert_eq!(p99(&Bounds::of_module(), 21), Outcome::Worse);
    }

    #[test]
    fn what_is_exact_is_compared_exactly() {
        let (old, new) = (
            measured(&[(1_000_000, 100)], 0),
            measured(&[(1_000_065, 100)], 0),
        );
        for name in ["max", "avg"] {
            assert_eq!(of(name, &old, &new, "0%"), Outcome::Worse);
            assert_eq!(of(name, &old, &new, TEN), Outcome::Same);
        }
    }

    #[test]
    fn a_few_nanoseconds_are_no_change() {
        let (old, new) = (measured(&[(0, 100)], 0), measured(&[(63, 100)], 0));
        assert_eq!(of("avg", &old, &new, "0%"), Outcome::Same);
    }

    #[test]
    fn too_few_ticks_are_not_compared() {
        let (few, many) = (
            measured(&[(63, 99)], 0),
            measured(&[(1_000_000, 10_000)], 0),
        );
        for (name, outcome) in outcomes(&few, &many, TEN) {
            assert_eq!(outcome, Outcome::Unknown, "{name}");
        }
        let enough = measured(&[(63, 999)], 0);
        assert_eq!(of("p99", &enough, &many, TEN), Outcome::Worse);
        assert_eq!(of("p99.9", &enough, &many, TEN), Outcome::Unknown);
    }

    #[test]
    fn missed_intervals_are_compared_by_their_share() {
        let old = measured(&[(63, 1_000)], 10);
        let longer = measured(&[(63, 10_000)], 100);
        assert_eq!(of("missed", &old, &longer, "0%"), Outcome::Same);
        assert_eq!(
            of("missed", &old, &measured(&[(63, 1_000)], 20), TEN),
            Outcome::Worse
        );
        // It did not tick at all any more.
        assert_eq!(
            of("missed", &old, &measured(&[], 1_000), TEN),
            Outcome::Worse
        );
    }

    #[test]
    fn one_that_is_worse_decides() {
        use Outcome::*;
        assert_eq!(verdict([Same, Worse, Better, Unknown]), Some(Worse));
        assert_eq!(verdict([Unknown, Same]), Some(Same));
        assert_eq!(verdict([Unknown]), None);
        assert_eq!(verdict([]), None);
    }

    fn anything() -> impl Strategy<Value = Measured> {
        let buckets = prop::collection::vec((any::<i64>(), any::<u64>()), 0..20);
        (buckets, any::<u64>()).prop_map(|(buckets, missed)| measured(&buckets, missed))
    }

    fn sensible() -> impl Strategy<Value = Measured> {
        let buckets = prop::collection::vec((0_i64..1 << 30, 0_u64..10_000), 0..20);
        (buckets, 0_u64..1_000).prop_map(|(buckets, missed)| measured(&buckets, missed))
    }

    proptest! {
        #[test]
        fn exchanging_both_exchanges_worse_and_better(
            old in prop_oneof![anything(), sensible()],
            new in prop_oneof![anything(), sensible()],
            share in 0_u32..=10_000,
        ) {
            let share = format!("{share}%");
            let back = outcomes(&new, &old, &share);
            for ((name, there), (_, back)) in outcomes(&old, &new, &share).into_iter().zip(back) {
                let expected = match there {
                    Outcome::Worse => Outcome::Better,
                    Outcome::Better => Outcome::Worse,
                    other => other,
                };
                prop_assert_eq!(back, expected, "{}", name);
            }
        }

        #[test]
        fn nothing_is_worse_than_itself(it in prop_oneof![anything(), sensible()]) {
            for (name, outcome) in outcomes(&it, &it, "0%") {
                prop_assert!(matches!(outcome, Outcome::Same | Outcome::Unknown), "{}", name);
            }
        }

        #[test]
        fn what_a_larger_tolerance_finds_worse_a_smaller_one_does_too(
            old in sensible(), new in sensible(), small in 0_u32..500, more in 0_u32..500,
        ) {
            let at = |share: u32| outcomes(&old, &new, &format!("{share}%"));
            for ((name, small), (_, large)) in at(small).into_iter().zip(at(small + more)) {
                prop_assert!(large != Outcome::Worse || small == Outcome::Worse, "{}", name);
            }
        }

        #[test]
        fn later_by_half_is_worse(late in 1_000_i64..1 << 39) {
            let (old, new) = (measured(&[(late, 1_000)], 0), measured(&[(late + late / 2, 1_000)], 0));
            for name in ["p50", "p99", "p99.9", "max", "avg"] {
                prop_assert_eq!(of(name, &old, &new, TEN), Outcome::Worse, "{}", name);
            }
        }
    }
}
