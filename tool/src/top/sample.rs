// SPDX-License-Identifier: GPL-2.0

//! One reading of both files.

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
            Module,
            Table,
            Worker, //
        }, //
    },
    measure::change::{
        Counted,
        Reading, //
    },
};

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
    let table = Table::of(source.open(TABLE)?)?;
    let problems = table.problems.len() + histograms.problems.len();
    let first = table.problems.first().or(histograms.problems.first());
    let problem = first.map(|first| match problems {
        1 => first.to_string(),
        more => format!("{first}, and {} more", more - 1),
    });
    let counted = table.workers.iter().map(|worker| {
        let distribution = histograms.workers.remove(&worker.id).unwrap_or_default();
        let counted = Counted {
            epoch: worker.epoch,
            ticks: worker.ticks,
            missed: worker.missed,
            early: worker.early,
            max: worker.late.max,
            distribution,
        };
        (worker.id, counted)
    });
    Ok(Sample {
        counted: counted.collect(),
        module: table.module,
        workers: table.workers,
        problem,
    })
}
