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
    output::{
        self,
        grid::{
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

fn counters() -> Grid {
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

fn add_counters(grid: &mut Grid, row: &mut Row<'_, '_>) {
    add_id(grid, row);
    add_word(grid, row, Column::Wait);
    add_word(grid, row, Column::Interval);
    match row.count(Column::Cpu) {
        Some(cpu) => add_number(grid, cpu),
        None => grid.word(b"-"),
    }
    add_word(grid, row, Column::State);
    for column in [Column::Ticks, Column::Missed] {
        let count = row.count(column);
        grid.short(count.map_or(nothing(), units::short_count));
    }
    for column in [Column::LateP50, Column::LateP99] {
        let bound = |ns| units::short_time(ns).at_most();
        grid.short(row.ns(column).map_or(nothing(), bound));
    }
    add_time(grid, row.ns(Column::LateMax));
}

/// Which part of the lateness is whose, if `causes` is on.
fn causes() -> Grid {
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
fn add_causes(grid: &mut Grid, row: &mut Row<'_, '_>) -> bool {
    let (to_wake, to_run) = (row.ns(Column::ToWakeAvg), row.ns(Column::ToRunAvg));
    if to_wake.is_none() && to_run.is_none() {
        return false;
    }
    add_id(grid, row);
    add_word(grid, row, Column::Wait);
    add_time(grid, row.ns(Column::LateAvg));
    add_time(grid, to_wake);
    add_time(grid, row.ns(Column::ToWakeMax));
    add_time(grid, to_run);
    add_time(grid, row.ns(Column::ToRunMax));
    true
}

/// The line of all has no id.
fn add_id(grid: &mut Grid, row: &Row<'_, '_>) {
    match row.id {
        Some(id) => add_number(grid, id),
        None => grid.word(b"all"),
    }
}

fn add_number(grid: &mut Grid, number: u64) {
    match units::short_number(number) {
        Some(short) => grid.short(short),
        None => grid.word(number.to_string().as_bytes()),
    }
}

fn add_word(grid: &mut Grid, row: &Row<'_, '_>, column: Column) {
    grid.word(row.bytes(column).unwrap_or(b"-"));
}

fn add_time(grid: &mut Grid, ns: Option<i64>) {
    grid.short(ns.map_or(nothing(), units::short_time));
}

fn nothing() -> Short {
    Short::EMPTY.after(b'-')
}

fn as_json(source: &Source) -> Result {
    let (document, problems) = reading::read(source)?;
    super::name_problems(&problems);
    let mut out = output::large();
    json::write(&mut out, &document)?;
    Ok(out.flush()?)
}
