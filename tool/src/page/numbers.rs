// SPDX-License-Identifier: GPL-2.0

//! Tables of numbers.

use crate::{
    comparison::Comparison,
    measure::{
        compare::Outcome,
        measured::Measured,
        percent::Percent,
        tolerance::Tolerance, //
    },
    output::{
        compared,
        document::Worker,
        grid::Side,
        html::Html,
        units, //
    },
    summary::Summary, //
};

/// A page with all of 32,768 workers could hardly be opened.
const MOST_WORKERS: usize = 200;
/// So many are shown at once.
const FEW_WORKERS: usize = 24;

pub(super) fn primitives(html: &mut Html, summaries: &[Summary]) {
    let columns = [
        ("primitive", Side::Left),
        ("ticks", Side::Right),
        ("missed", Side::Right),
        ("p50", Side::Right),
        ("p99", Side::Right),
        ("p99.9", Side::Right),
        ("mean", Side::Right),
        ("maximum", Side::Right),
    ];
    let rows: Vec<_> = summaries
        .iter()
        .map(|one| row(&one.name, &one.measured))
        .collect();
    html.table(&columns, &rows);
}

fn row(name: &str, measured: &Measured) -> Vec<String> {
    let percentile = |percent| bound(measured.percentile(percent));
    vec![
        name.to_owned(),
        units::count(measured.ticks),
        count(measured.missed),
        percentile(Percent::P50),
        percentile(Percent::P99),
        percentile(Percent::P99_9),
        time(measured.avg()),
        time(measured.max),
    ]
}

pub(super) fn comparison(
    html: &mut Html,
    first: &str,
    comparison: &Comparison,
    tolerance: Tolerance,
) {
    html.markup("<h3>Compared with ");
    html.text(first);
    html.markup("</h3>\n");
    let tolerance = tolerance.to_string();
    match comparison.verdict() {
        Some(Outcome::Worse) => html.markup("<p class=\"verdict fail\">✗ worse by more than "),
        Some(_) => html.markup("<p class=\"verdict pass\">✓ nothing is worse by more than "),
        None => html.markup("<p class=\"verdict open\">? too few ticks to compare; tolerance: "),
    }
    html.text(&tolerance);
    html.markup("</p>\n");
    if !comparison.notes.is_empty() {
        html.markup("<ul>\n");
        comparison
            .notes
            .iter()
            .for_each(|note| html.element("li", note));
        html.markup("</ul>\n");
    }
    let columns = [
        ("primitive", Side::Left),
        ("", Side::Left),
        ("before", Side::Right),
        ("now", Side::Right),
        ("change", Side::Right),
    ];
    let mut rows = Vec::new();
    for pair in &comparison.primitives {
        for change in pair
            .changes
            .iter()
            .filter(|change| change.outcome != Outcome::Unknown)
        {
            let sign = match change.outcome {
                Outcome::Worse => "▲ ",
                Outcome::Better => "▼ ",
                Outcome::Same | Outcome::Unknown => "",
            };
            let difference = compared::difference(change, pair.old.ticks, pair.new.ticks);
            rows.push(vec![
                pair.wait.clone(),
                change.metric.to_string(),
                compared::number(change.metric, change.old, pair.old.ticks),
                compared::number(change.metric, change.new, pair.new.ticks),
                format!("{sign}{difference}"),
            ]);
        }
    }
    if !rows.is_empty() {
        html.table(&columns, &rows);
    }
}

pub(super) fn workers(html: &mut Html, workers: &[Worker]) {
    html.markup(if workers.len() > FEW_WORKERS {
        "<details>\n<summary>"
    } else {
        "<details open>\n<summary>"
    });
    html.text(&format!("Each worker ({})", workers.len()));
    html.markup("</summary>\n");
    let split = workers.iter().any(|worker| worker.to_wake_ns.avg.is_some());
    let mut columns = vec![
        ("id", Side::Left),
        ("primitive", Side::Left),
        ("interval", Side::Left),
        ("CPU", Side::Right),
        ("ticks", Side::Right),
        ("p50", Side::Right),
        ("p99", Side::Right),
        ("max", Side::Right),
    ];
    if split {
        columns.extend([
            ("to wake", Side::Right),
            ("max", Side::Right),
            ("to run", Side::Right),
            ("max", Side::Right),
        ]);
    }
    let word = |text: &Option<String>| text.clone().unwrap_or("-".to_owned());
    let rows: Vec<_> = workers
        .iter()
        .take(MOST_WORKERS)
        .map(|worker| {
            let mut row = vec![
                worker.id.to_string(),
                word(&worker.wait),
                word(&worker.interval),
                worker.cpu.map_or("-".to_owned(), |cpu| cpu.to_string()),
                count(worker.ticks),
                // Programs before this one wrote them of any number of ticks.
                bound(Percent::P50.of_ticks(worker.late_ns.p50, worker.ticks)),
                bound(Percent::P99.of_ticks(worker.late_ns.p99, worker.ticks)),
                time(worker.late_ns.max),
            ];
            if split {
                let (wake, run) = (&worker.to_wake_ns, &worker.to_run_ns);
                row.extend([wake.avg, wake.max, run.avg, run.max].map(time));
            }
            row
        })
        .collect();
    html.table(&columns, &rows);
    if let Some(more @ 1..) = workers.len().checked_sub(MOST_WORKERS) {
        html.element("p", &format!("{more} more are not shown."));
    }
    html.markup("</details>\n");
}

fn count(number: Option<u64>) -> String {
    number.map_or("-".to_owned(), units::count)
}

fn time(ns: Option<i64>) -> String {
    ns.map_or("-".to_owned(), units::time)
}

fn bound(ns: Option<i64>) -> String {
    ns.map_or("-".to_owned(), units::at_most)
}
