// SPDX-License-Identifier: GPL-2.0

//! What a document says of each primitive, or of each worker.

use std::collections::{
    BTreeMap,
    BTreeSet, //
};

use crate::{
    measure::{
        distribution::Distribution,
        measured::Measured, //
    },
    output::document::{
        Show,
        Worker, //
    }, //
};

/// The workers that are shown together.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Summary {
    /// The primitive, and the id if it is of one worker.
    pub(crate) name: String,
    pub(crate) wait: String,
    /// In nanoseconds, of all of them.
    pub(crate) intervals: BTreeSet<i64>,
    pub(crate) measured: Measured,
}

/// In the order in which the primitives come in the table.
pub(crate) fn by_primitive(document: &Show) -> Vec<Summary> {
    let mut summaries: Vec<Summary> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for worker in &document.workers {
        let wait = wait(worker);
        let one = summary(worker, wait.clone(), wait.clone());
        let place = places.get(&wait).copied();
        if let Some(all) = place.and_then(|place| summaries.get_mut(place)) {
            all.intervals.extend(one.intervals);
            all.measured.merge(&one.measured);
        } else {
            places.insert(wait, summaries.len());
            summaries.push(one);
        }
    }
    summaries
}

pub(crate) fn by_worker(document: &Show) -> Vec<Summary> {
    let one = |worker: &Worker| {
        let wait = wait(worker);
        summary(worker, format!("{} {wait}", worker.id), wait)
    };
    document.workers.iter().map(one).collect()
}

fn wait(worker: &Worker) -> String {
    worker.wait.clone().unwrap_or("-".to_owned())
}

fn summary(worker: &Worker, name: String, wait: String) -> Summary {
    Summary {
        name,
        wait,
        intervals: worker.interval_ns.into_iter().collect(),
        measured: measured(worker),
    }
}

fn measured(worker: &Worker) -> Measured {
    let distribution = worker.histogram.as_ref().map(|buckets| {
        let mut distribution = Distribution::default();
        for &(bound, count) in buckets {
            distribution.add(bound, count);
        }
        distribution
    });
    let counted = distribution.as_ref().map_or(0, Distribution::total);
    let ticks = worker.ticks.unwrap_or(counted);
    // A worker that has not ticked has `-`.
    let sum = if ticks == 0 {
        Some(0)
    } else {
        worker.late_ns.sum.map(i128::from)
    };
    Measured {
        ticks,
        missed: worker.missed,
        max: worker.late_ns.max,
        sum,
        distribution,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::document::Late;

    fn worker(id: u64, wait: Option<&str>, ticks: u64, max: i64) -> Worker {
        Worker {
            id,
            wait: wait.map(str::to_owned),
            interval_ns: Some(1_000_000),
            ticks: Some(ticks),
            missed: Some(0),
            late_ns: Late {
                max: Some(max),
                sum: Some(max),
                ..Late::default()
            },
            histogram: Some(vec![(max, ticks)]),
            ..Worker::default()
        }
    }

    #[test]
    fn workers_of_one_primitive_are_taken_together() {
        let document = Show {
            workers: vec![
                worker(0, Some("work"), 10, 5),
                worker(1, Some("idle"), 1, 9),
                worker(2, Some("work"), 30, 7),
                worker(3, None, 0, 0),
            ],
            ..Show::default()
        };
        let seen: Vec<_> = by_primitive(&document)
            .into_iter()
            .map(|one| (one.name, one.measured.ticks, one.measured.max))
            .collect();
        let expected = [
            ("work", 40, Some(7)),
            ("idle", 1, Some(9)),
            ("-", 0, Some(0)),
        ];
        assert_eq!(
            seen,
            expected.map(|(name, ticks, max)| (name.to_owned(), ticks, max))
        );
        let names: Vec<_> = by_worker(&document)
            .into_iter()
            .map(|one| one.name)
            .collect();
        assert_eq!(names, ["0 work", "1 idle", "2 work", "3 -"]);
    }
}
