// SPDX-License-Identifier: GPL-2.0

//! `src/domain/logic/sums.rs`: lateness split by its causes.

use proptest::{
    collection::vec,
    prelude::*, //
};

use crate::logic::sums::{
    Split,
    Summary,
    ToRun, //
};

/// Nanoseconds.
const DAY: i64 = 24 * 60 * 60 * 1_000_000_000;

fn split(ticks: &[(i64, i64)]) -> Split {
    let mut split = Split::default();
    for &(late, to_run) in ticks {
        split.add(late, to_run);
    }
    split
}

/// The same once more, from all times.
fn summary(times: &[i64]) -> Option<Summary> {
    let sum: i128 = times.iter().copied().map(i128::from).sum();
    Some(Summary {
        avg: (sum / times.len().max(1) as i128) as i64,
        max: times.iter().copied().max()?,
        sum: times.iter().map(|&time| time.max(0) as u64).sum(),
    })
}

/// Lateness, and how much of it passed after the thread had been woken.
fn ticks() -> impl Strategy<Value = Vec<(i64, i64)>> {
    vec((-DAY..=DAY, 0..=DAY), 0..50)
}

#[test]
fn nothing_has_no_parts() {
    let split = Split::default();
    assert_eq!(
        (split.wake_part(), split.run_part(), split.ticks),
        (None, None, 0)
    );
}

#[test]
fn an_early_wake_counts_as_nothing_in_the_sum_and_as_itself_in_the_mean() {
    let split = split(&[(-10, 2), (30, 5)]);
    let expected = Summary {
        avg: (-12 + 25) / 2,
        max: 25,
        sum: 25,
    };
    assert_eq!(split.wake_part(), Some(expected));
}

#[test]
fn a_maximum_may_be_negative() {
    assert_eq!(split(&[(-10, 2), (-7, 0)]).wake_part().unwrap().max, -7);
}

#[test]
fn what_is_known_is_not_negative() {
    for (nanos, known) in [(-1, 0), (i64::MIN, 0), (0, 0), (7, 7), (i64::MAX, i64::MAX)] {
        assert_eq!(ToRun::new(nanos).nanos(), Some(known));
        assert_eq!(ToRun::new(nanos).raw(), known);
    }
    assert_eq!((ToRun::UNKNOWN.nanos(), ToRun::UNKNOWN.raw()), (None, -1));
}

proptest! {
    #[test]
    fn each_part_is_that_of_all_ticks(ticks in ticks()) {
        let split = split(&ticks);
        let to_wake: Vec<_> = ticks.iter().map(|(late, to_run)| late - to_run).collect();
        let to_run: Vec<_> = ticks.iter().map(|(_, to_run)| *to_run).collect();
        prop_assert_eq!(split.wake_part(), summary(&to_wake));
        prop_assert_eq!(split.run_part(), summary(&to_run));
        prop_assert_eq!(split.ticks, ticks.len() as u64);
    }

    #[test]
    fn sums_never_fall(ticks in ticks()) {
        let sums = |split: Split| {
            let sum = |part: Option<Summary>| part.map_or(0, |part| part.sum);
            (sum(split.wake_part()), sum(split.run_part()))
        };
        for end in 1..ticks.len() {
            let (before, after) = (sums(split(&ticks[..end - 1])), sums(split(&ticks[..end])));
            prop_assert!(before.0 <= after.0 && before.1 <= after.1);
        }
    }

    #[test]
    fn workers_together_are_as_one_with_all_ticks(one in ticks(), other in ticks()) {
        let all: Vec<_> = one.iter().chain(&other).copied().collect();
        prop_assert_eq!(split(&one).merged(split(&other)), split(&all));
    }
}
