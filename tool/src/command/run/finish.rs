// SPDX-License-Identifier: GPL-2.0

//! The result: judged, written, and the exit status.

use super::{
    asked::Asked,
    course::Measured, //
};
use crate::{
    cli::Format,
    comparison::Comparison,
    error::{
        say,
        Error,
        Result, //
    },
    measure::{
        compare::{
            Metric,
            Outcome, //
        },
        verdict, //
    },
    output::{
        document::{
            Run,
            Show,
            Verdict, //
        },
        json,
        rt_tests,
        run_text,
        style::Style,
        units, //
    },
    run::{
        interrupt::Interrupt,
        result,
        target::Target, //
    }, //
};

pub(crate) fn finish(
    asked: &Asked<'_>,
    measured: Measured,
    baseline: Option<&Show>,
    mut target: Target,
    interrupt: &Interrupt,
) -> Result {
    let arguments = asked.arguments;
    let Measured {
        mut run,
        last_trip,
        mut spoiled,
        cut_short,
        put_back,
    } = measured;
    run.checks = result::checks(&arguments.expect, &result::rows(&run.show), &last_trip);
    let mut worse = Vec::new();
    let compared = baseline.map(|old| {
        let (verdict, changes) = against(old, &mut run, asked);
        worse = changes;
        verdict
    });
    let results = run.checks.iter().map(|check| check.result);
    // It is not known what the rest of the time would have shown.
    let rest = cut_short.as_ref().map(|_| Verdict::Unmeasured);
    let rest = rest.filter(|_| !run.checks.is_empty() || compared.is_some());
    run.verdict = verdict::of_all(results.chain(compared).chain(rest));
    run.notes.extend(cut_short.clone());
    if spoiled.is_empty() {
        let unmeasured = run
            .checks
            .iter()
            .filter(|check| check.result == Verdict::Unmeasured);
        spoiled.extend(
            unmeasured.map(|check| format!("{} (too few ticks, or not known)", check.expect)),
        );
        let is_compared = compared != Some(Verdict::Unmeasured);
        spoiled
            .extend((!is_compared).then(|| "nothing can be compared with the baseline".to_owned()));
        spoiled.extend(cut_short);
    } else {
        run.notes.extend(spoiled.iter().cloned());
        run.verdict = Some(Verdict::Unmeasured);
    }

    let text = match arguments.output {
        Format::Text => run_text::text(&run, Style::of_stdout(false)),
        Format::Json => json::text(&run)?,
        Format::Ndjson => json::line(&run)?,
        Format::RtTests => rt_tests::text(&run, status(run.verdict))?,
    };
    // Who does not read on still gets the status.
    let written = target
        .write(&text, interrupt)
        .and_then(|()| target.finish());
    let is_read =
        arguments.output == Format::Text && arguments.output_file.is_none() && written.is_ok();
    if !arguments.quiet && !is_read {
        name_failures(&run, &worse);
    }
    put_back?;
    match written {
        Ok(()) | Err(Error::ClosedPipe) => {}
        Err(error) => return Err(error),
    }
    match run.verdict {
        None | Some(Verdict::Pass) => Ok(()),
        Some(Verdict::Fail) => Err(Error::Unmet),
        Some(Verdict::Unmeasured) => Err(Error::unmeasured(
            "not measured",
            spoiled.join(", "),
            "run it again, or for longer",
        )),
    }
}

fn status(verdict: Option<Verdict>) -> u8 {
    match verdict {
        None | Some(Verdict::Pass) => 0,
        Some(Verdict::Fail) => 2,
        Some(Verdict::Unmeasured) => 3,
    }
}

fn name_failures(run: &Run, worse: &[String]) {
    for check in run
        .checks
        .iter()
        .filter(|check| check.result == Verdict::Fail)
    {
        say(
            "not met",
            &format!("{}: {}", check.expect, run_text::measured(check)),
        );
    }
    worse.iter().for_each(|note| say("not met", note));
}

/// Compares with an older measurement, and notes what is worse.
fn against(old: &Show, run: &mut Run, asked: &Asked<'_>) -> (Verdict, Vec<String>) {
    let mut notes = Vec::new();
    let comparison = Comparison::new(old, &run.show, &Metric::ALL, asked.arguments.tolerance);
    run.notes.extend(
        comparison
            .notes
            .iter()
            .map(|note| format!("baseline: {note}")),
    );
    for pair in &comparison.primitives {
        let worse = pair
            .changes
            .iter()
            .filter(|change| change.outcome == Outcome::Worse);
        for change in worse {
            let number = |number: Option<i64>| match (number, change.metric) {
                (None, _) => "-".to_owned(),
                (Some(count), Metric::Missed) => count.to_string(),
                (Some(ns), Metric::Percentile(_)) => units::at_most(ns),
                (Some(ns), _) => units::time(ns),
            };
            let (was, is) = (number(change.old), number(change.new));
            notes.push(format!(
                "worse than the baseline: {}.{} was {was}, is {is}",
                pair.wait, change.metric
            ));
        }
    }
    run.notes.extend(notes.iter().cloned());
    let verdict = match comparison.verdict() {
        Some(Outcome::Worse) => Verdict::Fail,
        Some(_) => Verdict::Pass,
        None => Verdict::Unmeasured,
    };
    (verdict, notes)
}
