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
    let table = Table::read(&source.read(TABLE)?)?;
    super::name_problems(&table.problems);
    Ok(heading(&table) + &counters(&table) + &causes(&table))
}

fn heading(table: &Table) -> String {
    let module = &table.module;
    let number = |number: Option<u64>| number.map_or("-".to_owned(), |number| number.to_string());
    let uptime = module.uptime_ns.and_then(|ns| i64::try_from(ns).ok());
    let mut text = format!(
        "{} workers, {} running, loaded for {}, HZ={}, trips: {}\n",
        number(module.threads),
        number(module.running),
        time(uptime),
        number(module.hz.map(u64::from)),
        number(module.trips),
    );
    if table.workers.is_empty() {
        text += "No workers. As root: echo 1 > /sys/module/kthread_counter/parameters/threads\n";
    }
    text
}

fn counters(table: &Table) -> String {
    if table.workers.is_empty() {
        return String::new();
    }
    let mut grid = Grid::new([
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
    ]);
    for (id, worker) in rows(table) {
        grid.row([
            id,
            word(&worker.wait),
            word(&worker.interval),
            worker.cpu.map_or("-".to_owned(), |cpu| cpu.to_string()),
            word(&worker.state),
            count(worker.ticks),
            count(worker.missed),
            bound(worker.late.p50),
            bound(worker.late.p99),
            time(worker.late.max),
        ]);
    }
    grid.text()
}

/// Which part of the lateness is whose, if `causes` is on.
fn causes(table: &Table) -> String {
    let is_split = |worker: &Worker| worker.to_wake.avg.is_some() || worker.to_run.avg.is_some();
    let mut grid = Grid::new([
        ("id", Side::Left),
        ("wait", Side::Left),
        ("late avg", Side::Right),
        ("to wake avg", Side::Right),
        ("max", Side::Right),
        ("to run avg", Side::Right),
        ("max", Side::Right),
    ]);
    let mut any = false;
    for (id, worker) in rows(table).filter(|(_, worker)| is_split(worker)) {
        any = true;
        grid.row([
            id,
            word(&worker.wait),
            time(worker.late.avg),
            time(worker.to_wake.avg),
            time(worker.to_wake.max),
            time(worker.to_run.avg),
            time(worker.to_run.max),
        ]);
    }
    if !any {
        return String::new();
    }
    "\nWhy late: to wake is the timer, to run is the scheduler\n".to_owned() + &grid.text()
}

fn rows(table: &Table) -> impl Iterator<Item = (String, &Worker)> {
    let workers = table
        .workers
        .iter()
        .map(|worker| (worker.id.to_string(), worker));
    workers.chain(table.all.iter().map(|all| ("all".to_owned(), all)))
}

fn word(text: &Option<String>) -> String {
    text.clone().unwrap_or("-".to_owned())
}

fn count(number: Option<u64>) -> String {
    number.map_or("-".to_owned(), units::count)
}

fn time(ns: Option<i64>) -> String {
    ns.map_or("-".to_owned(), units::time)
}

fn bound(ns: Option<i64>) -> String {
    ns.map_or("-".to_owned(), |ns| format!("≤{}", units::time(ns)))
}

fn as_json(source: &Source) -> Result<String> {
    let (document, problems) = reading::read(source)?;
    super::name_problems(&problems);
    json::text(&document)
}
