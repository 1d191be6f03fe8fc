// SPDX-License-Identifier: GPL-2.0

//! One reading of the module's files, with what is exported of it.

use std::borrow::Cow;

use rustix::time::{
    clock_gettime,
    ClockId, //
};

use super::{
    by::{
        By,
        Key, //
    },
    snapshot::STATES, //
};
use crate::{
    error::Result,
    kernel::{
        histogram::Histograms,
        problem::Problem,
        source::{
            Source,
            HISTOGRAM,
            TABLE, //
        },
        table::{
            Column,
            Row,
            Table, //
        }, //
    },
    measure::distribution::Distribution, //
};

#[derive(Clone, Debug, Default)]
pub(crate) struct Sample {
    pub(crate) hz: Option<u32>,
    pub(crate) uptime_ns: Option<u64>,
    /// The module was loaded between these two moments of the monotonic clock. Unknown for saved files.
    pub(crate) loaded: Option<(i128, i128)>,
    pub(crate) trips: Option<u64>,
    pub(crate) workers: Vec<Seen>,
}

/// What is exported of a worker.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    pub(crate) id: u64,
    pub(crate) key: Key,
    /// Which of [`STATES`].
    pub(crate) state: Option<usize>,
    pub(crate) counts: Counts,
    pub(crate) min: Option<i64>,
    pub(crate) max: Option<i64>,
    pub(crate) drift: Option<i64>,
    pub(crate) distribution: Distribution,
}

/// What only grows within an epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) ticks: u64,
    pub(crate) missed: u64,
    pub(crate) early: u64,
    pub(crate) late_ns: u64,
    /// Only with `causes`.
    pub(crate) split: Option<Split>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Split {
    pub(crate) ticks: u64,
    pub(crate) to_wake_ns: u64,
    pub(crate) to_run_ns: u64,
}

/// Reads both files. The table is read last, so a histogram never has more ticks than it, but for a reset or another
/// instance of the module in between.
pub(crate) fn read(source: &Source, by: By) -> Result<(Sample, Vec<Problem>)> {
    let mut histograms = Histograms::read(source.open(HISTOGRAM)?)?;
    let mut problems = std::mem::take(&mut histograms.problems);
    let mut workers = Vec::new();
    let before = monotonic();
    let mut table = Table::visit(source.open(TABLE)?, |row| {
        if let Some(id) = row.id {
            let distribution = histograms.workers.get_mut(id).map(std::mem::take);
            workers.push(seen(id, row, distribution.unwrap_or_default(), by));
        }
    })?;
    let after = monotonic();
    problems.append(&mut table.problems);
    let uptime_ns = table.module.uptime_ns;
    let loaded = uptime_ns
        .filter(|_| source.saved().is_none())
        .map(|uptime| (before - i128::from(uptime), after - i128::from(uptime)));
    // The module was unloaded and loaded between the two: what the histogram has is not of this instance.
    if histograms.uptime_ns > uptime_ns {
        for seen in &mut workers {
            seen.distribution.clear();
        }
    }
    let sample = Sample {
        hz: table.module.hz,
        uptime_ns,
        loaded,
        trips: table.module.trips,
        workers,
    };
    Ok((sample, problems))
}

fn seen(id: u64, row: &mut Row<'_, '_>, distribution: Distribution, by: By) -> Seen {
    let word = |row: &Row<'_, '_>, column| row.word(column).map(Cow::into_owned);
    let sum = |ns: Option<i64>| u64::try_from(ns.unwrap_or(0)).unwrap_or(0);
    Seen {
        id,
        key: Key {
            wait: word(row, Column::Wait).unwrap_or_else(|| "unknown".into()),
            cpu: row.count(Column::Bound).filter(|_| by.cpu),
            interval: match by.interval {
                true => word(row, Column::Interval),
                false => None,
            },
        },
        state: STATES
            .iter()
            .position(|state| row.bytes(Column::State) == Some(state.as_bytes())),
        counts: Counts {
            ticks: row.count(Column::Ticks).unwrap_or(0),
            missed: row.count(Column::Missed).unwrap_or(0),
            early: row.count(Column::Early).unwrap_or(0),
            late_ns: sum(row.ns(Column::LateSum)),
            split: row.count(Column::SplitTicks).map(|ticks| Split {
                ticks,
                to_wake_ns: sum(row.ns(Column::ToWakeSum)),
                to_run_ns: sum(row.ns(Column::ToRunSum)),
            }),
        },
        min: row.ns(Column::LateMin),
        max: row.ns(Column::LateMax),
        drift: row.ns(Column::Drift),
        distribution,
    }
}

/// The clock of the module's times.
fn monotonic() -> i128 {
    let now = clock_gettime(ClockId::Monotonic);
    i128::from(now.tv_sec) * 1_000_000_000 + i128::from(now.tv_nsec)
}
