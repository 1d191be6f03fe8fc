// SPDX-License-Identifier: GPL-2.0

//! What was measured, judged.

use crate::{
    measure::{
        distribution::Distribution,
        expect::{
            Expect,
            Metric, //
        },
        verdict::{
            judge,
            Finding,
            Row, //
        }, //
    },
    output::document::{
        Check,
        Show,
        Worker, //
    }, //
};

/// What is looked at to judge.
pub(crate) fn rows(show: &Show) -> Vec<Row> {
    show.workers.iter().map(row).collect()
}

fn row(worker: &Worker) -> Row {
    let mut distribution = Distribution::default();
    for &(bound, count) in worker.histogram.iter().flatten() {
        distribution.add(bound, count);
    }
    Row {
        id: worker.id,
        wait: worker.wait.clone().unwrap_or_default(),
        cpu: worker.bound.or(worker.cpu),
        ticks: worker.ticks.unwrap_or(0),
        missed: worker.missed,
        early: worker.early,
        min: worker.late_ns.min,
        avg: worker.late_ns.avg,
        max: worker.late_ns.max,
        drift: worker.drift_ns,
        to_wake: worker.to_wake_ns.max,
        to_run: worker.to_run_ns.max,
        distribution,
    }
}

/// Judges all expectations. `last_trip` may say who had the CPU.
pub(crate) fn checks(expects: &[Expect], rows: &[Row], last_trip: &str) -> Vec<Check> {
    let check = |expect: &Expect| {
        let finding = judge(expect, rows);
        let worst = rows.iter().find(|row| Some(row.id) == finding.worker);
        Check {
            expect: expect.to_string(),
            measured_ns: finding.measured,
            limit_ns: expect.limit,
            result: finding.result,
            worker: finding.worker,
            cpu: worst.and_then(|row| row.cpu),
            after: after(last_trip, expect.metric, &finding),
        }
    };
    expects.iter().map(check).collect()
}

/// Who had the CPU, from `id=2 wait=timeout … after=COMM/PID`, if it is about this very wake: it may be about an
/// earlier one, which was less late.
fn after(last_trip: &str, metric: Metric, finding: &Finding) -> Option<String> {
    let word = |key: &str| {
        last_trip
            .split_ascii_whitespace()
            .find_map(|word| word.strip_prefix(key)?.strip_prefix('='))
    };
    let is_its = metric == Metric::Max
        && word("id")?.parse() == Ok(finding.worker?)
        && word("late_ns")?.parse() == Ok(finding.measured?);
    let after = word("after").filter(|after| *after != "-" && is_its)?;
    Some(after.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::document::Verdict;

    #[test]
    fn a_trip_names_who_had_the_cpu() {
        let trip =
            "id=2 wait=timeout cpu=1 late_ns=5 at_ns=8 to_wake_ns=4 to_run_ns=1 after=a/b/12";
        let after = |trip: &str, metric, id, measured| {
            let finding = Finding {
                result: Verdict::Fail,
                measured: Some(measured),
                worker: Some(id),
            };
            after(trip, metric, &finding)
        };
        assert_eq!(after(trip, Metric::Max, 2, 5).as_deref(), Some("a/b/12"));
        assert_eq!(after(trip, Metric::Max, 1, 5), None);
        // The maximum is of a later wake.
        assert_eq!(after(trip, Metric::Max, 2, 6), None);
        assert_eq!(after(trip, Metric::Avg, 2, 5), None);
        assert_eq!(after("id=2 late_ns=5 after=-", Metric::Max, 2, 5), None);
        assert_eq!(after("none", Metric::Max, 2, 5), None);
    }
}
