// SPDX-License-Identifier: GPL-2.0

//! `src/domain/logic/stats.rs`: the counters.

use proptest::{
    collection::vec,
    prelude::*, //
};

use crate::logic::stats::{
    LateSummary,
    Stats,
    Tick, //
};

/// Nanoseconds.
const YEAR: i64 = 366 * 24 * 60 * 60 * 1_000_000_000;

fn tick(late: i64, missed: u64, drift: i64) -> Tick {
    Tick {
        late,
        missed,
        drift,
    }
}

fn counted(ticks: &[Tick]) -> Stats {
    let mut stats = Stats::default();
    for &tick in ticks {
        stats.count(tick);
    }
    stats
}

fn disturbed(mut stats: Stats, early: u64, signals: u64) -> Stats {
    stats.early += early;
    stats.signals += signals;
    stats
}

fn total(workers: &[Stats]) -> Stats {
    let workers = workers.iter().copied();
    workers.reduce(Stats::merged).unwrap_or_default()
}

/// Lateness once more, from all ticks.
fn late(ticks: &[Tick]) -> Option<LateSummary> {
    let lates = || ticks.iter().map(|tick| tick.late);
    let sum: i128 = lates().map(i128::from).sum();
    Some(LateSummary {
        last: lates().last()?,
        min: lates().min()?,
        avg: i64::try_from(sum / ticks.len() as i128).unwrap(),
        max: lates().max()?,
        sum: lates()
            .map(|late| late.max(0) as u64)
            .fold(0, u64::saturating_add),
    })
}

/// What of it many workers have in common.
fn extremes(summary: Option<LateSummary>) -> Option<(i64, i64, i64)> {
    summary.map(|late| (late.min, late.avg, late.max))
}

#[test]
fn nothing_is_late_before_the_first_tick() {
    let stats = Stats::default();
    assert_eq!(stats.least(), 0);
    assert_eq!(stats.late(), None);
    assert_eq!(
        (
            stats.ticks,
            stats.missed,
            stats.early,
            stats.signals,
            stats.drift
        ),
        (0, 0, 0, 0, 0)
    );
}

#[test]
fn the_first_tick_is_all_extremes() {
    for late in [-5, 0, 5] {
        let stats = counted(&[tick(late, 0, 0)]);
        let expected = LateSummary {
            last: late,
            min: late,
            avg: late,
            max: late,
            sum: late.max(0) as u64,
        };
        assert_eq!(stats.late(), Some(expected));
    }
}

#[test]
fn each_tick_counts() {
    let stats = counted(&[tick(4, 0, 4), tick(-2, 0, -6), tick(31, 3, 33)]);
    let expected = LateSummary {
        last: 31,
        min: -2,
        avg: 11,
        max: 31,
        // Without the early one.
        sum: 35,
    };
    assert_eq!(stats.late(), Some(expected));
    assert_eq!((stats.ticks, stats.missed, stats.drift), (3, 3, 31));
}

/// 292 years of lateness, twice; and once more.
#[test]
fn a_sum_that_does_not_fit_stays_at_its_largest() {
    let mut stats = Stats::default();
    let sums = [(); 3].map(|()| {
        stats.count(tick(i64::MAX, 0, 0));
        stats.late().map(|late| late.sum)
    });
    assert_eq!(sums, [i64::MAX as u64, u64::MAX - 1, u64::MAX].map(Some));
    assert_eq!(
        stats.merged(stats).late().map(|late| late.sum),
        Some(u64::MAX)
    );
}

#[test]
fn a_worker_without_ticks_has_no_part_in_the_lateness_of_all() {
    let idle = disturbed(Stats::default(), 2, 3);
    let busy = counted(&[tick(-7, 0, 0), tick(-3, 1, 0)]);
    for workers in [[idle, busy], [busy, idle]] {
        let total = total(&workers);
        assert_eq!(extremes(total.late()), Some((-7, -5, -3)));
        assert_eq!(
            (total.ticks, total.missed, total.early, total.signals),
            (2, 1, 2, 3)
        );
    }
    assert_eq!(total(&[idle, idle]).late(), None);
}

/// 2 to the power of `doublings` ticks like this one.
fn doubled(tick: Tick, doublings: u32) -> Stats {
    let mut stats = counted(&[tick]);
    for _ in 0..doublings {
        stats = stats.merged(stats);
    }
    stats
}

#[test]
fn a_year_of_ticks_each_50us_fits() {
    // 2^40 of them take a year and nine months.
    let stats = doubled(tick(50_000, 1, 0), 40);
    assert_eq!(stats.ticks, 1 << 40);
    assert!(stats.ticks > YEAR as u64 / 50_000);
    assert_eq!(stats.missed, 1 << 40);
    assert_eq!(extremes(stats.late()), Some((50_000, 50_000, 50_000)));
}

#[test]
fn a_worker_that_is_late_all_the_year_has_the_right_average() {
    let mut stats = doubled(tick(YEAR >> 40, 0, 0), 40);
    stats.count(tick(-1, 0, YEAR));
    assert_eq!(
        extremes(stats.late()),
        Some((-1, (YEAR >> 40) - 1, YEAR >> 40))
    );
    assert_eq!(stats.drift, YEAR);
}

