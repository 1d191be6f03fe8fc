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

#[derive(Default)]
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
    pub(crate) late: Late,
    pub(crate) to_wake: Part,
    pub(crate) to_run: Part,
    pub(crate) drift_ns: Option<i64>,
    pub(crate) exit: Option<i64>,
    /// Columns that are unknown here.
    pub(crate) other: BTreeMap<String, String>,
}

/// Lateness in nanoseconds.
#[derive(Default)]
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
        let columns = Columns::find(&mut sheet);

        let mut workers = Vec::new();
        let mut all = None;
        for row in sheet.take_rows() {
            if row.word(Some(id)) == Some("all") {
                all = Some(columns.worker(&mut sheet, &row, 0));
            } else if let Some(id) = sheet.number(&row, Some(id)) {
                workers.push(columns.worker(&mut sheet, &row, id));
            }
        }
        // A file may also be cut off between two lines.
        let rows = workers.len();
        if let Some(threads) = module.threads.filter(|&threads| threads != rows as u64) {
            let what = format!("threads={threads}, but the lines of {rows} workers");
            sheet.missing_at_the_end(&text, what);
        } else if rows > 1 && all.is_none() {
            sheet.missing_at_the_end(&text, "the line \"all\" is missing");
        }
        Ok(Self {
            module,
            workers,
            all,
            problems: sheet.problems,
        })
    }
}

/// Where the columns are.
struct Columns<'a> {
    known: BTreeMap<&'static str, usize>,
    other: Vec<(&'a str, usize)>,
}

impl<'a> Columns<'a> {
    fn find(sheet: &mut Sheet<'a>) -> Self {
        let known = COLUMNS
            .iter()
            .filter_map(|&name| Some((name, sheet.column(name)?)));
        Self {
            known: known.collect(),
            other: sheet.other_columns(COLUMNS),
        }
    }

    fn worker(&self, sheet: &mut Sheet<'_>, row: &Row<'_>, id: u64) -> Worker {
        let word = |name| row.word(self.place(name)).map(str::to_owned);
        let (state, wait, interval) = (word("state"), word("wait"), word("interval"));
        let others = self.other.iter().filter_map(|&(name, place)| {
            let word = row.word(Some(place))?;
            Some((name.to_owned(), word.to_owned()))
        });
        let mut count = |name| sheet.number::<u64>(row, self.place(name));
        let (pid, cpu) = (count("pid"), count("cpu"));
        let (ticks, missed, early) = (count("ticks"), count("missed"), count("early"));
        let mut ns = |name| sheet.number::<i64>(row, self.place(name));
        Worker {
            id,
            pid,
            cpu,
            state,
            wait,
            interval,
            ticks,
            missed,
            early,
            late: Late {
                last: ns("late_last_ns"),
                min: ns("late_min_ns"),
                avg: ns("late_avg_ns"),
                max: ns("late_max_ns"),
                sum: ns("late_sum_ns"),
                p50: ns("late_p50_ns"),
                p99: ns("late_p99_ns"),
            },
            to_wake: Part {
                avg: ns("to_wake_avg_ns"),
                max: ns("to_wake_max_ns"),
            },
            to_run: Part {
                avg: ns("to_run_avg_ns"),
                max: ns("to_run_max_ns"),
            },
            drift_ns: ns("drift_ns"),
            exit: ns("exit"),
            other: others.collect(),
        }
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.known.get(name).copied()
    }
}
