// SPDX-License-Identifier: GPL-2.0

//! What was expected, and what was measured.

use crate::{
    measure::expect::{
        Expect,
        Metric, //
    },
    output::{
        document::{
            Check,
            Verdict, //
        },
        grid::Side,
        html::Html,
        units, //
    }, //
};

pub(super) fn table(html: &mut Html, checks: &[Check]) {
    if checks.is_empty() {
        return;
    }
    html.markup("<h3>What was expected</h3>\n<p>Times are those of the worst worker, counts of all together.</p>\n");
    let columns = [
        ("expected", Side::Left),
        ("result", Side::Left),
        ("measured", Side::Right),
        ("limit", Side::Right),
        ("worker", Side::Right),
        ("CPU", Side::Right),
        ("ran before", Side::Left),
    ];
    let rows: Vec<_> = checks.iter().map(row).collect();
    html.table(&columns, &rows);
}

fn row(check: &Check) -> Vec<String> {
    let number = |number: i64| match is_count(&check.expect) {
        true => number.to_string(),
        false => units::time(number),
    };
    let measured = |ns: i64| match is_percentile(&check.expect) {
        true => units::at_most(ns),
        false => number(ns),
    };
    let id = |id: Option<u64>| id.map_or("-".to_owned(), |id| id.to_string());
    let result = match check.result {
        Verdict::Pass => "✓ passed",
        Verdict::Fail => "✗ failed",
        Verdict::Unmeasured => "? unmeasured",
    };
    vec![
        check.expect.clone(),
        result.to_owned(),
        check.measured_ns.map_or("-".to_owned(), measured),
        number(check.limit_ns),
        id(check.worker),
        id(check.cpu),
        check.after.clone().unwrap_or("-".to_owned()),
    ]
}

/// Whether the numbers of an expectation are no times.
fn is_count(expect: &str) -> bool {
    let metric = expect.split_once('.').map_or("", |(_, metric)| metric);
    ["missed", "early"]
        .iter()
        .any(|count| metric.trim_start().starts_with(count))
}

/// Whether what was measured is a bound.
fn is_percentile(expect: &str) -> bool {
    let expect = expect.parse();
    expect.is_ok_and(|expect: Expect| matches!(expect.metric, Metric::Percentile(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_no_unit() {
        assert!(is_count("all.missed==0") && is_count("hrtimer.early < 3"));
        assert!(!is_count("hrtimer.p99.9<50us") && !is_count("missed") && !is_count(""));
    }

    #[test]
    fn percentiles_are_bounds() {
        assert!(is_percentile("hrtimer.p99.9<50us") && is_percentile("all.p50 != 1ms"));
        assert!(!is_percentile("all.max<1ms") && !is_percentile("") && !is_percentile("p99"));
    }
}
