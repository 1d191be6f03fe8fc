// SPDX-License-Identifier: GPL-2.0

//! `hist`: how late, as a picture.

use std::collections::BTreeMap;

use crate::{
    cli::{
        self,
        By, //
    },
    error::{
        one_line,
        Result, //
    },
    kernel::{
        histogram::Histograms,
        source::{
            Source,
            HISTOGRAM,
            TABLE, //
        },
        table::{
            Table,
            Worker, //
        }, //
    },
    measure::{
        distribution::Distribution,
        group::{
            Group,
            Groups, //
        },
        percent::Percent, //
    },
    output::{
        self,
        document,
        json,
        picture,
        style::Style,
        units, //
    }, //
};

pub(crate) fn run(arguments: cli::Hist) -> Result {
    if let Some(file) = &arguments.svg {
        return super::hist_svg::run(&arguments, file);
    }
    let source = Source::new(arguments.source.from);
    // The table is read last, so that no tick in a histogram is later than the maximum.
    let histograms = Histograms::read(source.open(HISTOGRAM)?)?;
    let table = Table::of(source.open(TABLE)?)?;
    super::name_problems(&table.problems);
    super::name_problems(&histograms.problems);

    let groups = group(&table, &histograms, arguments.by, arguments.json);
    if arguments.json {
        let text = as_json(groups, &table, arguments.by, &arguments.percentiles)?;
        return output::print(&text);
    }
    if groups.is_empty() {
        return output::print("No workers.\n");
    }
    let style = Style::of_stdout(arguments.ascii);
    let blocks: Vec<String> = groups
        .iter()
        .map(|group| {
            heading(group, &arguments.percentiles, style)
                + &picture::draw(&group.distribution, arguments.cdf, style)
        })
        .collect();
    output::print(&blocks.join("\n"))
}

/// A worker is named by its id in JSON; people want to know its primitive as well.
fn group(table: &Table, histograms: &Histograms, by: By, json: bool) -> Vec<Group> {
    let none = Distribution::default();
    let mut groups = Groups::default();
    for worker in &table.workers {
        let wait = worker.wait.as_deref().unwrap_or("-");
        let name = match by {
            By::Wait => wait.to_owned(),
            By::Worker if json => worker.id.to_string(),
            By::Worker => format!("{} {wait}", worker.id),
        };
        let distribution = histograms.workers.get(worker.id);
        groups.add(name, distribution.unwrap_or(&none), worker.late.max);
    }
    groups.0
}

/// The name and the numbers, on more lines if the terminal is narrow.
fn heading(group: &Group, percentiles: &[Percent], style: Style) -> String {
    let ticks = group.distribution.total();
    let mut text = format!("{}: {ticks} ticks", one_line(&group.name));
    let mut length = text.chars().count();
    let percentiles = percentiles.iter().map(|&percent| {
        match group.distribution.percentile(percent, group.max) {
            Some(ns) => format!("{percent} {}", picture::at_most(ns, style.ascii)),
            None => format!("{percent} -"),
        }
    });
    let max = group.max.map(|max| format!("max {}", units::time(max)));
    for part in percentiles.chain(max) {
        // With the comma that may follow.
        if length + ", ".len() + part.chars().count() + 1 > style.width {
            text += ",\n  ";
            length = 2;
        } else {
            text += ", ";
            length += 2;
        }
        length += part.chars().count();
        text += &part;
    }
    text + "\n"
}

fn as_json(groups: Vec<Group>, table: &Table, by: By, percentiles: &[Percent]) -> Result<String> {
    let workers = table.workers.iter();
    let workers: BTreeMap<String, &Worker> = workers
        .map(|worker| (worker.id.to_string(), worker))
        .collect();
    let groups = groups.into_iter().map(|group| {
        let worker = workers.get(&group.name).filter(|_| by == By::Worker);
        document::Group {
            id: worker.map(|worker| worker.id),
            wait: match worker {
                Some(worker) => worker.wait.clone(),
                None => Some(group.name.clone()).filter(|name| name != "-"),
            },
            ticks: group.distribution.total(),
            late_ns: late(&group, percentiles),
            histogram: group.distribution.buckets().collect(),
        }
    });
    json::text(&document::Hist {
        schema: json::SCHEMA_OF_HIST,
        tool_version: env!("CARGO_PKG_VERSION").into(),
        by: match by {
            By::Wait => "wait",
            By::Worker => "worker",
        },
        groups: groups.collect(),
    })
}

/// By the names that `show --json` has: p99_9 for p99.9.
fn late(group: &Group, percentiles: &[Percent]) -> BTreeMap<String, Option<i64>> {
    let percentiles = percentiles.iter().map(|&percent| {
        let bound = group.distribution.percentile(percent, group.max);
        (percent.to_string().replace('.', "_"), bound)
    });
    percentiles.chain([("max".to_owned(), group.max)]).collect()
}
