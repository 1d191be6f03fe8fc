// SPDX-License-Identifier: GPL-2.0

use super::{
    super::sample::Split,
    *, //
};
use crate::logic::histogram::{
    upper_bound,
    Histogram,
    BUCKETS, //
};
use proptest::prelude::*;

/// What the module says of a worker that was late by these.
fn worker(id: u64, wait: &str, late: &[i64]) -> Seen {
    let mut low = [0; BUCKETS];
    let mut high = [0; BUCKETS];
    let mut histogram = Histogram::new(&mut low, &mut high);
    late.iter().for_each(|&value| histogram.add(value));
    let mut distribution = Distribution::default();
    (0..BUCKETS).for_each(|b| distribution.add(upper_bound(b), histogram.count(b)));
    Seen {
        id,
        key: Key {
            wait: wait.into(),
            ..Key::default()
        },
        state: Some(0),
        counts: Counts {
            ticks: late.len() as u64,
            late_ns: late.iter().map(|&ns| ns.max(0) as u64).sum(),
            ..Counts::default()
        },
        min: late.iter().min().copied(),
        max: late.iter().max().copied(),
        drift: Some(id as i64),
        distribution,
    }
}

fn sample(uptime_ns: u64, workers: Vec<Seen>) -> Sample {
    Sample {
        uptime_ns: Some(uptime_ns),
        loaded: Some((5, 10)),
        trips: Some(uptime_ns),
        workers,
        ..Sample::default()
    }
}

fn ticks(totals: &Totals) -> u64 {
    totals.series.values().map(|sums| sums.ticks).sum()
}

fn counted(totals: &Totals) -> u64 {
    totals
        .series
        .values()
        .map(|sums| sums.distribution.total())
        .sum()
}

/// What is counted after these readings.
fn after(samples: impl IntoIterator<Item = Sample>) -> Totals {
    let mut totals = Totals::default();
    samples.into_iter().for_each(|sample| totals.add(sample));
    totals
}

#[test]
fn a_reset_is_noticed() {
    let totals = after([
        sample(1, vec![worker(0, "event", &[5, 500, 70])]),
        sample(2, vec![worker(0, "event", &[90, 6])]),
        sample(3, vec![worker(0, "event", &[90, 6, 7])]),
    ]);
    assert_eq!((ticks(&totals), counted(&totals)), (6, 6));
}

/// Also if there are more ticks than before it.
#[test]
fn a_reset_is_noticed_by_the_extremes() {
    let totals = after([
        sample(1, vec![worker(0, "event", &[5, 500])]),
        sample(2, vec![worker(0, "event", &[6, 7, 8, 400])]),
    ]);
    assert_eq!((ticks(&totals), counted(&totals)), (6, 6));
}

/// Also if there are as many ticks as before it, and the extremes are farther apart.
#[test]
fn a_reset_is_noticed_by_a_bucket() {
    let totals = after([
        sample(1, vec![worker(0, "event", &[700, 900])]),
        sample(2, vec![worker(0, "event", &[5, 800, 2_000])]),
    ]);
    assert_eq!((ticks(&totals), counted(&totals)), (5, 5));
}

#[test]
fn what_could_not_be_read_is_not_counted_again() {
    let mut totals = after([sample(9, vec![worker(0, "event", &[5])])]);
    totals.unread();
    assert_eq!((ticks(&totals), totals.states), (1, [0; 4]));
    totals.add(sample(10, vec![worker(0, "event", &[5, 5])]));
    assert_eq!((ticks(&totals), counted(&totals)), (2, 2));
}

#[test]
fn another_primitive_is_another_series() {
    let totals = after([
        sample(1, vec![worker(0, "event", &[5, 5])]),
        sample(2, vec![worker(0, "work", &[5, 5, 5])]),
    ]);
    let by_wait: Vec<_> = totals
        .series
        .iter()
        .map(|(key, sums)| (key.wait.as_str(), sums.ticks))
        .collect();
    assert_eq!(by_wait, [("event", 2), ("work", 3)]);
}

