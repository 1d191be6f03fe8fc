// SPDX-License-Identifier: GPL-2.0

//! `compare`: two measurements side by side, with a verdict.

use std::path::{
    Path,
    PathBuf, //
};

use serde::Serialize;

use super::compare_points;
use crate::{
    cli,
    comparison::Comparison,
    error::{
        one_line,
        Error,
        Result, //
    },
    measure::{
        compare::{
            Change,
            Metric,
            Outcome, //
        },
        tolerance::Tolerance, //
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

/// Two measurements, wherever they come from.
pub(super) struct Compared {
    pub(super) old: Source,
    pub(super) new: Source,
    pub(super) comparison: Comparison,
    /// What to do if there is nothing to compare.
    pub(super) remedy: &'static str,
}

/// Where a measurement comes from.
#[derive(Serialize)]
pub(super) struct Source {
    #[serde(rename = "file")]
    pub(super) name: String,
    pub(super) kernel: Option<String>,
}

pub(crate) fn run(arguments: cli::Compare) -> Result {
    let compared = match (&arguments.prometheus, &arguments.old, &arguments.new) {
        (Some(address), ..) => compare_points::compare(address, &arguments)?,
        (None, Some(old), Some(new)) => of_files([old, new], &arguments)?,
        _ => {
            return Err(Error::failed(
                "wrong usage",
                "OLD and NEW are missing",
                "see kthread-counter compare --help",
            ))
        }
    };
    let comparison = &compared.comparison;
    output::print(&if arguments.json {
        as_json(arguments.tolerance, &compared)?
    } else {
        as_text(arguments.tolerance, &compared)
    })?;
    match comparison.verdict() {
        Some(Outcome::Worse) => Err(Error::Unmet),
        Some(_) => Ok(()),
        None => Err(Error::unmeasured(
            "nothing can be compared",
            "there is no primitive of which both have enough ticks",
            compared.remedy,
        )),
    }
}

fn of_files([old, new]: [&PathBuf; 2], arguments: &cli::Compare) -> Result<Compared> {
    let (old_run, new_run) = (load(old)?, load(new)?);
    let metrics = match arguments.judge.as_slice() {
        [] => &Metric::ALL,
        some => some,
    };
    let source = |path: &Path, run: &Run| Source {
        name: path.display().to_string(),
        kernel: run.show.host.kernel.clone(),
    };
    Ok(Compared {
        comparison: Comparison::new(&old_run.show, &new_run.show, metrics, arguments.tolerance),
        old: source(old, &old_run),
        new: source(new, &new_run),
        remedy: "measure the same primitives for longer",
    })
}

fn load(path: &Path) -> Result<Run> {
    let (run, problems) = saved::load(path)?;
    super::name_problems(&problems);
    Ok(run)
}

fn as_text(tolerance: Tolerance, compared: &Compared) -> String {
    let comparison = &compared.comparison;
    let mut text = heading("old", &compared.old) + &heading("new", &compared.new);
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
    text += &match comparison.verdict() {
        Some(Outcome::Worse) => {
            format!("Worse: {worse} of {known} numbers by more than {tolerance}")
        }
        Some(_) => format!("Not worse: none of {known} numbers by more than {tolerance}"),
        None => return text + "Unknown: there is nothing to compare.\n",
    };
    text += &match better {
        0 => ".".to_owned(),
        better => format!("; better: {better}."),
    };
    let pairs = comparison.primitives.len();
    text + &match comparison.single {
        0 => "\n".to_owned(),
        single => format!(" Compared: {pairs} of {} primitives.\n", pairs + single),
    }
}

fn heading(which: &str, source: &Source) -> String {
    let kernel = source.kernel.as_deref().unwrap_or("unknown kernel");
    let text = format!("{which}: {}, {kernel}", source.name);
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
                compared::number(change.metric, change.old, pair.old.ticks),
                compared::number(change.metric, change.new, pair.new.ticks),
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
    old: &'a Source,
    new: &'a Source,
    verdict: Verdict,
    primitives: Vec<Primitive<'a>>,
    notes: &'a [String],
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

fn as_json(tolerance: Tolerance, compared: &Compared) -> Result<String> {
    let comparison = &compared.comparison;
    let row = |change: &Change| Row {
        metric: change.metric.to_string(),
        old: change.old,
        new: change.new,
        outcome: word(change.outcome),
    };
    json::text(&Document {
        schema: json::SCHEMA,
        tool_version: env!("CARGO_PKG_VERSION"),
        tolerance: tolerance.to_string(),
        old: &compared.old,
        new: &compared.new,
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
