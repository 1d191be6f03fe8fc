// SPDX-License-Identifier: GPL-2.0

//! What happened between two readings of the same counters.
//!
//! Counters are compared only within one epoch. The file of histograms is read before the table, so what a
//! worker counted in between is in the difference of the next two readings.

use super::{
    by_id::ById,
    distribution::Distribution, //
};

/// What one worker had counted at the time of a reading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counted {
    pub(crate) epoch: Option<u64>,
    pub(crate) ticks: Option<u64>,
    pub(crate) missed: Option<u64>,
    pub(crate) early: Option<u64>,
    /// The largest lateness of this epoch.
    pub(crate) max: Option<i64>,
    pub(crate) distribution: Distribution,
}

/// The workers of one reading, by their ids.
pub(crate) type Reading = ById<Counted>;

/// What became of one worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// It counted this.
    Known(Since),
    /// Its counters began anew, or mean something else now: what happened in between is lost.
    Restarted,
}

/// What was counted between two readings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Since {
    pub(crate) distribution: Distribution,
    pub(crate) missed: u64,
    pub(crate) early: u64,
    /// `None` if there was no tick.
    pub(crate) worst: Option<Worst>,
}

/// The latest tick of a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Worst {
    pub(crate) ns: i64,
    /// Whether it was exactly this late. Otherwise this is the bound of its bucket: it was not later.
    pub(crate) exact: bool,
}

/// The changes of all workers of the later reading, and the ids of those that it does not have any more.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    pub(crate) workers: ById<Change>,
    pub(crate) removed: Vec<u64>,
}

/// Compares two readings of all workers.
pub(crate) fn between(before: &Reading, after: &Reading) -> Changes {
    Changes {
        workers: after
            .iter()
            .map(|(id, now)| (id, of_worker(before.get(id), now)))
            .collect(),
        removed: before
            .iter()
            .map(|(id, _)| id)
            .filter(|id| after.get(*id).is_none())
            .collect(),
    }
}

/// Compares two readings of one worker. One that was not there has counted all of it since.
pub(crate) fn of_worker(before: Option<&Counted>, now: &Counted) -> Change {
    let none = Counted {
        epoch: now.epoch,
        ..Counted::default()
    };
    difference(before.unwrap_or(&none), now).map_or(Change::Restarted, Change::Known)
}

/// There is none if a counter has fallen, or may have.
fn difference(before: &Counted, now: &Counted) -> Option<Since> {
    if before.epoch != now.epoch || !is_of_one_epoch(before) || !is_of_one_epoch(now) {
        return None;
    }
    let more = |before: Option<u64>, now: Option<u64>| match now {
        Some(now) => now.checked_sub(before.unwrap_or(0)),
        None => Some(0),
    };
    more(before.ticks, now.ticks)?;
    let distribution = now.distribution.since(&before.distribution)?;
    let grown = match (before.max, now.max) {
        (Some(before), Some(now)) if now < before => return None,
        (before, now) => now.filter(|_| now != before),
    };
    let bound = distribution.buckets().next_back().map(|(bound, _)| bound);
    let worst = match grown {
        Some(ns) => Some(Worst { ns, exact: true }),
        None => bound.map(|bound| Worst {
            ns: now.max.map_or(bound, |max| bound.min(max)),
            exact: false,
        }),
    };
    Some(Since {
        worst,
        missed: more(before.missed, now.missed)?,
        early: more(before.early, now.early)?,
        distribution,
    })
}

