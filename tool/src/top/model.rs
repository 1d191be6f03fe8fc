// SPDX-License-Identifier: GPL-2.0

//! What was read last, compared with what was read before.

use std::{
    collections::BTreeMap,
    sync::Arc, //
};

use super::{
    history::History,
    sample::{
        Sample,
        Worker, //
    },
    state::{
        By,
        Key, //
    }, //
};
use crate::measure::{
    change::{
        self,
        Change,
        Changes,
        Worst, //
    },
    distribution::Distribution,
    percent::Percent, //
};

/// One row, without its texts: there may be 32,768 of them, of which a screen shows a few.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Item {
    /// Of the worker in the table, or of the primitive among those in it.
    pub(crate) place: usize,
    /// How many workers it is about.
    pub(crate) workers: usize,
    pub(crate) ticks: Option<u64>,
    /// Ticks in a second, since the last reading.
    pub(crate) rate: Option<f64>,
    pub(crate) missed: Option<u64>,
    /// Those of them, and of the ticks, since the last reading.
    pub(crate) missed_since: Option<u64>,
    pub(crate) ticks_since: Option<u64>,
    /// Since the last reading.
    pub(crate) worst: Option<Worst>,
    pub(crate) p50: Option<i64>,
    pub(crate) p99: Option<i64>,
    pub(crate) max: Option<i64>,
}

#[derive(Default)]
pub(crate) struct Model {
    pub(crate) sample: Option<Sample>,
    changes: Changes,
    /// Between the last two readings, by the module's clock.
    elapsed_ns: u64,
    /// Those in the table, in the order in which they come.
    waits: Vec<String>,
    workers_past: History<u64>,
    waits_past: History<String>,
}

impl Model {
    /// Takes a reading.
    pub(crate) fn take(&mut self, sample: Sample) {
        let uptime = |sample: &Sample| sample.module.uptime_ns;
        // Saved files are not of another time when they are read again.
        let shown = self.sample.as_ref().and_then(uptime);
        if shown.is_some() && shown == uptime(&sample) {
            return;
        }
        let before = self.sample.take().filter(|before| {
            // A module that has been loaded anew has the ids and epochs of the one before it.
            uptime(before) <= uptime(&sample)
        });
        match before {
            Some(before) => {
                self.elapsed_ns = uptime(&sample)
                    .zip(uptime(&before))
                    .map_or(0, |(now, then)| now.saturating_sub(then));
                self.changes = change::between(&before.counted, &sample.counted);
            }
            None => self.forget(),
        }
        self.sample = Some(sample);
        self.note_waits();
        self.note_history();
    }

