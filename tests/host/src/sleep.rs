// SPDX-License-Identifier: GPL-2.0

//! `src/domain/logic/stats.rs`: what one sleep means.

use proptest::{
    collection::vec,
    prelude::*, //
};

use crate::logic::stats::{
    Pace,
    Sleep,
    Stats,
    Tick, //
};

const MILLISECOND: i64 = 1_000_000;

fn sleep() -> Sleep {
    Sleep::first(1_000 * MILLISECOND, 10 * MILLISECOND)
}

#[test]
fn the_deadline_is_one_interval_away() {
    assert_eq!(sleep().deadline, 1_010 * MILLISECOND);
}

#[test]
fn waking_in_time_is_neither_late_nor_early() {
    let expected = Tick {
        late: 0,
        missed: 0,
        drift: 0,
    };
    assert_eq!(sleep().tick(sleep().deadline), expected);
}

#[test]
fn lateness_counts_from_the_deadline_and_may_be_negative() {
    for late in [-MILLISECOND, -1, 1, MILLISECOND] {
        assert_eq!(sleep().tick(sleep().deadline + late).late, late);
    }
}

#[test]
fn an_interval_is_missed_when_all_of_it_has_passed() {
    let deadline = sleep().deadline;
    for (late, missed) in [
        (-10, 0),
        (-1, 0),
        (0, 0),
        (9, 0),
        (10, 1),
        (19, 1),
        (20, 2),
        (95, 9),
    ] {
        let tick = sleep().tick(deadline + late * MILLISECOND);
        assert_eq!(tick.missed, missed, "{late} ms late");
    }
    assert_eq!(sleep().tick(deadline + 10 * MILLISECOND - 1).missed, 0);
}

#[test]
fn without_an_interval_nothing_is_missed() {
    assert_eq!(Sleep::first(0, 0).tick(MILLISECOND).missed, 0);
}

#[test]
fn drift_counts_from_the_wake_before() {
    let first = sleep();
    let woken = first.deadline + 3;
    let second = first.next(Pace::Relative, woken, woken + 5);
    assert_eq!(first.tick(woken).drift, 3);
    // Late by nothing, but the time between waking and sleeping is lost.
    let tick = second.tick(second.deadline);
    assert_eq!((tick.late, tick.drift), (0, 5));
}

#[test]
fn an_absolute_deadline_makes_up_for_drift() {
    let first = sleep();
    let woken = first.deadline + 3;
    let second = first.next(Pace::Absolute, woken, woken + 5);
    assert_eq!(second.deadline, first.deadline + 10 * MILLISECOND);
    // What the first was late is taken back.
    let tick = second.tick(second.deadline);
    assert_eq!((tick.late, tick.drift), (0, -3));
}

#[test]
fn an_absolute_deadline_skips_what_has_been_missed() {
    let deadline = sleep().deadline;
    for (late, intervals) in [(-9, 1), (0, 1), (9, 1), (10, 2), (19, 2), (20, 3), (95, 10)] {
        let woken = deadline + late * MILLISECOND;
        let next = sleep().next(Pace::Absolute, woken, woken);
        let expected = deadline + intervals * 10 * MILLISECOND;
        assert_eq!(next.deadline, expected, "{late} ms late");
    }
}

#[test]
fn without_an_interval_the_next_deadline_is_no_later() {
    let sleep = Sleep::first(5, 0);
    assert_eq!(sleep.next(Pace::Relative, 7, 9).deadline, 9);
    assert_eq!(sleep.next(Pace::Absolute, 7, 9).deadline, 5);
}

#[test]
fn who_is_called_has_no_deadline_to_miss() {
    for (called, woken, late) in [(5, 5, 0), (5, 12, 7), (12, 5, -7), (0, i64::MAX, i64::MAX)] {
        let expected = Tick {
            late,
            missed: 0,
            drift: 0,
        };
        assert_eq!(Tick::called(called, woken), expected);
    }
}

/// The shortest and the longest interval, and all between them.
fn interval() -> impl Strategy<Value = i64> {
    50_000i64..=86_400_000_000_000
}

fn start() -> impl Strategy<Value = i64> {
    0i64..1 << 50
}

/// A worker's life: an interval, and for each tick how late it was and how long it then worked.
fn life() -> impl Strategy<Value = (i64, i64, Vec<(i64, i64)>)> {
    (start(), interval()).prop_flat_map(|(start, interval)| {
        let late = prop_oneof![-interval..interval, -interval..30 * interval];
        let ticks = vec((late, 0..=interval), 1..50);
        (Just(start), Just(interval), ticks)
    })
}

/// The life of one that is never early, but works for long at times.
fn late_life() -> impl Strategy<Value = (i64, i64, Vec<(i64, i64)>)> {
    (start(), interval()).prop_flat_map(|(start, interval)| {
        let whole = (0..5i64).prop_map(move |intervals| intervals * interval);
        let time = || {
            let whole = whole.clone();
            prop_oneof![2 => 0..interval, 1 => 0..5 * interval, 1 => whole]
        };
        (Just(start), Just(interval), vec((time(), time()), 1..50))
    })
}

proptest! {
    #[test]
    fn every_tick_is_measured_on_the_clock((start, interval, ticks) in life()) {
        let mut sleep = Sleep::first(start, interval);
        let mut now = start;
        let mut stats = Stats::default();
        for (count, (late, work)) in (1..).zip(ticks) {
            // No interval is over twice: count those that end by the time of waking.
            let woken = now + interval + late;
            let deadlines = (1..).map(|index| now + interval + index * interval);
            let missed = deadlines.take_while(|&deadline| deadline <= woken).count() as u64;

            let tick = sleep.tick(woken);
            prop_assert_eq!((tick.late, tick.missed), (late, missed));
            stats.count(tick);
            prop_assert_eq!(stats.drift, woken - (start + count * interval));

            now = woken + work;
            sleep = sleep.next(Pace::Relative, woken, now);
            prop_assert_eq!(sleep.deadline, now + interval);
        }
    }

    #[test]
    fn absolute_deadlines_stay_on_the_grid((start, interval, ticks) in life()) {
        let mut sleep = Sleep::first(start, interval);
        for (late, work) in ticks {
            let deadline = sleep.deadline;
            let woken = deadline + late;
            sleep = sleep.next(Pace::Absolute, woken, woken + work);
            prop_assert_eq!((sleep.deadline - start) % interval, 0);
            // It is the next one, and none that is still to come is left out.
            prop_assert!(sleep.deadline > woken);
            prop_assert!(sleep.deadline - woken.max(deadline) <= interval);
        }
    }

    #[test]
    fn at_an_absolute_pace_every_interval_is_a_tick_or_missed(
        (start, interval, ticks) in late_life(),
    ) {
        let mut sleep = Sleep::first(start, interval);
        let mut now = start;
        let mut stats = Stats::default();
        for (count, (late, work)) in (1..).zip(ticks) {
            // Who works beyond the deadline does not sleep.
            let woken = sleep.deadline.max(now) + late;
            stats.count(sleep.tick(woken));
            prop_assert_eq!(stats.ticks + stats.missed, ((woken - start) / interval) as u64);
            prop_assert_eq!(stats.drift, woken - (start + count * interval));

            // As far behind as this tick is late, and as has been missed: nothing adds up.
            let behind = sleep.tick(woken).late % interval + stats.missed as i64 * interval;
            prop_assert_eq!(stats.drift, behind);

            now = woken + work;
            sleep = sleep.next(Pace::Absolute, woken, now);
        }
    }
}