/// The histogram is older than the table. It has more ticks only if the counters began anew in between.
fn is_of_one_epoch(counted: &Counted) -> bool {
    counted
        .ticks
        .is_none_or(|ticks| counted.distribution.total() <= ticks)
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

    /// What the module says of a worker that was late by these.
    fn counted(epoch: u64, values: &[i64]) -> Counted {
        let mut low = [0; BUCKETS];
        let mut high = [0; BUCKETS];
        let mut histogram = Histogram::new(&mut low, &mut high);
        values.iter().for_each(|&value| histogram.add(value));
        let mut distribution = Distribution::default();
        (0..BUCKETS).for_each(|b| distribution.add(upper_bound(b), histogram.count(b)));
        Counted {
            epoch: Some(epoch),
            ticks: Some(values.len() as u64),
            missed: Some(0),
            early: Some(0),
            max: values.iter().max().copied(),
            distribution,
        }
    }

    fn known(change: Change) -> Since {
        match change {
            Change::Known(since) => since,
            Change::Restarted => panic!("restarted"),
        }
    }

    #[test]
    fn workers_come_and_go() {
        let before = Reading::from_iter([(0, counted(1, &[5])), (1, counted(2, &[5]))]);
        let after = Reading::from_iter([(1, counted(2, &[5, 7])), (2, counted(3, &[900]))]);
        let changes = between(&before, &after);
        assert_eq!(changes.removed, [0]);
        assert!(changes.workers.iter().map(|(id, _)| id).eq([1, 2]));
        let Some(Change::Known(new)) = changes.workers.get(2) else {
            panic!("{changes:?}");
        };
        let exact = Worst {
            ns: 900,
            exact: true,
        };
        assert_eq!((new.distribution.total(), new.worst), (1, Some(exact)));
    }

    #[test]
    fn another_epoch_is_no_difference() {
        let before = counted(1, &[5, 6]);
        for now in [counted(2, &[5, 6, 7]), counted(2, &[]), Counted::default()] {
            assert_eq!(of_worker(Some(&before), &now), Change::Restarted);
        }
    }

    #[test]
    fn a_reset_between_the_two_files_is_noticed() {
        let mut torn = counted(2, &[1, 2, 3]);
        torn.ticks = Some(1);
        assert_eq!(
            of_worker(Some(&torn), &counted(2, &[1, 2, 3, 4])),
            Change::Restarted
        );
        assert_eq!(of_worker(Some(&counted(2, &[])), &torn), Change::Restarted);
    }

    #[test]
    fn what_falls_within_an_epoch_began_anew() {
        let whole = counted(1, &[5, 500]);
        for now in [
            counted(1, &[5]),
            counted(1, &[500, 501]),
            counted(1, &[5, 400, 6]),
            Counted {
                missed: Some(0),
                ..whole.clone()
            },
        ] {
            let before = Counted {
                missed: Some(1),
                ..whole.clone()
            };
            assert_eq!(of_worker(Some(&before), &now), Change::Restarted, "{now:?}");
        }
    }

    #[test]
    fn nothing_happened() {
        let same = counted(1, &[5, 500]);
        assert_eq!(
            known(of_worker(Some(&same), &same.clone())),
            Since::default()
        );
    }

    proptest! {
        #[test]
        fn the_difference_is_what_was_counted_since(
            first in prop::collection::vec(-5_000_i64..5_000_000, 0..60),
            then in prop::collection::vec(-5_000_i64..5_000_000, 0..60),
        ) {
            let before = counted(1, &first);
            let now = counted(1, &[first.clone(), then.clone()].concat());
            let since = known(of_worker(Some(&before), &now));
            prop_assert_eq!(&since.distribution, &counted(1, &then).distribution);
            let worst = then.iter().max().copied();
            prop_assert_eq!(since.worst.is_some(), worst.is_some());
            if let (Some(said), Some(worst)) = (since.worst, worst) {
                prop_assert_eq!(said.exact, first.iter().max().is_none_or(|max| worst > *max));
                prop_assert!(worst <= said.ns && (worst == said.ns || !said.exact));
                // A bucket is at most an eighth of its values wide, or 64, and the first has all that are not late.
                prop_assert!(said.ns - worst.max(0) <= 63.max(worst / 8));
            }
        }

        #[test]
        fn anything_can_be_compared(
            a in any_counted(),
            b in any_counted(),
        ) {
            if let Change::Known(since) = of_worker(Some(&a), &b) {
                prop_assert!(since.distribution.total() <= b.distribution.total());
            }
            let _ = of_worker(None, &b);
        }
    }

    fn any_counted() -> impl Strategy<Value = Counted> {
        let few = || prop::option::of(0_u64..3);
        let buckets = prop::collection::vec((any::<i64>(), any::<u64>()), 0..4);
        (
            few(),
            any::<Option<u64>>(),
            few(),
            few(),
            any::<Option<i64>>(),
            buckets,
        )
            .prop_map(|(epoch, ticks, missed, early, max, buckets)| {
                let mut distribution = Distribution::default();
                buckets
                    .iter()
                    .for_each(|&(bound, count)| distribution.add(bound, count));
                Counted {
                    epoch,
                    ticks,
                    missed,
                    early,
                    max,
                    distribution,
                }
            })
    }
}
