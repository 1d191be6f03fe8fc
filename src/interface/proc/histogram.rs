// SPDX-License-Identifier: GPL-2.0

//! /proc/kthread_counter_hist: how often each worker was how late.

use core::fmt;

use kernel::{
    prelude::*,
    sync::Arc, //
};

use super::{
    cells::Cells,
    show_module,
    show_names,
    HEAD, //
};
use crate::{
    abstractions::{
        proc_fs,
        sched,
        seq_file::{
            Rows,
            Writer, //
        }, //
    },
    domain::{
        logic::histogram::upper_bound,
        pool::Pool,
        record::{
            self,
            Lateness, //
        },
        roster::PIECE, //
    }, //
};

/// The columns and their widths.
const COLUMNS: [(&str, usize); 3] = [("id", 5), ("le_ns", 19), ("count", 0)];

/// The histograms of all workers, of each the buckets that are not empty.
pub(crate) struct Histograms(Arc<Pool>);

/// What is shown at once: of a worker all its lines, so that they are of one moment.
pub(crate) enum Lines {
    Module,
    Columns,
    Worker { id: u32, histogram: Lateness },
}

/// Creates the file; it is removed when what is returned is dropped.
///
/// # Errors
///
/// ENOMEM.
pub(crate) fn create(pool: Arc<Pool>) -> Result<proc_fs::File<Histograms>> {
    proc_fs::File::new(
        c"kthread_counter_hist",
        Arc::new(Histograms(pool), GFP_KERNEL)?,
    )
}

impl Rows for Histograms {
    type Row = Lines;

    fn row(&self, position: &mut u64) -> Result<Option<Lines>> {
        match *position {
            0 => return Ok(Some(Lines::Module)),
            1 => return Ok(Some(Lines::Columns)),
            _ => {}
        }
        let mut histogram = record::new_histogram()?;
        // Workers without ticks are skipped.
        let first = u32::try_from(*position - HEAD).unwrap_or(u32::MAX);
        for id in first..u32::MAX {
            let Some(worker) = self.0.worker(id) else {
                break;
            };
            if worker.copy_histogram(&mut histogram) {
                *position = HEAD + u64::from(id);
                return Ok(Some(Lines::Worker { id, histogram }));
            }
            if id % PIECE == 0 {
                sched::cond_resched();
            }
        }
        Ok(None)
    }

    fn show(&self, lines: &Lines, out: &mut Writer<'_>) -> fmt::Result {
        match lines {
            Lines::Module => show_module(&self.0, out),
            Lines::Columns => show_names(&COLUMNS, out),
            Lines::Worker { id, histogram } => {
                let mut next = 0;
                while let Some(bucket) = histogram.next_used(next) {
                    let mut cells = Cells::new(out, &COLUMNS);
                    cells.add(*id);
                    cells.add(upper_bound(bucket));
                    cells.add(histogram.count(bucket));
                    cells.end()?;
                    next = bucket + 1;
                }
                Ok(())
            }
        }
    }
}
