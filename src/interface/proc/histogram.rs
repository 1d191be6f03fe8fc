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
    HEAD, //
};
use crate::{
    abstractions::{
        proc_fs,
        seq_file::{
            Rows,
            Writer, //
        }, //
    },
    domain::{
        logic::histogram::{
            upper_bound,
            BUCKETS, //
        },
        pool::Pool, //
    }, //
};

/// The columns and their widths.
const COLUMNS: [(&str, usize); 3] = [("id", 5), ("le_ns", 19), ("count", 0)];

/// The histograms of all workers, of each the buckets that are not empty.
pub(crate) struct Histograms(Arc<Pool>);

/// A line of them.
pub(crate) enum Line {
    Module,
    Columns,
    Bucket { id: u32, bucket: usize, count: u64 },
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

const BUCKETS_PER_WORKER: u64 = BUCKETS as u64;

impl Rows for Histograms {
    type Row = Line;

    fn row(&self, position: &mut u64) -> Option<Line> {
        match *position {
            0 => return Some(Line::Module),
            1 => return Some(Line::Columns),
            _ => {}
        }
        // Each bucket of each worker has a position; those that are empty are skipped.
        let first = *position - HEAD;
        let mut bucket = (first % BUCKETS_PER_WORKER) as usize;
        let mut id = u32::try_from(first / BUCKETS_PER_WORKER).ok()?;
        loop {
            let worker = self.0.worker(id)?;
            if let Some((bucket, count)) = worker.next_bucket(bucket) {
                *position = HEAD + u64::from(id) * BUCKETS_PER_WORKER + bucket as u64;
                return Some(Line::Bucket { id, bucket, count });
            }
            bucket = 0;
            id += 1;
        }
    }

    fn show(&self, line: &Line, out: &mut Writer<'_>) -> fmt::Result {
        match *line {
            Line::Module => show_module(&self.0, out),
            Line::Columns => {
                let mut cells = Cells::new(out, &COLUMNS);
                for (name, _) in COLUMNS {
                    cells.add(name)?;
                }
                cells.end()
            }
            Line::Bucket { id, bucket, count } => {
                let mut cells = Cells::new(out, &COLUMNS);
                cells.add(id)?;
                cells.add(upper_bound(bucket))?;
                cells.add(count)?;
                cells.end()
            }
        }
    }
}