#[test]
fn a_worker_that_was_removed_is_still_counted() {
    let totals = after([
        sample(
            1,
            vec![worker(0, "event", &[5]), worker(1, "event", &[5, 6])],
        ),
        sample(2, vec![worker(0, "event", &[5])]),
        sample(
            3,
            vec![worker(0, "event", &[5]), worker(1, "event", &[5, 6, 7])],
        ),
    ]);
    assert_eq!((ticks(&totals), counted(&totals)), (6, 6));
    assert_eq!((totals.states, totals.trips), ([2, 0, 0, 0], 3));
    assert_eq!(totals.drift.values().copied().collect::<Vec<_>>(), [1]);
}

#[test]
fn another_instance_of_the_module_begins_at_0() {
    let first = || sample(9, vec![worker(0, "event", &[5])]);
    let mut second = sample(3, vec![worker(0, "event", &[5, 6])]);
    let totals = after([first(), second.clone()]);
    assert_eq!((ticks(&totals), counted(&totals), totals.trips), (3, 3, 12));
    // Of one that has been there for longer than the other had been, the clock says it.
    second.uptime_ns = Some(20);
    assert_eq!(ticks(&after([first(), second.clone()])), 2);
    second.loaded = Some((11, 12));
    assert_eq!(ticks(&after([first(), second.clone()])), 3);
}

#[test]
fn unloaded_and_loaded_between_two_scrapes() {
    let mut totals = after([sample(9, vec![worker(0, "event", &[5])])]);
    totals.gone();
    assert_eq!((ticks(&totals), totals.states), (1, [0; 4]));
    totals.add(sample(30, vec![worker(0, "event", &[5, 5])]));
    assert_eq!((ticks(&totals), counted(&totals)), (3, 3));
}

/// The histogram was read before a reset, and the table after it.
#[test]
fn a_reset_between_the_two_files_counts_nothing_twice() {
    let before = worker(0, "event", &[5, 500]);
    let mut torn = worker(0, "event", &[5, 500, 70]);
    torn.counts.ticks = 1;
    torn.counts.late_ns = 9;
    (torn.min, torn.max) = (Some(9), Some(9));
    let totals = after([
        sample(1, vec![before]),
        sample(2, vec![torn]),
        sample(3, vec![worker(0, "event", &[9, 5, 500, 70, 8])]),
    ]);
    assert_eq!(counted(&totals), 8);
    assert_eq!(ticks(&totals), 7);
}

#[test]
fn causes_may_be_turned_off_and_on() {
    let split = |ticks, ns| {
        let mut seen = worker(0, "event", &[5; 9]);
        seen.counts.split = Some(Split {
            ticks,
            to_wake_ns: ns,
            to_run_ns: 1,
        });
        sample(1, vec![seen])
    };
    let off = sample(1, vec![worker(0, "event", &[5; 9])]);
    let totals = after([
        off.clone(),
        split(4, 40),
        split(5, 50),
        off,
        split(2, 20),
        split(1, 30),
    ]);
    let sums = totals
        .series
        .values()
        .next()
        .and_then(|sums| sums.split)
        .unwrap();
    assert_eq!((sums.ticks, sums.to_wake_ns), (8, 100));
    assert_eq!(ticks(&totals), 9);
}

#[test]
fn series_have_a_limit() {
    let workers = (0..10_000)
        .map(|id| worker(id, &format!("w{id}"), &[5]))
        .collect();
    let totals = after([sample(1, workers)]);
    assert_eq!(
        (totals.series.len(), ticks(&totals)),
        (MOST_SERIES + 1, 10_000)
    );
}

/// What happens to a worker.
#[derive(Clone, Debug)]
enum Event {
    Tick(i64),
    Reset,
    Remove,
    Scrape,
    Reload,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        6 => (-5_000_i64..5_000_000).prop_map(Event::Tick),
        1 => Just(Event::Reset),
        1 => Just(Event::Remove),
        1 => Just(Event::Reload),
        3 => Just(Event::Scrape),
    ]
}