#[test]
fn the_average_of_many_workers_is_right_after_years() {
    // Together they are later than 64 bits can tell.
    let worker = doubled(tick(4_000_000, 0, 0), 33);
    let total = total(&[worker; 1_000]);
    assert_eq!(total.ticks, 1_000 << 33);
    assert_eq!(
        extremes(total.late()),
        Some((4_000_000, 4_000_000, 4_000_000))
    );

    let worker = doubled(tick(-4_000_000, 0, 0), 33);
    let early = [worker; 1_000].into_iter().reduce(Stats::merged).unwrap();
    assert_eq!(
        extremes(early.late()),
        Some((-4_000_000, -4_000_000, -4_000_000))
    );
    assert_eq!(
        extremes(early.merged(total).late()),
        Some((-4_000_000, 0, 4_000_000))
    );
}

fn any_tick(late: impl Strategy<Value = i64>) -> impl Strategy<Value = Tick> {
    (late, 0u64..1_000, -1_000_000i64..1_000_000)
        .prop_map(|(late, missed, drift)| tick(late, missed, drift))
}

fn ticks() -> impl Strategy<Value = Vec<Tick>> {
    prop_oneof![
        vec(any_tick(-100i64..100), 0..40),
        vec(any_tick(-1_000_000_000_000i64..1_000_000_000_000), 0..40),
        vec(any_tick(-100i64..0), 1..5),
    ]
}

proptest! {
    #[test]
    fn counters_are_those_of_all_ticks(ticks in ticks()) {
        let stats = counted(&ticks);
        prop_assert_eq!(stats.late(), late(&ticks));
        prop_assert_eq!(stats.ticks, ticks.len() as u64);
        prop_assert_eq!(stats.missed, ticks.iter().map(|tick| tick.missed).sum::<u64>());
        prop_assert_eq!(stats.drift, ticks.iter().map(|tick| tick.drift).sum::<i64>());
        prop_assert_eq!((stats.early, stats.signals), (0, 0));
    }

    #[test]
    fn the_sum_of_lateness_never_falls(ticks in ticks()) {
        let mut stats = Stats::default();
        let mut before = 0;
        for tick in ticks {
            stats.count(tick);
            let sum = stats.late().map_or(0, |late| late.sum);
            prop_assert!(sum >= before);
            before = sum;
        }
    }

    #[test]
    fn the_total_is_as_if_one_worker_had_counted_all(
        workers in vec((ticks(), 0u64..100, 0u64..100), 0..8),
    ) {
        let each: Vec<_> = workers
            .iter()
            .map(|(ticks, early, signals)| disturbed(counted(ticks), *early, *signals))
            .collect();
        let together: Vec<_> = workers.iter().flat_map(|(ticks, ..)| ticks.clone()).collect();
        let total = total(&each);
        prop_assert_eq!(extremes(total.late()), extremes(late(&together)));
        prop_assert_eq!(total.ticks, together.len() as u64);
        prop_assert_eq!(total.missed, together.iter().map(|tick| tick.missed).sum::<u64>());
        prop_assert_eq!(total.early, workers.iter().map(|(_, early, _)| early).sum::<u64>());
        prop_assert_eq!(total.signals, workers.iter().map(|(.., signals)| signals).sum::<u64>());
    }

    #[test]
    fn the_order_of_workers_does_not_matter(a in ticks(), b in ticks()) {
        let (a, b) = (counted(&a), counted(&b));
        let (one, other) = (a.merged(b), b.merged(a));
        prop_assert_eq!(extremes(one.late()), extremes(other.late()));
        prop_assert_eq!((one.ticks, one.missed), (other.ticks, other.missed));
    }

    #[test]
    fn a_sum_beyond_64_bits_has_an_average_to_a_millionth(
        // Up to two hours late, for longer than there have been computers.
        late in -7_200_000_000_000i64..7_200_000_000_000,
        doublings in 0u32..56,
        others in vec(any_tick(-7_200_000_000_000i64..7_200_000_000_000), 0..40),
    ) {
        let total = doubled(tick(late, 0, 0), doublings).merged(counted(&others));
        let sum = (i128::from(late) << doublings)
            + others.iter().map(|tick| i128::from(tick.late)).sum::<i128>();
        let exact = sum / i128::from(total.ticks);
        let avg = i128::from(total.late().unwrap().avg);
        prop_assert!((avg - exact).abs() <= exact.abs() / 1_000_000 + 1, "{} for {}", avg, exact);
    }

    #[test]
    fn the_average_lies_between_the_extremes(ticks in ticks()) {
        if let Some(late) = counted(&ticks).late() {
            prop_assert!((late.min..=late.max).contains(&late.avg));
            prop_assert!((late.min..=late.max).contains(&late.last));
            prop_assert_eq!(counted(&ticks).least(), late.min);
        }
    }

    #[test]
    fn no_tick_is_too_extreme(
        ticks in vec((any::<i64>(), any::<u64>(), any::<i64>()), 0..8),
        others in vec((any::<i64>(), any::<u64>(), any::<i64>()), 0..8),
    ) {
        let count = |shift: u32, ticks: &[(i64, u64, i64)]| {
            let ticks = ticks.iter();
            let ticks = ticks.map(|&(late, missed, drift)| tick(late >> shift, missed, drift));
            counted(&ticks.collect::<Vec<_>>())
        };
        // Whatever the lateness, nothing panics; up to 146 years there is an average.
        let _ = count(0, &ticks).merged(count(0, &others)).late();
        let total = count(1, &ticks).merged(count(1, &others));
        prop_assert_eq!(total.late().is_some(), total.ticks > 0);
    }
}
