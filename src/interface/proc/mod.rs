// SPDX-License-Identifier: GPL-2.0

//! /proc/kthread_counter: one row for each worker.

mod cells;
mod columns;
pub(crate) mod histogram;

use core::fmt::{
    self,
    Write, //
};

use kernel::{
    prelude::*,
    sync::Arc, //
};

use self::{
    cells::Cells,
    columns::COLUMNS, //
};
use crate::{
    abstractions::{
        jiffies::HZ,
        proc_fs,
        seq_file::{
            Rows,
            Writer, //
        }, //
    },
    domain::{
        census::Counts,
        logic::sums::Split,
        pool::{
            Pool,
            MAX_WORKERS, //
        },
        record::State,
        total::Total,
        worker::Worker, //
    }, //
};

/// The version of the format. Columns may be added at the end without a new one.
const VERSION: u32 = 1;

/// How many lines come before the workers.
const HEAD: u64 = 2;

/// Where the total is: a position that no worker can have.
const TOTAL: u64 = HEAD + MAX_WORKERS as u64;

/// The table: a line about the module, the names of the columns, the workers, and their total.
pub(crate) struct Table(Arc<Pool>);

/// A line of it.
pub(crate) enum Line {
    Module,
    Columns,
    Worker(Arc<Worker>),
    Total,
}

/// Creates the file; it is removed when what is returned is dropped.
///
/// # Errors
///
/// ENOMEM.
pub(crate) fn create(pool: Arc<Pool>) -> Result<proc_fs::File<Table>> {
    proc_fs::File::new(c"kthread_counter", Arc::new(Table(pool), GFP_KERNEL)?)
}

impl Rows for Table {
    type Row = Line;

    #[inline]
    fn row(&self, position: &mut u64) -> Result<Option<Line>> {
        let id = match *position {
            0 => return Ok(Some(Line::Module)),
            1 => return Ok(Some(Line::Columns)),
            position => u32::try_from(position - HEAD).unwrap_or(u32::MAX),
        };
        if let Some(worker) = self.0.worker(id) {
            return Ok(Some(Line::Worker(worker)));
        }
        // Workers may have come and gone since the line before.
        if *position <= TOTAL && self.0.count() >= 2 {
            *position = TOTAL;
            return Ok(Some(Line::Total));
        }
        Ok(None)
    }

    #[inline]
    fn show(&self, line: &Line, out: &mut Writer<'_>) -> fmt::Result {
        match line {
            Line::Module => show_module(&self.0, out),
            Line::Columns => show_names(&COLUMNS, out),
            Line::Worker(worker) => show_worker(worker, out),
            Line::Total => self.show_total(out),
        }
    }
}

/// The line about the module, with which both files begin.
fn show_module(pool: &Pool, out: &mut Writer<'_>) -> fmt::Result {
    let environment = pool.environment();
    let Counts { workers, running } = environment.census().counts();
    writeln!(
        out,
        "kthread_counter {VERSION} hz={HZ} threads={workers} running={running} trips={} uptime_ns={}",
        environment.tripwire().count(),
        environment.uptime(),
    )
}

/// The line with the names of the columns.
#[inline(never)] // A row is large; one at a time is on the stack.
fn show_names(columns: &'static [(&'static str, usize)], out: &mut Writer<'_>) -> fmt::Result {
    let mut cells = Cells::new(out, columns);
    for (name, _) in columns {
        cells.add_text(name.as_bytes());
    }
    cells.end()
}

impl Table {
    #[inline(never)] // As above.
    fn show_total(&self, out: &mut Writer<'_>) -> fmt::Result {
        let Total {
            stats: total,
            drift,
            split,
        } = self.0.total();
        let late = total.late();
        let mut cells = Cells::new(out, &COLUMNS);
        cells.add_text(b"all");
        // From the pid to the interval.
        cells.add_nothing(5);
        cells.add(total.ticks);
        cells.add(total.missed);
        cells.add(total.early);
        cells.add(total.signals);
        cells.add_nothing(1);
        cells.add_if(late.map(|late| late.min));
        cells.add_if(late.map(|late| late.avg));
        cells.add_if(late.map(|late| late.max));
        cells.add_nothing(2);
        cells.add_if(drift);
        cells.add_nothing(1);
        cells.add_if(late.map(|late| late.sum));
        cells.add_nothing(2);
        add_split(&mut cells, split.as_ref());
        cells.end()
    }
}

/// Adds the cells of lateness split by causes, if it is.
fn add_split(cells: &mut Cells<'_, '_>, split: Option<&Split>) {
    for part in [
        split.and_then(Split::wake_part),
        split.and_then(Split::run_part),
    ] {
        cells.add_if(part.map(|part| part.avg));
        cells.add_if(part.map(|part| part.max));
        cells.add_if(part.map(|part| part.sum));
    }
    cells.add_if(split.map(|split| split.ticks));
}

#[inline(never)] // As above.
fn show_worker(worker: &Worker, out: &mut Writer<'_>) -> fmt::Result {
    // One copy, so that the row is consistent in itself.
    let (shown, split, [p50, p99]) = worker.shown_with([50, 99]);
    let has_thread = shown.state.has_thread();
    let knows_thread = has_thread && out.knows_kthreads();
    let stats = &shown.stats;
    let late = stats.late();
    let mut cells = Cells::new(out, &COLUMNS);
    cells.add(worker.id());
    cells.add_if(knows_thread.then_some(shown.pid));
    cells.add_if(shown.cpu.filter(|_| has_thread));
    cells.add_text(match shown.state {
        State::Running => b"running",
        State::Stopping => b"stopping",
        State::Stopped => b"stopped",
        State::Exited => b"exited",
    });
    cells.add_text(shown.settings.wait.name().to_bytes());
    cells.add_interval(shown.settings.interval);
    cells.add(stats.ticks);
    cells.add(stats.missed);
    cells.add(stats.early);
    cells.add(stats.signals);
    cells.add_if(late.map(|late| late.last));
    cells.add_if(late.map(|late| late.min));
    cells.add_if(late.map(|late| late.avg));
    cells.add_if(late.map(|late| late.max));
    // A bound of a bucket may be beyond the extremes, which are exact.
    cells.add_if(late.map(|late| p50.clamp(late.min, late.max)));
    cells.add_if(late.map(|late| p99.clamp(late.min, late.max)));
    let has_deadline = shown.settings.wait.has_deadline();
    cells.add_if(has_deadline.then_some(stats.drift));
    cells.add_if(shown.exit);
    cells.add_if(late.map(|late| late.sum));
    cells.add_if(shown.settings.cpu);
    cells.add(shown.epoch);
    add_split(&mut cells, split.as_ref());
    cells.end()
}