fn any_seen() -> impl Strategy<Value = Seen> {
    let buckets = prop::collection::vec((any::<i64>(), any::<u64>()), 0..4);
    (
        0_u64..3,
        any::<[u64; 4]>(),
        any::<Option<[u64; 3]>>(),
        any::<[Option<i64>; 3]>(),
        buckets,
    )
        .prop_map(|(id, counts, split, extremes, buckets)| {
            let mut seen = worker(id, "x", &[]);
            let [ticks, missed, early, late_ns] = counts;
            seen.counts = Counts {
                ticks,
                missed,
                early,
                late_ns,
                split: split.map(|[ticks, to_wake_ns, to_run_ns]| Split {
                    ticks,
                    to_wake_ns,
                    to_run_ns,
                }),
            };
            [seen.min, seen.max, seen.drift] = extremes;
            for (bound, count) in buckets {
                seen.distribution.add(bound, count);
            }
            seen
        })
}

fn has_grown(before: &BTreeMap<Key, Sums>, now: &BTreeMap<Key, Sums>) -> bool {
    before.iter().all(|(key, old)| {
        now.get(key).is_some_and(|new| {
            let split = |sums: &Sums| {
                sums.split
                    .map_or((0, 0, 0), |s| (s.ticks, s.to_wake_ns, s.to_run_ns))
            };
            let (a, b) = (split(old), split(new));
            old.ticks <= new.ticks
                && old.missed <= new.missed
                && old.early <= new.early
                && old.late_ns <= new.late_ns
                && a.0 <= b.0
                && a.1 <= b.1
                && a.2 <= b.2
                && new.distribution.since(&old.distribution).is_some()
        })
    })
}

proptest! {
    /// With a reading before each loss, each tick is counted once.
    #[test]
    fn each_tick_is_counted_once(events in prop::collection::vec(event(), 0..80)) {
        let mut totals = Totals::default();
        let (mut late, mut expected, mut uptime, mut there) = (Vec::new(), 0, 1, true);
        let mut instance = 0;
        let sample = |uptime, instance: i128, workers| Sample {
            loaded: Some((10 * instance, 10 * instance + 9)),
            ..sample(uptime, workers)
        };
        for event in events {
            uptime += 1;
            match event {
                Event::Tick(ns) if there => {
                    late.push(ns);
                    expected += 1;
                }
                Event::Tick(_) => there = true,
                _ => {
                    let workers = if there { vec![worker(0, "event", &late)] } else { vec![] };
                    totals.add(sample(uptime, instance, workers));
                    prop_assert_eq!(ticks(&totals), expected);
                    prop_assert_eq!(counted(&totals), expected);
                    match event {
                        Event::Reset => {
                            late.clear();
                            totals.add(sample(uptime, instance, vec![worker(0, "event", &late)]));
                        }
                        Event::Remove => {
                            late.clear();
                            there = false;
                            totals.add(sample(uptime, instance, vec![]));
                        }
                        Event::Reload => {
                            late.clear();
                            uptime = 0;
                            instance += 1;
                        }
                        Event::Scrape | Event::Tick(_) => {}
                    }
                }
            }
        }
    }

    /// Without one, none is counted twice.
    #[test]
    fn no_tick_is_counted_twice(
        first in prop::collection::vec(0_i64..3_000, 0..9),
        then in prop::collection::vec(0_i64..3_000, 0..9),
    ) {
        let totals = after([
            sample(1, vec![worker(0, "event", &first)]),
            sample(2, vec![worker(0, "event", &then)]),
        ]);
        let all = (first.len() + then.len()) as u64;
        prop_assert!(ticks(&totals) <= all && counted(&totals) <= all);
        prop_assert!(ticks(&totals) >= first.len().max(then.len()) as u64);
    }

    #[test]
    fn counters_only_grow(
        samples in prop::collection::vec((0_u64..5, prop::collection::vec(any_seen(), 0..4)), 0..8),
    ) {
        let mut totals = Totals::default();
        for (uptime, workers) in samples {
            let (before, trips) = (totals.series.clone(), totals.trips);
            totals.add(sample(uptime, workers));
            prop_assert!(has_grown(&before, &totals.series));
            prop_assert!(trips <= totals.trips);
        }
    }
}
