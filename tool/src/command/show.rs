// SPDX-License-Identifier: GPL-2.0

//! `show`: the workers now.

use std::io::Write;

use crate::{
    cli,
    error::Result,
    kernel::{
        source::{
            Source,
            TABLE, //
        },
        table::{
            Column,
            Row,
            Table, //
        }, //
    },
    measure::percent::Percent,
    output::{
        self,
        grid::{
            Cell,
            Grid,
            Side, //
        },
        json,
        short::Short,
        units, //
    },
    reading, //
};

pub(crate) fn run(arguments: cli::Show) -> Result {
    let source = Source::new(arguments.source.from);
    match arguments.json {
        true => as_json(&source),
        false => as_text(&source),
    }
}

fn as_text(source: &Source) -> Result {
    let mut counters = counters();
    let mut causes = causes();
    let mut any_split = false;
    let mut workers = 0_usize;
    let table = Table::visit(source.open(TABLE)?, |row| {
        workers += usize::from(row.id.is_some());
        add_counters(&mut counters, row);
        any_split |= add_causes(&mut causes, row);
    })?;
    super::name_problems(&table.problems);
    let mut out = output::large();
    out.write_all(heading(&table).as_bytes())?;
    if workers == 0 {
        out.write_all(
            b"No workers. As root: echo 1 > /sys/module/kthread_counter/parameters/threads\n",
        )?;
        return Ok(out.flush()?);
    }
    counters.write(&mut out)?;
    if any_split {
        out.write_all("\nWhy late: to wake is the timer, to run is the scheduler\n".as_bytes())?;
        causes.write(&mut out)?;
    }
    Ok(out.flush()?)
}

fn heading(table: &Table) -> String {
    let module = &table.module;
    let number = |number: Option<u64>| number.map_or("-".to_owned(), |number| number.to_string());
    let uptime = module.uptime_ns.and_then(|ns| i64::try_from(ns).ok());
    format!(
        "{} workers, {} running, loaded for {}, HZ={}, trips: {}\n",
        number(module.threads),
        number(module.running),
        uptime.map_or("-".to_owned(), units::time),
        number(module.hz.map(u64::from)),
        number(module.trips),
    )
}

fn counters() -> Grid<10> {
    Grid::new([
        ("id", Side::Left),
        ("wait", Side::Left),
        ("interval", Side::Left),
        ("cpu", Side::Right),
        ("state", Side::Left),
        ("ticks", Side::Right),
        ("missed", Side::Right),
        ("p50", Side::Right),
        ("p99", Side::Right),
        ("max", Side::Right),
    ])
}

fn add_counters(grid: &mut Grid<10>, row: &mut Row<'_, '_>) {
    let ticks = row.count(Column::Ticks);
    let cells = [
        word(grid, row, Column::Id),
        word(grid, row, Column::Wait),
        word(grid, row, Column::Interval),
        count(row, Column::Cpu),
        word(grid, row, Column::State),
        ticks.map_or(nothing(), |ticks| units::short_count(ticks).into()),
        count(row, Column::Missed),
        bound(Percent::P50.of_ticks(row.ns(Column::LateP50), ticks)),
        bound(Percent::P99.of_ticks(row.ns(Column::LateP99), ticks)),
        time(row, Column::LateMax),
    ];
    grid.cells(cells);
}

/// Which part of the lateness is whose, if `causes` is on.
fn causes() -> Grid<7> {
    Grid::new([
        ("id", Side::Left),
        ("wait", Side::Left),
        ("late avg", Side::Right),
        ("to wake avg", Side::Right),
        ("max", Side::Right),
        ("to run avg", Side::Right),
        ("max", Side::Right),
    ])
}

/// Returns whether they are known of this row.
fn add_causes(grid: &mut Grid<7>, row: &mut Row<'_, '_>) -> bool {
    let is_known = [Column::ToWakeAvg, Column::ToRunAvg]
        .iter()
        .any(|column| row.bytes(*column).is_some());
    if is_known {
        let cells = [
            word(grid, row, Column::Id),
            word(grid, row, Column::Wait),
            time(row, Column::LateAvg),
            time(row, Column::ToWakeAvg),
            time(row, Column::ToWakeMax),
            time(row, Column::ToRunAvg),
            time(row, Column::ToRunMax),
        ];
        grid.cells(cells);
    }
    is_known
}

/// A field as it is in the file.
fn word<const N: usize>(grid: &mut Grid<N>, row: &Row<'_, '_>, column: Column) -> Cell {
    let short = row.rest(column).and_then(Short::first_of);
    short.map_or_else(|| grid.word(row.bytes(column).unwrap_or(b"-")), Cell::from)
}

fn count(row: &mut Row<'_, '_>, column: Column) -> Cell {
    let count = row.count(column);
    count.map_or(nothing(), |count| units::short_count(count).into())
}

fn time(row: &mut Row<'_, '_>, column: Column) -> Cell {
    let time = row.ns(column);
    time.map_or(nothing(), |time| units::short_time(time).into())
}

/// A time that is not exceeded.
fn bound(bound: Option<i64>) -> Cell {
    bound.map_or(nothing(), |bound| units::short_at_most(bound).into())
}

fn nothing() -> Cell {
    Short::EMPTY.after(b'-').into()
}

fn as_json(source: &Source) -> Result {
    let (document, problems) = reading::read(source)?;
    super::name_problems(&problems);
    let mut out = output::large();
    json::write(&mut out, &document)?;
    Ok(out.flush()?)
}
