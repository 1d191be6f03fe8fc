// SPDX-License-Identifier: GPL-2.0

//! One reading of both files.

use std::{
    mem,
    sync::Arc, //
};

use crate::{
    error::Result,
    kernel::{
        histogram::Histograms,
        source::{
            Source,
            HISTOGRAM,
            TABLE, //
        },
        table::{
            Column,
            Module,
            Row,
            Table, //
        }, //
    },
    measure::{
        change::{
            Counted,
            Reading, //
        },
        percent::Percent, //
    }, //
};

/// What is shown of a worker.
pub(crate) struct Worker {
    pub(crate) id: u64,
    pub(crate) cpu: Option<u64>,
    pub(crate) state: Option<Arc<str>>,
    pub(crate) wait: Option<Arc<str>>,
    pub(crate) interval: Option<Arc<str>>,
    pub(crate) ticks: Option<u64>,
    pub(crate) missed: Option<u64>,
    pub(crate) p50: Option<i64>,
    pub(crate) p99: Option<i64>,
    pub(crate) max: Option<i64>,
}

/// What the module said at one time.
pub(crate) struct Sample {
    pub(crate) module: Module,
    pub(crate) workers: Vec<Worker>,
    pub(crate) counted: Reading,
    /// What is wrong in the files, if something is.
    pub(crate) problem: Option<String>,
}

/// Reads both files.
pub(crate) fn read(source: &Source) -> Result<Sample> {
    // The table is read last, so that no tick in a histogram is later than the maximum.
    let mut histograms = Histograms::read(source.open(HISTOGRAM)?)?;
    let mut words = Words::default();
    let mut workers = Vec::new();
    let mut counted = Vec::new();
    let table = Table::visit(source.open(TABLE)?, |row| {
        let Some(id) = row.id else {
            return;
        };
        let worker = Worker::of(id, row, &mut words);
        let of_worker = Counted {
            epoch: row.count(Column::Epoch),
            ticks: worker.ticks,
            missed: worker.missed,
            early: row.count(Column::Early),
            max: worker.max,
            distribution: histograms
                .workers
                .get_mut(id)
                .map(mem::take)
                .unwrap_or_default(),
        };
        counted.push((id, of_worker));
        workers.push(worker);
    })?;
    let problems = table.problems.len() + histograms.problems.len();
    let first = table.problems.first().or(histograms.problems.first());
    let problem = first.map(|first| match problems {
        1 => first.to_string(),
        more => format!("{first}, and {} more", more - 1),
    });
    Ok(Sample {
        counted: counted.into_iter().collect(),
        module: table.module,
        workers,
        problem,
    })
}

impl Worker {
    fn of(id: u64, row: &mut Row<'_, '_>, words: &mut Words) -> Self {
        let ticks = row.count(Column::Ticks);
        Self {
            id,
            cpu: row.count(Column::Cpu),
            state: words.word(row, Column::State),
            wait: words.word(row, Column::Wait),
            interval: words.word(row, Column::Interval),
            ticks,
            missed: row.count(Column::Missed),
            p50: Percent::P50.of_ticks(row.ns(Column::LateP50), ticks),
            p99: Percent::P99.of_ticks(row.ns(Column::LateP99), ticks),
            max: row.ns(Column::LateMax),
        }
    }
}

/// Words that came before. There are few, and 32,768 workers share them.
#[derive(Default)]
struct Words(Vec<Arc<str>>);

impl Words {
    fn word(&mut self, row: &Row<'_, '_>, column: Column) -> Option<Arc<str>> {
        /// More than nine primitives, four states and an interval for each item of a list.
        const MOST: usize = 64;

        let word = row.word(column)?;
        if let Some(known) = self.0.iter().find(|known| ***known == *word) {
            return Some(known.clone());
        }
        let new: Arc<str> = word.into();
        if self.0.len() < MOST {
            self.0.push(new.clone());
        }
        Some(new)
    }
}
