// SPDX-License-Identifier: GPL-2.0

//! `show`: the workers now.

use crate::{
    cli,
    error::Result,
    kernel::{
        source::{
            Source,
            TABLE, //
        },
        table::{
            Table,
            Worker, //
        }, //
    },
    output::{
        self,
        grid::{
            Grid,
            Side, //
        },
        json,
        units, //
    },
    reading, //
};

pub(crate) fn run(arguments: cli::Show) -> Result {
    let source = Source::new(arguments.source.from);
    let text = if arguments.json {
        as_json(&source)?
    } else {
        as_text(&source)?
    };
    output::print(&text)
}

fn as_text(source: &Source) -> Result<String> {
    let mut counters = counters();
    let mut causes = causes();
    let mut any_split = false;
    let contents = source.read(TABLE)?;
    let mut show = |id: Option<u64>, worker: &Worker| {
        add_counters(&mut counters, id, worker);
        if worker.to_wake.avg.is_some() || worker.to_run.avg.is_some() {
            any_split = true;
            add_causes(&mut causes, id, worker);
        }
    };
    let mut workers = 0_usize;
    let table = Table::visit(&contents, |worker| {
        workers += 1;
        show(Some(worker.id), worker);
    })?;
    if let Some(all) = &table.all {
        show(None, all);
    }
    super::name_problems(&table.problems);
    let mut text = heading(&table);
    if workers == 0 {
        text += "No workers. As root: echo 1 > /sys/module/kthread_counter/parameters/threads\n";
        return Ok(text);
    }
    text += &counters.text();
    if any_split {
        text += "\nWhy late: to wake is the timer, to run is the scheduler\n";
        text += &causes.text();
    }
    Ok(text)
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

fn add_counters(grid: &mut Grid, id: Option<u64>, worker: &Worker) {
    add_id(grid, id);
    add_word(grid, &worker.wait);
    add_word(grid, &worker.interval);
    grid.cell(|text| put(text, worker.cpu, number));
    add_word(grid, &worker.state);
    grid.cell(|text| put(text, worker.ticks, units::put_count));
    grid.cell(|text| put(text, worker.missed, units::put_count));
    grid.cell(|text| put(text, worker.late.p50, bound));
    grid.cell(|text| put(text, worker.late.p99, bound));
    add_time(grid, worker.late.max);
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

fn add_causes(grid: &mut Grid, id: Option<u64>, worker: &Worker) {
    add_id(grid, id);
    add_word(grid, &worker.wait);
    add_time(grid, worker.late.avg);
    add_time(grid, worker.to_wake.avg);
    add_time(grid, worker.to_wake.max);
    add_time(grid, worker.to_run.avg);
    add_time(grid, worker.to_run.max);
}

/// The line of all has no id.
fn add_id(grid: &mut Grid, id: Option<u64>) {
    grid.cell(|text| match id {
        Some(id) => number(text, id),
        None => text.push_str("all"),
    });
}

fn add_word(grid: &mut Grid, word: &Option<String>) {
    grid.cell(|text| text.push_str(word.as_deref().unwrap_or("-")));
}

fn add_time(grid: &mut Grid, ns: Option<i64>) {
    grid.cell(|text| put(text, ns, units::put_time));
}

fn put<T>(text: &mut String, value: Option<T>, write: impl FnOnce(&mut String, T)) {
    match value {
        Some(value) => write(text, value),
        None => text.push('-'),
    }
}

fn number(text: &mut String, number: u64) {
    use std::fmt::Write;

    // Memory does not fail.
    let _ = write!(text, "{number}");
}

fn bound(text: &mut String, ns: i64) {
    text.push('≤');
    units::put_time(text, ns);
}

fn as_json(source: &Source) -> Result<String> {
    let (document, problems) = reading::read(source)?;
    super::name_problems(&problems);
    json::text(&document)
}
