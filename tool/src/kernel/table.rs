// SPDX-License-Identifier: GPL-2.0

//! /proc/kthread_counter: the workers and their counters.

use std::collections::BTreeMap;

use super::{
    problem::Problem,
    sheet::{
        self,
        Row,
        Sheet, //
    },
    source::Contents, //
};
use crate::error::Result;

/// The keys of the first line.
const KEYS: &[&str] = &["hz", "threads", "running", "trips", "uptime_ns"];
/// All columns that the module has. Not all of them are needed here.
const COLUMNS: &[&str] = &[
    "id",
    "pid",
    "cpu",
    "state",
    "wait",
    "interval",
    "ticks",
    "missed",
    "early",
    "signals",
    "late_last_ns",
    "late_min_ns",
    "late_avg_ns",
    "late_max_ns",
    "late_p50_ns",
    "late_p99_ns",
    "drift_ns",
    "exit",
    "late_sum_ns",
    "bound",
    "epoch",
    "to_wake_avg_ns",
    "to_wake_max_ns",
    "to_wake_sum_ns",
    "to_run_avg_ns",
    "to_run_max_ns",
    "to_run_sum_ns",
    "split_ticks",
];

/// What the file says. A field is `None` where the file has `-`, or where a problem is named.
pub(crate) struct Table {
    pub(crate) module: Module,
    pub(crate) workers: Vec<Worker>,
    /// The line `all`.
    pub(crate) all: Option<Worker>,
    pub(crate) problems: Vec<Problem>,
}

pub(crate) struct Module {
    pub(crate) hz: Option<u32>,
    pub(crate) threads: Option<u64>,
    pub(crate) running: Option<u64>,
    pub(crate) trips: Option<u64>,
    pub(crate) uptime_ns: Option<u64>,
    /// Keys that are unknown here.
    pub(crate) other: BTreeMap<String, String>,
}

#[derive(Clone, Default)]
pub(crate) struct Worker {
    /// 0 in the line `all`.
    pub(crate) id: u64,
    pub(crate) pid: Option<u64>,
    pub(crate) cpu: Option<u64>,
    pub(crate) state: Option<String>,
    pub(crate) wait: Option<String>,
    pub(crate) interval: Option<String>,
    pub(crate) ticks: Option<u64>,
    pub(crate) missed: Option<u64>,
    pub(crate) early: Option<u64>,
    pub(crate) signals: Option<u64>,
    pub(crate) late: Late,
    pub(crate) to_wake: Part,
    pub(crate) to_run: Part,
    pub(crate) drift_ns: Option<i64>,
    pub(crate) exit: Option<i64>,
    /// The CPU that the parameter `cpus` dealt to it.
    pub(crate) bound: Option<u64>,
    /// Changes when the counters begin anew.
    pub(crate) epoch: Option<u64>,
    /// Columns that are unknown here.
    pub(crate) other: BTreeMap<String, String>,
}

/// Lateness in nanoseconds.
#[derive(Clone, Default)]
pub(crate) struct Late {
    pub(crate) last: Option<i64>,
    pub(crate) min: Option<i64>,
    pub(crate) avg: Option<i64>,
    pub(crate) max: Option<i64>,
    pub(crate) sum: Option<i64>,
    pub(crate) p50: Option<i64>,
    pub(crate) p99: Option<i64>,
}

/// A part of the lateness, in nanoseconds.
#[derive(Clone, Copy, Default)]
pub(crate) struct Part {
    pub(crate) avg: Option<i64>,
    pub(crate) max: Option<i64>,
}

impl Table {
    pub(crate) fn read(contents: &Contents) -> Result<Self> {
        let mut workers = Vec::new();
        let mut table = Self::visit(contents, |worker| workers.push(worker.clone()))?;
        table.workers = workers;
        Ok(table)
    }

    /// Shows each worker once, and keeps none: a table of 32,768 takes 14 MiB.
    pub(crate) fn visit(contents: &Contents, mut visit: impl FnMut(&Worker)) -> Result<Self> {
        let text = sheet::decode(contents);
        let mut sheet = Sheet::new(contents, &text)?;
        let id = sheet.needed_column("id")?;
        let module = Module {
            hz: sheet.key("hz"),
            threads: sheet.key("threads"),
            running: sheet.key("running"),
            trips: sheet.key("trips"),
            uptime_ns: sheet.key("uptime_ns"),
            other: sheet.other_keys(KEYS),
        };
        sheet.name_missing_columns(COLUMNS);
        let columns = Columns::find(&sheet);

        let mut rows = 0_u64;
        let mut all = None;
        let mut row = Row::default();
        let mut worker = Worker::default();
        while sheet.next(&mut row) {
            if row.word(Some(id)) == Some("all") {
                columns.read(&mut sheet, &row, 0, all.insert(Worker::default()));
            } else if let Some(id) = sheet.number(&row, Some(id)) {
                columns.read(&mut sheet, &row, id, &mut worker);
                visit(&worker);
                rows += 1;
            }
        }
        // A file may also be cut off between two lines.
        if let Some(threads) = module.threads.filter(|&threads| threads != rows) {
            let what = format!("threads={threads}, but the lines of {rows} workers");
            sheet.missing_at_the_end(&text, what);
        } else if rows > 1 && all.is_none() {
            sheet.missing_at_the_end(&text, "the line \"all\" is missing");
        }
        Ok(Self {
            module,
            workers: Vec::new(),
            all,
            problems: sheet.problems,
        })
    }
}

