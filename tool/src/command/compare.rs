// SPDX-License-Identifier: GPL-2.0

//! `compare`: two measurements side by side, with a verdict.

use std::path::Path;

use serde::Serialize;

use crate::{
    cli,
    comparison::Comparison,
    error::{
        one_line,
        Error,
        Result, //
    },
    measure::compare::{
        Change,
        Metric,
        Outcome, //
    },
    output::{
        self,
        compared,
        document::{
            Run,
            Verdict, //
        },
        grid::{
            Grid,
            Side, //
        },
        json, //
    },
    saved, //
};

pub(crate) fn run(arguments: cli::Compare) -> Result {
    let old = load(&arguments.old)?;
    let new = load(&arguments.new)?;
    let metrics = match arguments.judge.as_slice() {
        [] => &Metric::ALL,
        some => some,
    };
    let comparison = Comparison::new(&old.show, &new.show, metrics, arguments.tolerance);
    output::print(&if arguments.json {
        as_json(&arguments, &old, &new, &comparison)?
    } else {
        as_text(&arguments, &old, &new, &comparison)
    })?;
    match comparison.verdict() {
        Some(Outcome::Worse) => Err(Error::Unmet),
        Some(_) => Ok(()),
        None => Err(Error::unmeasured(
            "nothing can be compared",
            "there is no primitive of which both have enough ticks",
            "measure the same primitives for longer",
        )),
    }
}

fn load(path: &Path) -> Result<Run> {
    let (run, problems) = saved::load(path)?;
    super::name_problems(&problems);
    Ok(run)
}

fn as_text(arguments: &cli::Compare, old: &Run, new: &Run, comparison: &Comparison) -> String {
    let mut text = heading("old", &arguments.old, old) + &heading("new", &arguments.new, new);
    if comparison.verdict().is_some() {
        text += "\n";
        text += &table(comparison);
    }
    text += "\n";
    for note in &comparison.notes {
        text += &format!("note: {}\n", one_line(note));
    }
    let (better, worse) = (
        comparison.count(Outcome::Better),
        comparison.count(Outcome::Worse),
    );
    let known = worse + better + comparison.count(Outcome::Same);
    let tolerance = arguments.tolerance;
    text += &match comparison.verdict() {
        Some(Outcome::Worse) => {
            format!("Worse: {worse} of {known} numbers by more than {tolerance}")
        }
        Some(_) => format!("Not worse: none of {known} numbers by more than {tolerance}"),
        None => return text + "Unknown: there is nothing to compare.\n",
    };
    text + &match better {
        0 => ".\n".to_owned(),
        better => format!("; better: {better}.\n"),
    }
}

fn heading(which: &str, path: &Path, run: &Run) -> String {
    let kernel = run.show.host.kernel.as_deref().unwrap_or("unknown kernel");
    let text = format!("{which}: {}, {kernel}", path.display());
    one_line(&text) + "\n"
}

fn table(comparison: &Comparison) -> String {
    let mut grid = Grid::new([
        ("wait", Side::Left),
        ("what", Side::Left),
        ("old", Side::Right),
        ("new", Side::Right),
        ("change", Side::Right),
        ("", Side::Left),
    ]);
    let is_known = |change: &Change| change.outcome != Outcome::Unknown;
    for pair in &comparison.primitives {
        // A note says why nothing is known of it.
        if !pair.changes.iter().any(is_known) {
            continue;
        }
        let mut name = pair.wait.as_str();
        for change in &pair.changes {
            grid.row([
                name.to_owned(),
                change.metric.to_string(),
                compared::number(change.metric, change.old),
                compared::number(change.metric, change.new),
                compared::difference(change, pair.old.ticks, pair.new.ticks),
                word(change.outcome).to_owned(),
            ]);
            name = "";
        }
    }
    grid.text()
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Better => "better",
        Outcome::Same => "same",
        Outcome::Worse => "worse",
        Outcome::Unknown => "unknown",
    }
}

/// docs/compare.schema.json describes it.
#[derive(Serialize)]
struct Document<'a> {
    schema: u32,
    tool_version: &'static str,
    tolerance: String,
    old: Source<'a>,
    new: Source<'a>,
    verdict: Verdict,
    primitives: Vec<Primitive<'a>>,
    notes: &'a [String],
}

#[derive(Serialize)]
struct Source<'a> {
    file: String,
    kernel: Option<&'a str>,
}

#[derive(Serialize)]
struct Primitive<'a> {
    wait: &'a str,
    old_ticks: u64,
    new_ticks: u64,
    changes: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    metric: String,
    old: Option<i64>,
    new: Option<i64>,
    outcome: &'static str,
}

fn as_json(
    arguments: &cli::Compare,
    old: &Run,
    new: &Run,
    comparison: &Comparison,
) -> Result<String> {
    let row = |change: &Change| Row {
        metric: change.metric.to_string(),
        old: change.old,
        new: change.new,
        outcome: word(change.outcome),
    };
    json::text(&Document {
        schema: json::SCHEMA,
        tool_version: env!("CARGO_PKG_VERSION"),
        tolerance: arguments.tolerance.to_string(),
        old: source(&arguments.old, old),
        new: source(&arguments.new, new),
        verdict: match comparison.verdict() {
            Some(Outcome::Worse) => Verdict::Fail,
            Some(_) => Verdict::Pass,
            None => Verdict::Unmeasured,
        },
        primitives: comparison
            .primitives
            .iter()
            .map(|pair| Primitive {
                wait: &pair.wait,
                old_ticks: pair.old.ticks,
                new_ticks: pair.new.ticks,
                changes: pair.changes.iter().map(row).collect(),
            })
            .collect(),
        notes: &comparison.notes,
    })
}

fn source<'a>(path: &Path, run: &'a Run) -> Source<'a> {
    Source {
        file: path.display().to_string(),
        kernel: run.show.host.kernel.as_deref(),
    }
}
