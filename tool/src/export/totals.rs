// SPDX-License-Identifier: GPL-2.0

//! Counters that only grow, whatever is reset, removed, changed or unloaded: the sum of what was counted from one
//! reading to the next.
//!
//! A new `epoch` says that a worker's counters began anew, or that they go on with another interval, and not which.
//! So this looks at the counters themselves, none of which falls otherwise: they began anew if one is less than it
//! was, a bucket too, or if the extremes of the lateness are less far apart. If none is, they go on, and nothing is counted twice.

use std::{
    collections::BTreeMap,
    mem, //
};

use super::{
    by::Key,
    sample::{
        Counts,
        Sample,
        Seen, //
    },
    snapshot::{
        Snapshot,
        Sums, //
    }, //
};
use crate::measure::{
    by_id::ById,
    distribution::Distribution, //
};

/// More series than this are one with the primitive `other`: the parameter `interval` may be changed for ever.
const MOST_SERIES: usize = 4_096;

#[derive(Default)]
pub(crate) struct Totals {
    pub(crate) series: BTreeMap<Key, Sums>,
    pub(crate) trips: u64,
    pub(crate) drift: BTreeMap<Key, i64>,
    pub(crate) states: [u64; 4],
    /// Whether the last reading was the first of this instance of the module.
    pub(crate) is_new: bool,
    before: Option<Before>,
}

/// The last reading.
struct Before {
    uptime_ns: Option<u64>,
    loaded: Option<(i128, i128)>,
    trips: u64,
    workers: ById<Worker>,
}

/// The part of a worker's last reading that the next one is compared with.
#[derive(Default)]
struct Worker {
    wait: String,
    counts: Counts,
    min: Option<i64>,
    max: Option<i64>,
    distribution: Distribution,
}

impl Totals {
    /// The module is not there: what it counts next, it counts from 0.
    pub(crate) fn gone(&mut self) {
        self.before = None;
        self.unread();
    }

    /// Nothing is known of this moment.
    pub(crate) fn unread(&mut self) {
        self.drift.clear();
        self.states = [0; 4];
    }

    /// What is known of this moment, for one that knows of the module, too.
    pub(crate) fn snapshot(&self) -> Snapshot {
        Snapshot {
            series: self.series.clone(),
            trips: self.trips,
            states: self.states,
            drift: self.drift.clone(),
            ..Snapshot::default()
        }
    }

    pub(crate) fn add(&mut self, sample: Sample) {
        let mut before = self.before.take();
        if before
            .as_ref()
            .is_some_and(|before| is_another(before, &sample))
        {
            before = None;
        }
        self.is_new = before.is_none();
        self.drift.clear();
        self.states = [0; 4];
        let trips = sample.trips.unwrap_or(0);
        let trips_before = before.as_ref().map_or(0, |before| before.trips);
        self.trips = self.trips.saturating_add(grown(trips_before, trips));

        let mut old = before.map(|before| before.workers).unwrap_or_default();
        let workers = sample.workers.into_iter().map(|seen| {
            let then = old.get_mut(seen.id).map(mem::take);
            (seen.id, self.add_worker(then, seen))
        });
        let workers = workers.collect();
        self.before = Some(Before {
            uptime_ns: sample.uptime_ns,
            loaded: sample.loaded,
            trips,
            workers,
        });
    }

    fn add_worker(&mut self, then: Option<Worker>, now: Seen) -> Worker {
        let key = self.room_for(now.key);
        if let Some(count) = now.state.and_then(|state| self.states.get_mut(state)) {
            *count += 1;
        }
        if let Some(drift) = now.drift {
            match self.drift.get_mut(&key) {
                Some(largest) => *largest = drift.max(*largest),
                None => {
                    self.drift.insert(key.clone(), drift);
                }
            }
        }

        // A histogram that has more than the table is older than a reset, and the table is not.
        let is_torn = now.distribution.total() > now.counts.ticks;
        let mut now_worker = Worker {
            wait: key.wait.clone(),
            counts: now.counts,
            min: now.min,
            max: now.max,
            distribution: now.distribution,
        };
        let began_anew = then
            .as_ref()
            .is_none_or(|then| has_begun_anew(then, &now_worker, is_torn));
        let then_counts = then.as_ref().map(|then| then.counts).unwrap_or_default();
        let then_distribution = then
            .filter(|_| is_torn || !began_anew)
            .map(|then| then.distribution)
            .unwrap_or_default();
        let since = now_worker.distribution.since(&then_distribution);

        let sums = self.series.entry(key).or_default();
        add_counts(
            sums,
            if began_anew {
                Counts::default()
            } else {
                then_counts
            },
            now_worker.counts,
        );
        sums.distribution
            .merge(since.as_ref().unwrap_or(&now_worker.distribution));
        if is_torn {
            now_worker.distribution = Distribution::default();
        }
        now_worker
    }

    fn room_for(&self, key: Key) -> Key {
        if self.series.len() < MOST_SERIES || self.series.contains_key(&key) {
            return key;
        }
        Key {
            wait: "other".into(),
            ..Key::default()
        }
    }
}

/// Whether the module was unloaded and loaded in between.
fn is_another(before: &Before, now: &Sample) -> bool {
    let is_shorter = now
        .uptime_ns
        .zip(before.uptime_ns)
        .is_some_and(|(now, before)| now < before);
    let loaded = before.loaded.zip(now.loaded);
    is_shorter || loaded.is_some_and(|(before, now)| now.0 > before.1 || before.0 > now.1)
}

fn has_begun_anew(then: &Worker, now: &Worker, is_torn: bool) -> bool {
    if then.wait != now.wait {
        return true;
    }
    let is_nearer =
        |then: Option<i64>, now: Option<i64>, falls: fn(i64, i64) -> bool| match (then, now) {
            (Some(then), Some(now)) => falls(then, now),
            (then, _) => then.is_some(),
        };
    let (before, after) = (then.counts, now.counts);
    after.ticks < before.ticks
        || after.missed < before.missed
        || after.early < before.early
        || after.late_ns < before.late_ns
        || is_nearer(then.max, now.max, |then, now| now < then)
        || is_nearer(then.min, now.min, |then, now| now > then)
        || (!is_torn && now.distribution.since(&then.distribution).is_none())
}

/// How much a counter has grown. One that has fallen began anew.
fn grown(before: u64, now: u64) -> u64 {
    now.checked_sub(before).unwrap_or(now)
}

fn add_counts(sums: &mut Sums, before: Counts, now: Counts) {
    let add = |sum: &mut u64, before, now| *sum = sum.saturating_add(grown(before, now));
    let add_time =
        |sum: &mut u128, before, now| *sum = sum.saturating_add(grown(before, now).into());
    add(&mut sums.ticks, before.ticks, now.ticks);
    add(&mut sums.missed, before.missed, now.missed);
    add(&mut sums.early, before.early, now.early);
    add_time(&mut sums.late_ns, before.late_ns, now.late_ns);
    let Some(now) = now.split else { return };
    // If one of them fell, all began anew: `causes` was turned off and on.
    let before = before.split.filter(|before| {
        before.ticks <= now.ticks
            && before.to_wake_ns <= now.to_wake_ns
            && before.to_run_ns <= now.to_run_ns
    });
    let before = before.unwrap_or_default();
    let split = sums.split.get_or_insert_default();
    add(&mut split.ticks, before.ticks, now.ticks);
    add_time(&mut split.to_wake_ns, before.to_wake_ns, now.to_wake_ns);
    add_time(&mut split.to_run_ns, before.to_run_ns, now.to_run_ns);
}

#[cfg(test)]
mod tests;
