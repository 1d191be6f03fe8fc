// SPDX-License-Identifier: GPL-2.0

//! /proc/kthread_counter: the workers and their counters.

use std::{
    borrow::Cow,
    collections::BTreeMap, //
};

use super::{
    problem::Problem,
    sheet::Sheet,
    source::{
        Contents,
        Stream, //
    }, //
};
use crate::error::Result;

/// The keys of the first line.
const KEYS: &[&str] = &["hz", "threads", "running", "trips", "uptime_ns"];

/// All columns that the module has. Not all of them are needed here.
#[derive(Clone, Copy)]
pub(crate) enum Column {
    Id,
    Pid,
    Cpu,
    State,
    Wait,
    Interval,
    Ticks,
    Missed,
    Early,
    Signals,
    LateLast,
    LateMin,
    LateAvg,
    LateMax,
    LateP50,
    LateP99,
    Drift,
    Exit,
    LateSum,
    Bound,
    Epoch,
    ToWakeAvg,
    ToWakeMax,
    ToWakeSum,
    ToRunAvg,
    ToRunMax,
    ToRunSum,
    SplitTicks,
}

const COLUMNS: [(Column, &str); 28] = [
    (Column::Id, "id"),
    (Column::Pid, "pid"),
    (Column::Cpu, "cpu"),
    (Column::State, "state"),
    (Column::Wait, "wait"),
    (Column::Interval, "interval"),
    (Column::Ticks, "ticks"),
    (Column::Missed, "missed"),
    (Column::Early, "early"),
    (Column::Signals, "signals"),
    (Column::LateLast, "late_last_ns"),
    (Column::LateMin, "late_min_ns"),
    (Column::LateAvg, "late_avg_ns"),
    (Column::LateMax, "late_max_ns"),
    (Column::LateP50, "late_p50_ns"),
    (Column::LateP99, "late_p99_ns"),
    (Column::Drift, "drift_ns"),
    (Column::Exit, "exit"),
    (Column::LateSum, "late_sum_ns"),
    (Column::Bound, "bound"),
    (Column::Epoch, "epoch"),
    (Column::ToWakeAvg, "to_wake_avg_ns"),
    (Column::ToWakeMax, "to_wake_max_ns"),
    (Column::ToWakeSum, "to_wake_sum_ns"),
    (Column::ToRunAvg, "to_run_avg_ns"),
    (Column::ToRunMax, "to_run_max_ns"),
    (Column::ToRunSum, "to_run_sum_ns"),
    (Column::SplitTicks, "split_ticks"),
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
        Self::of(contents.stream())
    }

    /// All of it, also of a file that is read meanwhile.
    pub(crate) fn of(stream: Stream<'_>) -> Result<Self> {
        let mut workers = Vec::new();
        let mut all = None;
        let mut table = Self::visit(stream, |row| {
            let worker = Worker::of(row);
            match row.id {
                Some(_) => workers.push(worker),
                None => all = Some(worker),
            }
        })?;
        table.workers = workers;
        table.all = all;
        Ok(table)
    }

    /// Shows each row once, and keeps none: 32,768 workers take 14 MiB.
    pub(crate) fn visit(
        stream: Stream<'_>,
        mut visit: impl FnMut(&mut Row<'_, '_>),
    ) -> Result<Self> {
        let mut sheet = Sheet::new(stream)?;
        let id = sheet.needed_column("id")?;
        let names = COLUMNS.map(|(_, name)| name);
        sheet.need_one_of(names.into_iter().filter(|name| *name != "id"))?;
        let module = Module::of(&mut sheet);
        for (_, name) in COLUMNS {
            sheet.name_missing_column(name);
        }
        let places = Places::find(&sheet);

        let mut workers = 0_u64;
        let mut all = false;
        while sheet.next()? {
            let is_all = sheet.bytes(id) == Some(b"all");
            let id = match is_all {
                true => None,
                false => sheet.number(id),
            };
            all |= is_all;
            workers += u64::from(id.is_some());
            if is_all || id.is_some() {
                visit(&mut Row {
                    id,
                    sheet: &mut sheet,
                    places: &places,
                });
            }
        }
        // A file may also be cut off between two lines.
        if let Some(threads) = module.threads.filter(|&threads| threads != workers) {
            let what = format!("threads={threads}, but the lines of {workers} workers");
            sheet.missing_at_the_end(what);
        } else if workers > 1 && !all {
            sheet.missing_at_the_end("the line \"all\" is missing");
        }
        Ok(Self {
            module,
            workers: Vec::new(),
            all: None,
            problems: sheet.problems,
        })
    }
}

