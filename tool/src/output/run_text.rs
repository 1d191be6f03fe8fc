// SPDX-License-Identifier: GPL-2.0

//! What `run` has found, for people.

use super::{
    document::{
        Check,
        Run,
        Verdict,
        Worker, //
    },
    grid::{
        Grid,
        Side, //
    },
    strip,
    style::Style,
    units, //
};
use crate::{
    error::one_line,
    measure::{
        distribution::Distribution,
        expect::{
            Expect,
            Metric, //
        },
        group::Groups, //
    }, //
};

pub(crate) fn text(run: &Run, style: Style) -> String {
    let duration = i64::try_from(run.duration_ns).unwrap_or(i64::MAX);
    let kernel = run.show.host.kernel.as_deref().unwrap_or("this kernel");
    let mut text = format!(
        "{} workers for {} on {}\n",
        run.show.workers.len(),
        units::time(duration),
        one_line(kernel)
    );
    text += &table(&run.show.workers);
    text += "\nHow late, each primitive by powers of two:\n";
    text += &strip::draw(&distributions(&run.show.workers), style);
    if !run.checks.is_empty() {
        text += "\n";
        text += &checks(&run.checks);
    }
    if !run.notes.is_empty() {
        text += "\nWhat limits these numbers:\n";
        for note in &run.notes {
            text += &wrapped(&one_line(note), style.width);
        }
    }
    text + &run.verdict.map(verdict).unwrap_or_default()
}

fn table(workers: &[Worker]) -> String {
    let mut grid = Grid::new([
        ("id", Side::Left),
        ("wait", Side::Left),
        ("interval", Side::Left),
        ("cpu", Side::Right),
        ("ticks", Side::Right),
        ("missed", Side::Right),
        ("p50", Side::Right),
        ("p99", Side::Right),
        ("p99.9", Side::Right),
        ("max", Side::Right),
    ]);
    let word = |text: &Option<String>| text.clone().unwrap_or("-".to_owned());
    let count = |number: Option<u64>| number.map_or("-".to_owned(), units::count);
    let bound = |ns: Option<i64>| ns.map_or("-".to_owned(), units::at_most);
    for worker in workers {
        let cpu = worker.bound.or(worker.cpu);
        let late = &worker.late_ns;
        grid.row([
            worker.id.to_string(),
            word(&worker.wait),
            word(&worker.interval),
            cpu.map_or("-".to_owned(), |cpu| cpu.to_string()),
            count(worker.ticks),
            count(worker.missed),
            bound(late.p50),
            bound(late.p99),
            bound(late.p99_9),
            late.max.map_or("-".to_owned(), units::time),
        ]);
    }
    grid.text()
}

fn distributions(workers: &[Worker]) -> Vec<(String, Distribution)> {
    let mut groups = Groups::default();
    for worker in workers {
        let mut distribution = Distribution::default();
        for &(bound, count) in worker.histogram.iter().flatten() {
            distribution.add(bound, count);
        }
        let name = one_line(worker.wait.as_deref().unwrap_or("-"));
        groups.add(name, &distribution, None);
    }
    let groups = groups.0.into_iter();
    groups
        .map(|group| (group.name, group.distribution))
        .collect()
}

fn checks(checks: &[Check]) -> String {
    let mut grid = Grid::new([
        ("result", Side::Left),
        ("expected", Side::Left),
        ("measured", Side::Left),
    ]);
    for check in checks {
        let result = match check.result {
            Verdict::Pass => "pass",
            Verdict::Fail => "FAIL",
            Verdict::Unmeasured => "-",
        };
        grid.row([result.to_owned(), check.expect.clone(), measured(check)]);
    }
    grid.text()
}

/// What was measured for an expectation: a count, a bound or a time.
pub(crate) fn value_of(expect: &str, value: i64) -> String {
    match metric(expect) {
        Some(Metric::Percentile(_)) => units::at_most(value),
        _ => limit_of(expect, value),
    }
}

/// The limit of an expectation: a count or a time.
pub(crate) fn limit_of(expect: &str, limit: i64) -> String {
    match metric(expect).is_some_and(Metric::is_count) {
        true => limit.to_string(),
        false => units::time(limit),
    }
}

fn metric(expect: &str) -> Option<Metric> {
    expect.parse().ok().map(|expect: Expect| expect.metric)
}

/// What was measured, and where.
pub(crate) fn measured(check: &Check) -> String {
    let Some(value) = check.measured_ns else {
        return "not measured, or too few ticks".to_owned();
    };
    let mut text = value_of(&check.expect, value);
    if check.result == Verdict::Unmeasured {
        text += ", not of all";
    }
    if check.result != Verdict::Pass {
        let worker = check.worker.map(|worker| format!(", worker {worker}"));
        let cpu = check.cpu.map(|cpu| format!(" on CPU {cpu}"));
        let after = check.after.as_ref().map(|after| format!(" after {after}"));
        text.extend([worker, cpu, after].into_iter().flatten());
    }
    text
}

fn verdict(verdict: Verdict) -> String {
    let word = match verdict {
        Verdict::Pass => "pass",
        Verdict::Fail => "fail",
        Verdict::Unmeasured => "unmeasured",
    };
    format!("\nverdict: {word}\n")
}

/// A note in lines that fit.
fn wrapped(note: &str, width: usize) -> String {
    let mut text = " ".to_owned();
    let mut length = 1;
    for word in note.split(' ') {
        let word_length = word.chars().count();
        if length + 1 + word_length > width && length > 4 {
            text += "\n   ";
            length = 3;
        }
        text.push(' ');
        text += word;
        length += 1 + word_length;
    }
    text + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_check_names_worker_cpu_and_who_had_it() {
        let check = Check {
            expect: "timeout.max<8ms".into(),
            measured_ns: Some(9_100_000),
            limit_ns: 8_000_000,
            result: Verdict::Fail,
            worker: Some(3),
            cpu: Some(1),
            after: Some("hog/12".into()),
        };
        assert_eq!(measured(&check), "9.1ms, worker 3 on CPU 1 after hog/12");
        let count = Check {
            expect: "all.missed==0".into(),
            measured_ns: Some(12),
            result: Verdict::Pass,
            ..check.clone()
        };
        assert_eq!(measured(&count), "12");
        let percentile = Check {
            expect: "all.p99<1s".into(),
            result: Verdict::Pass,
            ..check
        };
        assert_eq!(measured(&percentile), "≤9.1ms");
        // A limit of 9.1ms is not met.
        let failed = Check {
            measured_ns: Some(9_100_001),
            result: Verdict::Fail,
            ..percentile
        };
        assert!(measured(&failed).starts_with("≤9.2ms, "));
        for (expect, value, limit) in [
            ("all.missed==0", "5000", "5000"),
            ("hrtimer.early < 3", "5000", "5000"),
            ("hrtimer.p99.9<50us", "≤5.0us", "5.0us"),
            ("all.max<1ms", "5.0us", "5.0us"),
            ("missed", "5.0us", "5.0us"),
            ("", "5.0us", "5.0us"),
        ] {
            assert_eq!(value_of(expect, 5000), value);
            assert_eq!(limit_of(expect, 5000), limit);
        }
    }

    proptest::proptest! {
        #[test]
        fn notes_fit_the_width(note in "([a-z]{1,12} ){1,40}", width in 40_usize..100) {
            for line in wrapped(note.trim(), width).lines() {
                proptest::prop_assert!(line.len() <= width, "{line:?}");
            }
        }
    }
}