/// Where the columns are that are needed here: looked up once, not for each of 32,768 workers.
struct Columns<'a> {
    pid: Option<usize>,
    cpu: Option<usize>,
    state: Option<usize>,
    wait: Option<usize>,
    interval: Option<usize>,
    ticks: Option<usize>,
    missed: Option<usize>,
    early: Option<usize>,
    signals: Option<usize>,
    late_last_ns: Option<usize>,
    late_min_ns: Option<usize>,
    late_avg_ns: Option<usize>,
    late_max_ns: Option<usize>,
    late_sum_ns: Option<usize>,
    late_p50_ns: Option<usize>,
    late_p99_ns: Option<usize>,
    to_wake_avg_ns: Option<usize>,
    to_wake_max_ns: Option<usize>,
    to_run_avg_ns: Option<usize>,
    to_run_max_ns: Option<usize>,
    drift_ns: Option<usize>,
    exit: Option<usize>,
    bound: Option<usize>,
    epoch: Option<usize>,
    other: Vec<(&'a str, usize)>,
}

impl<'a> Columns<'a> {
    fn find(sheet: &Sheet<'a>) -> Self {
        Self {
            pid: sheet.column("pid"),
            cpu: sheet.column("cpu"),
            state: sheet.column("state"),
            wait: sheet.column("wait"),
            interval: sheet.column("interval"),
            ticks: sheet.column("ticks"),
            missed: sheet.column("missed"),
            early: sheet.column("early"),
            signals: sheet.column("signals"),
            late_last_ns: sheet.column("late_last_ns"),
            late_min_ns: sheet.column("late_min_ns"),
            late_avg_ns: sheet.column("late_avg_ns"),
            late_max_ns: sheet.column("late_max_ns"),
            late_sum_ns: sheet.column("late_sum_ns"),
            late_p50_ns: sheet.column("late_p50_ns"),
            late_p99_ns: sheet.column("late_p99_ns"),
            to_wake_avg_ns: sheet.column("to_wake_avg_ns"),
            to_wake_max_ns: sheet.column("to_wake_max_ns"),
            to_run_avg_ns: sheet.column("to_run_avg_ns"),
            to_run_max_ns: sheet.column("to_run_max_ns"),
            drift_ns: sheet.column("drift_ns"),
            exit: sheet.column("exit"),
            bound: sheet.column("bound"),
            epoch: sheet.column("epoch"),
            other: sheet.other_columns(COLUMNS),
        }
    }

    /// Reads a row into a worker that may have been another one before.
    fn read(&self, sheet: &mut Sheet<'_>, row: &Row<'_>, id: u64, worker: &mut Worker) {
        worker.id = id;
        put(row.word(self.state), &mut worker.state);
        put(row.word(self.wait), &mut worker.wait);
        put(row.word(self.interval), &mut worker.interval);
        let mut count = |column| sheet.number::<u64>(row, column);
        worker.pid = count(self.pid);
        worker.cpu = count(self.cpu);
        worker.bound = count(self.bound);
        worker.epoch = count(self.epoch);
        worker.ticks = count(self.ticks);
        worker.missed = count(self.missed);
        worker.early = count(self.early);
        worker.signals = count(self.signals);
        let mut ns = |column| sheet.number::<i64>(row, column);
        worker.late = Late {
            last: ns(self.late_last_ns),
            min: ns(self.late_min_ns),
            avg: ns(self.late_avg_ns),
            max: ns(self.late_max_ns),
            sum: ns(self.late_sum_ns),
            p50: ns(self.late_p50_ns),
            p99: ns(self.late_p99_ns),
        };
        worker.to_wake = Part {
            avg: ns(self.to_wake_avg_ns),
            max: ns(self.to_wake_max_ns),
        };
        worker.to_run = Part {
            avg: ns(self.to_run_avg_ns),
            max: ns(self.to_run_max_ns),
        };
        worker.drift_ns = ns(self.drift_ns);
        worker.exit = ns(self.exit);
        worker.other.clear();
        for &(name, place) in &self.other {
            if let Some(word) = row.word(Some(place)) {
                worker.other.insert(name.to_owned(), word.to_owned());
            }
        }
    }
}

/// Into the memory that is there.
fn put(word: Option<&str>, to: &mut Option<String>) {
    match word {
        Some(word) => word.clone_into(to.get_or_insert_default()),
        None => *to = None,
    }
}
