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
        result,
        target::Target, //
    }, //
};

pub(crate) fn finish(
    asked: &Asked<'_>,
    measured: Measured,
    baseline: Option<&Show>,
    mut target: Target,
) -> Result {
    let arguments = asked.arguments;
    let Measured {
        mut run,
        last_trip,
        mut spoiled,
        put_back,
    } = measured;
    run.checks = result::checks(&arguments.expect, &result::rows(&run.show), &last_trip);
    let compared = baseline.map(|old| against(old, &mut run, asked));
    let results = run.checks.iter().map(|check| check.result);
    run.verdict = verdict::of_all(results.chain(compared));
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
    let written = target.write(&text).and_then(|()| target.finish());
    put_back?;
    match written {
        Ok(()) | Err(Error::ClosedPipe) => {}
        Err(error) => return Err(error),
    }
    if !arguments.quiet && (arguments.output != Format::Text || arguments.output_file.is_some()) {
        name_failures(&run);
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

fn name_failures(run: &Run) {
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
}

/// Compares with an older measurement, and notes what is worse.
fn against(old: &Show, run: &mut Run, asked: &Asked<'_>) -> Verdict {
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
                (Some(ns), _) => units::time(ns),
            };
            let (was, is) = (number(change.old), number(change.new));
            let note = format!(
                "worse than the baseline: {}.{} was {was}, is {is}",
                pair.wait, change.metric
            );
            say("not met", &note);
            run.notes.push(note);
        }
    }
    match comparison.verdict() {
        Some(Outcome::Worse) => Verdict::Fail,
        Some(_) => Verdict::Pass,
        None => Verdict::Unmeasured,
    }
}