    /// Forgets all: the module has gone.
    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }

    /// The rows, in the order of the file.
    pub(crate) fn items(&self, by: By) -> Vec<Item> {
        match by {
            By::Worker => self.workers(),
            By::Wait => self.primitives(),
        }
    }

    /// What a row is about, also after the rows have moved.
    pub(crate) fn key(&self, by: By, item: &Item) -> Option<Key> {
        match by {
            By::Worker => self.worker(item).map(|worker| Key::Worker(worker.id)),
            By::Wait => self.wait(item).map(|wait| Key::Wait(wait.to_owned())),
        }
    }

    /// The primitive of a row by primitive.
    pub(crate) fn wait(&self, item: &Item) -> Option<&str> {
        self.waits.get(item.place).map(String::as_str)
    }

    /// The worker of a row by worker.
    pub(crate) fn worker(&self, item: &Item) -> Option<&Worker> {
        self.sample.as_ref()?.workers.get(item.place)
    }

    /// Between the last two readings; there is none before the second.
    pub(crate) fn elapsed_ns(&self) -> Option<u64> {
        (self.elapsed_ns > 0).then_some(self.elapsed_ns)
    }

    /// The worst lateness of the last intervals.
    pub(crate) fn past(&self, key: &Key, most: usize) -> Vec<Option<i64>> {
        match key {
            Key::Worker(id) => self.workers_past.last(id, most),
            Key::Wait(wait) => self.waits_past.last(wait, most),
        }
    }

    /// All ticks of a row.
    pub(crate) fn distribution(&self, key: &Key) -> Distribution {
        let mut all = Distribution::default();
        let Some(sample) = &self.sample else {
            return all;
        };
        match key {
            Key::Worker(id) => sample.counted.get(*id).map(|one| one.distribution.clone()),
            Key::Wait(wait) => {
                let of_wait = sample
                    .workers
                    .iter()
                    .filter(|worker| name(&worker.wait) == wait);
                of_wait
                    .filter_map(|worker| sample.counted.get(worker.id))
                    .for_each(|one| all.merge(&one.distribution));
                Some(all)
            }
        }
        .unwrap_or_default()
    }

    fn workers(&self) -> Vec<Item> {
        let workers = self.sample.iter().flat_map(|sample| &sample.workers);
        let items = workers.enumerate().map(|(place, worker)| {
            let mut item = Item {
                place,
                workers: 1,
                ticks: worker.ticks,
                missed: worker.missed,
                p50: worker.p50,
                p99: worker.p99,
                max: worker.max,
                ..Item::default()
            };
            if let Some(Change::Known(since)) = self.changes.workers.get(worker.id) {
                item.worst = since.worst;
                let ticks = since.distribution.total();
                item.missed_since = Some(since.missed);
                item.ticks_since = Some(ticks);
                item.rate = self.rate(ticks);
            }
            item
        });
        items.collect()
    }

    fn primitives(&self) -> Vec<Item> {
        let Some(sample) = &self.sample else {
            return Vec::new();
        };
        let mut items: Vec<Item> = Vec::new();
        let mut sums = vec![Distribution::default(); self.waits.len()];
        let places = self.places();
        items.resize(self.waits.len(), Item::default());
        for (worker, of_worker) in sample.workers.iter().zip(self.workers()) {
            let place = places.get(name(&worker.wait)).copied().unwrap_or(0);
            let (Some(item), Some(all)) = (items.get_mut(place), sums.get_mut(place)) else {
                continue;
            };
            if let Some(counted) = sample.counted.get(worker.id) {
                all.merge(&counted.distribution);
            }
            let sum = |a: Option<u64>, b: Option<u64>| {
                a.zip(b).map_or(a.or(b), |(a, b)| Some(a.saturating_add(b)))
            };
            item.place = place;
            item.workers += 1;
            item.ticks = sum(item.ticks, of_worker.ticks);
            item.missed = sum(item.missed, of_worker.missed);
            item.missed_since = sum(item.missed_since, of_worker.missed_since);
            item.ticks_since = sum(item.ticks_since, of_worker.ticks_since);
            item.worst = item.worst.max(of_worker.worst);
            item.max = item.max.max(of_worker.max);
        }
        for (item, all) in items.iter_mut().zip(&sums) {
            item.rate = self.rate(item.ticks_since.unwrap_or(0));
            item.p50 = all.percentile(Percent::P50, item.max);
            item.p99 = all.percentile(Percent::P99, item.max);
        }
        items
    }

    /// There is none before the second reading, or if the files are not read anew.
    fn rate(&self, ticks: u64) -> Option<f64> {
        let elapsed_ns = self.elapsed_ns()?;
        Some(ticks as f64 * 1e9 / elapsed_ns as f64)
    }

    fn places(&self) -> BTreeMap<&str, usize> {
        let waits = self.waits.iter().enumerate();
        waits.map(|(place, wait)| (wait.as_str(), place)).collect()
    }

    fn note_waits(&mut self) {
        let mut known = std::collections::BTreeSet::new();
        let workers = self.sample.iter().flat_map(|sample| &sample.workers);
        self.waits = workers
            .map(|worker| name(&worker.wait))
            .filter(|wait| known.insert(*wait))
            .map(str::to_owned)
            .collect();
    }

    fn note_history(&mut self) {
        for id in &self.changes.removed {
            self.workers_past.forget(id);
        }
        let mut of_waits: BTreeMap<&str, Option<i64>> = BTreeMap::new();
        let workers = self.sample.iter().flat_map(|sample| &sample.workers);
        for worker in workers {
            let Some(change) = self.changes.workers.get(worker.id) else {
                continue;
            };
            let worst = match change {
                Change::Known(since) => since.worst.map(|worst| worst.ns),
                Change::Restarted => None,
            };
            self.workers_past.add(&worker.id, worst);
            let of_wait = of_waits.entry(name(&worker.wait)).or_default();
            *of_wait = worst.max(*of_wait);
        }
        for (wait, worst) in of_waits {
            self.waits_past.add(&wait.to_owned(), worst);
        }
    }
}

fn name(wait: &Option<Arc<str>>) -> &str {
    wait.as_deref().unwrap_or("-")
}
