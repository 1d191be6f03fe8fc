// SPDX-License-Identifier: GPL-2.0

//! The columns: which of them fit, and what is in them.

use std::sync::Arc;

use super::{
    model::{
        Item,
        Model, //
    },
    sort::Sort,
    state::By, //
};
use crate::{
    error::one_line,
    measure::change::Worst,
    output::units, //
};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    Id,
    Wait,
    Workers,
    Cpu,
    State,
    Interval,
    Ticks,
    Rate,
    Missed,
    Worst,
    P50,
    P99,
    Max,
}

use Column::*;

const OF_WORKERS: &[Column] = &[
    Id, Wait, Interval, Cpu, State, Ticks, Rate, Missed, Worst, P50, P99, Max,
];
const OF_WAITS: &[Column] = &[Wait, Workers, Ticks, Rate, Missed, Worst, P50, P99, Max];
/// What is left out first on a narrow terminal.
const DISPENSABLE: &[Column] = &[
    Interval, Ticks, State, Cpu, Workers, P50, Missed, Rate, P99, Max,
];

impl Column {
    pub(crate) fn title(self) -> &'static str {
        match self {
            Id => "id",
            Wait => "wait",
            Workers => "workers",
            Cpu => "cpu",
            State => "state",
            Interval => "interval",
            Ticks => "ticks",
            Rate => "ticks/s",
            Missed => "missed",
            Worst => "worst",
            P50 => "p50",
            P99 => "p99",
            Max => "max",
        }
    }

    fn width(self) -> usize {
        match self {
            Id => 5,
            Wait => 10,
            Cpu => 4,
            State | Interval => 8,
            Ticks | Missed => 6,
            Workers | Rate => 7,
            Worst | P50 | P99 => 9,
            Max => 8,
        }
    }

    fn is_left(self) -> bool {
        matches!(self, Id | Wait | State | Interval)
    }

    /// Whether rows are sorted by it.
    pub(crate) fn is_of(self, sort: Sort, by: By) -> bool {
        match sort {
            Sort::Id if by == By::Wait => self == Wait,
            Sort::Id => self == Id,
            Sort::Rate => self == Rate,
            Sort::Missed => self == Missed,
            Sort::Worst => self == Worst,
            Sort::P50 => self == P50,
            Sort::P99 => self == P99,
            Sort::Max => self == Max,
        }
    }

    /// The text in a row.
    fn text(self, model: &Model, by: By, item: &Item) -> String {
        let worker = model.worker(item).filter(|_| by == By::Worker);
        let number = |number: Option<u64>| number.map_or("-".to_owned(), |n| n.to_string());
        let word = |word: Option<&Arc<str>>| word.map_or("-".to_owned(), |word| one_line(word));
        match self {
            Id => number(worker.map(|worker| worker.id)),
            Wait => match by {
                By::Worker => word(worker.and_then(|worker| worker.wait.as_ref())),
                By::Wait => one_line(model.wait(item).unwrap_or("-")),
            },
            Workers => item.workers.to_string(),
            Cpu => number(worker.and_then(|worker| worker.cpu)),
            State => word(worker.and_then(|worker| worker.state.as_ref())),
            Interval => word(worker.and_then(|worker| worker.interval.as_ref())),
            Ticks => item.ticks.map_or("-".to_owned(), units::count),
            Rate => item.rate.map_or("-".to_owned(), rate),
            Missed => item.missed.map_or("-".to_owned(), units::count),
            Worst => item.worst.map_or("-".to_owned(), worst),
            P50 => item.p50.map_or("-".to_owned(), units::at_most),
            P99 => item.p99.map_or("-".to_owned(), units::at_most),
            Max => item.max.map_or("-".to_owned(), units::time),
        }
    }
}

/// The columns that fit a width.
pub(crate) fn fitting(by: By, width: usize) -> Vec<Column> {
    let mut columns = match by {
        By::Worker => OF_WORKERS,
        By::Wait => OF_WAITS,
    }
    .to_vec();
    for &dispensable in DISPENSABLE {
        if total(&columns) <= width {
            break;
        }
        columns.retain(|&column| column != dispensable);
    }
    columns
}

/// How wide the columns are with a blank between each two.
pub(crate) fn total(columns: &[Column]) -> usize {
    columns
        .iter()
        .map(|column| column.width() + 1)
        .sum::<usize>()
        - 1
}

/// The titles, each padded as the cells below it, with the blank after it.
pub(crate) fn titles(columns: &[Column]) -> Vec<String> {
    let titles = columns.iter();
    titles.map(|&column| pad(column, column.title())).collect()
}

/// A row.
pub(crate) fn row(columns: &[Column], model: &Model, by: By, item: &Item) -> String {
    let cells = columns.iter();
    cells
        .map(|&column| pad(column, &column.text(model, by, item)))
        .collect()
}

fn pad(column: Column, text: &str) -> String {
    let width = column.width();
    match column.is_left() {
        true => format!("{text:<width$} "),
        false => format!("{text:>width$} "),
    }
}

/// The latest tick: exactly, or a bound.
pub(crate) fn worst(worst: Worst) -> String {
    match worst.exact {
        true => units::time(worst.ns),
        false => units::at_most(worst.ns),
    }
}

fn rate(rate: f64) -> String {
    if rate < 99.95 {
        return format!("{rate:.1}");
    }
    units::count(rate.round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_matters_most_fits_narrow_terminals() {
        for by in [By::Worker, By::Wait] {
            for width in 26..200 {
                let columns = fitting(by, width);
                assert!(total(&columns) <= width, "{width}");
                assert!(columns.contains(&Worst) && columns.contains(&Wait));
            }
        }
        let titles = |width| -> Vec<&str> {
            let columns = fitting(By::Worker, width);
            columns.iter().map(|column| column.title()).collect()
        };
        let at_80 = [
            "id", "wait", "cpu", "ticks/s", "missed", "worst", "p50", "p99", "max",
        ];
        assert_eq!(titles(80), at_80);
        assert_eq!(titles(40), ["id", "wait", "worst", "max"]);
    }

    #[test]
    fn rates_are_short() {
        for (number, text) in [
            (0.0, "0.0"),
            (0.97656, "1.0"),
            (99.94, "99.9"),
            (99.96, "100"),
            (1e30, "18.4E"),
        ] {
            assert_eq!(rate(number), text);
        }
    }
}