/// Where the columns are: looked up once, not for each of 32,768 workers.
struct Places {
    known: [Option<usize>; COLUMNS.len()],
    other: Vec<(String, usize)>,
}

impl Places {
    fn find(sheet: &Sheet<'_>) -> Self {
        let mut known = [None; COLUMNS.len()];
        for (column, name) in COLUMNS {
            if let Some(place) = known.get_mut(column as usize) {
                *place = sheet.column(name);
            }
        }
        let is_known = |name: &str| COLUMNS.iter().any(|(_, known)| *known == name);
        Self {
            known,
            other: sheet.other_columns(is_known),
        }
    }
}

/// The row of a worker. A field is read when it is asked for, and is `None` where there is `-`, or a problem.
pub(crate) struct Row<'a, 'b> {
    /// `None` in the line `all`.
    pub(crate) id: Option<u64>,
    sheet: &'a mut Sheet<'b>,
    places: &'a Places,
}

impl Row<'_, '_> {
    pub(crate) fn word(&self, column: Column) -> Option<Cow<'_, str>> {
        self.sheet.word(self.place(column)?)
    }

    /// The field as it is in the file.
    pub(crate) fn bytes(&self, column: Column) -> Option<&[u8]> {
        self.sheet.bytes(self.place(column)?)
    }

    /// The row from this field on.
    pub(crate) fn rest(&self, column: Column) -> Option<&[u8]> {
        self.sheet.rest(self.place(column)?)
    }

    pub(crate) fn count(&mut self, column: Column) -> Option<u64> {
        self.sheet.number(self.place(column)?)
    }

    pub(crate) fn ns(&mut self, column: Column) -> Option<i64> {
        self.sheet.number(self.place(column)?)
    }

    fn place(&self, column: Column) -> Option<usize> {
        self.places.known.get(column as usize).copied().flatten()
    }

    fn other(&self) -> BTreeMap<String, String> {
        let other = self.places.other.iter();
        other
            .filter_map(|(name, place)| Some((name.clone(), self.sheet.word(*place)?.into_owned())))
            .collect()
    }
}

impl Module {
    /// What the first line says, without the workers: there may be 32,768.
    pub(crate) fn read(stream: Stream<'_>) -> Result<Self> {
        Ok(Self::of(&mut Sheet::new(stream)?))
    }

    fn of(sheet: &mut Sheet<'_>) -> Self {
        Self {
            hz: sheet.key("hz"),
            threads: sheet.key("threads"),
            running: sheet.key("running"),
            trips: sheet.key("trips"),
            uptime_ns: sheet.key("uptime_ns"),
            other: sheet.other_keys(KEYS),
        }
    }
}

impl Worker {
    fn of(row: &mut Row<'_, '_>) -> Self {
        let word = |row: &Row<'_, '_>, column| row.word(column).map(Cow::into_owned);
        Self {
            id: row.id.unwrap_or(0),
            pid: row.count(Column::Pid),
            cpu: row.count(Column::Cpu),
            state: word(row, Column::State),
            wait: word(row, Column::Wait),
            interval: word(row, Column::Interval),
            ticks: row.count(Column::Ticks),
            missed: row.count(Column::Missed),
            early: row.count(Column::Early),
            signals: row.count(Column::Signals),
            late: Late {
                last: row.ns(Column::LateLast),
                min: row.ns(Column::LateMin),
                avg: row.ns(Column::LateAvg),
                max: row.ns(Column::LateMax),
                sum: row.ns(Column::LateSum),
                p50: row.ns(Column::LateP50),
                p99: row.ns(Column::LateP99),
            },
            to_wake: Part {
                avg: row.ns(Column::ToWakeAvg),
                max: row.ns(Column::ToWakeMax),
            },
            to_run: Part {
                avg: row.ns(Column::ToRunAvg),
                max: row.ns(Column::ToRunMax),
            },
            drift_ns: row.ns(Column::Drift),
            exit: row.ns(Column::Exit),
            bound: row.count(Column::Bound),
            epoch: row.count(Column::Epoch),
            other: row.other(),
        }
    }
}
