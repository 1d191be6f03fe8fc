// SPDX-License-Identifier: GPL-2.0

//! What was counted between two readings of workers that are not ours.

use std::collections::BTreeMap;

use crate::{
    measure::{
        change::{
            of_worker,
            Change,
            Counted,
            Since, //
        },
        distribution::Distribution,
        percent::Percent, //
    },
    output::document::{
        Late,
        Part,
        Show,
        Worker, //
    }, //
};

/// What became of all of them.
#[derive(Debug)]
pub(crate) struct Between {
    /// The later reading with the numbers of the time in between.
    pub(crate) show: Show,
    /// The ids of those that began anew.
    pub(crate) restarted: Vec<u64>,
    /// The ids of those that ran, and do not any more.
    pub(crate) ended: Vec<u64>,
}

pub(crate) fn between(before: &Show, after: &Show) -> Between {
    let (thens, nows) = (by_id(&before.workers), by_id(&after.workers));
    let mut restarted = Vec::new();
    let workers = after.workers.iter().map(|now| {
        let then = thens.get(&now.id).copied();
        match of_worker(then.map(counted).as_ref(), &counted(now)) {
            Change::Known(since) => difference(then, now, since),
            Change::Restarted => {
                restarted.push(now.id);
                // What is known of it now is not of this time.
                Worker {
                    late_ns: Late::default(),
                    ticks: Some(0),
                    missed: None,
                    early: None,
                    histogram: Some(Vec::new()),
                    drift_ns: None,
                    to_wake_ns: Part::default(),
                    to_run_ns: Part::default(),
                    ..now.clone()
                }
            }
        }
    });
    let workers = workers.collect();
    let ended = before.workers.iter().filter(|then| {
        runs(then)
            && !nows
                .get(&then.id)
                .is_some_and(|now| now.state.is_none() || runs(now))
    });
    let ended = ended.map(|then| then.id).collect();
    Between {
        show: Show {
            workers,
            ..after.clone()
        },
        restarted,
        ended,
    }
}

fn by_id(workers: &[Worker]) -> BTreeMap<u64, &Worker> {
    workers.iter().map(|worker| (worker.id, worker)).collect()
}

fn runs(worker: &Worker) -> bool {
    worker.state.as_deref() == Some("running")
}

fn counted(worker: &Worker) -> Counted {
    let mut distribution = Distribution::default();
    for &(bound, count) in worker.histogram.iter().flatten() {
        distribution.add(bound, count);
    }
    Counted {
        epoch: worker.epoch,
        ticks: worker.ticks,
        missed: worker.missed,
        early: worker.early,
        max: worker.late_ns.max,
        distribution,
    }
}

fn difference(then: Option<&Worker>, now: &Worker, since: Since) -> Worker {
    let before = |number: fn(&Worker) -> Option<u64>| then.and_then(number).unwrap_or(0);
    let max = since.worst.map(|worst| worst.ns);
    let percentile = |percent| since.distribution.percentile(percent, max);
    // The mean is of the table, which is a little younger than the histogram.
    let table_ticks = now
        .ticks
        .unwrap_or(0)
        .saturating_sub(before(|then| then.ticks));
    let sum_before = then.and_then(|then| then.late_ns.sum).unwrap_or(0);
    let sum = now.late_ns.sum.and_then(|sum| sum.checked_sub(sum_before));
    let avg = sum.and_then(|sum| sum.checked_div(i64::try_from(table_ticks).ok()?));
    let signals = now
        .signals
        .map(|signals| signals.saturating_sub(before(|then| then.signals)));
    let drift_before = then.and_then(|then| then.drift_ns).unwrap_or(0);
    Worker {
        ticks: Some(since.distribution.total()),
        missed: Some(since.missed),
        early: Some(since.early),
        signals,
        late_ns: Late {
            last: now.late_ns.last,
            min: None,
            avg,
            max,
            sum,
            p50: percentile(Percent::P50),
            p99: percentile(Percent::P99),
            p99_9: percentile(Percent::P99_9),
        },
        drift_ns: now
            .drift_ns
            .and_then(|drift| drift.checked_sub(drift_before)),
        // Their sums are not in the document, and their extremes are of all time.
        to_wake_ns: Part::default(),
        to_run_ns: Part::default(),
        histogram: Some(since.distribution.buckets().collect()),
        ..now.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn worker(id: u64, epoch: u64, buckets: &[(i64, u64)], max: i64) -> Worker {
        let ticks: u64 = buckets.iter().map(|(_, count)| count).sum();
        Worker {
            id,
            epoch: Some(epoch),
            ticks: Some(ticks),
            missed: Some(0),
            early: Some(0),
            late_ns: Late {
                max: Some(max),
                sum: Some(ticks as i64 * 10),
                ..Late::default()
            },
            histogram: Some(buckets.to_vec()),
            ..Worker::default()
        }
    }

    fn show(workers: Vec<Worker>) -> Show {
        Show {
            workers,
            ..Show::default()
        }
    }

    #[test]
    fn only_what_came_in_between_counts() {
        let before = show(vec![
            worker(0, 1, &[(63, 100), (4_095, 1)], 4_000),
            worker(1, 1, &[(63, 5)], 9),
        ]);
        let after = show(vec![
            worker(0, 1, &[(63, 300), (127, 100), (4_095, 1)], 4_000),
            worker(1, 2, &[(63, 7)], 9),
            worker(2, 1, &[(63, 3)], 50),
        ]);
        let between = between(&before, &after);
        assert_eq!(between.restarted, [1]);
        let [first, second, third] = &between.show.workers[..] else {
            panic!("{between:?}");
        };
        assert_eq!(first.histogram, Some(vec![(63, 200), (127, 100)]));
        // The maximum is of before, so that this is a bound.
        assert_eq!((first.ticks, first.late_ns.max), (Some(300), Some(127)));
        assert_eq!((first.late_ns.p50, first.late_ns.avg), (Some(63), Some(10)));
        assert_eq!((second.ticks, second.late_ns.max), (Some(0), None));
        assert_eq!((third.ticks, third.late_ns.max), (Some(3), Some(50)));
    }

    #[test]
    fn who_ran_and_does_not_any_more_has_ended() {
        let in_state = |id, state: &str| Worker {
            state: Some(state.to_owned()),
            ..worker(id, 1, &[(63, 5)], 9)
        };
        let before = show(vec![
            in_state(0, "running"),
            in_state(1, "running"),
            in_state(2, "stopped"),
            in_state(3, "running"),
            in_state(4, "exited"),
        ]);
        let after = show(vec![
            in_state(0, "running"),
            in_state(1, "exited"),
            in_state(2, "stopped"),
        ]);
        assert_eq!(between(&before, &after).ended, [1, 3]);
    }

    proptest! {
        #[test]
        fn any_two_readings_have_a_difference(
            numbers in prop::collection::vec(
                (0..3_u64, any::<Option<u64>>(), any::<Option<i64>>(), any::<Option<i64>>(), any::<(i64, u64)>()),
                0..6,
            ),
        ) {
            let workers: Vec<Worker> = numbers
                .iter()
                .map(|&(id, ticks, sum, drift_ns, bucket)| Worker {
                    ticks,
                    signals: ticks,
                    drift_ns,
                    late_ns: Late { sum, max: sum, ..Late::default() },
                    histogram: Some(vec![bucket]),
                    ..worker(id, 1, &[], 0)
                })
                .collect();
            let (first, second) = workers.split_at(workers.len() / 2);
            between(&show(first.to_vec()), &show(second.to_vec()));
        }
    }
}
