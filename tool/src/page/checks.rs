// SPDX-License-Identifier: GPL-2.0

//! What was expected, and what was measured.

use crate::output::{
    document::{
        Check,
        Verdict, //
    },
    grid::Side,
    html::Html,
    run_text, //
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
    let measured = check.measured_ns;
    let measured = measured.map(|value| run_text::value_of(&check.expect, value));
    let id = |id: Option<u64>| id.map_or("-".to_owned(), |id| id.to_string());
    let result = match check.result {
        Verdict::Pass => "✓ passed",
        Verdict::Fail => "✗ failed",
        Verdict::Unmeasured => "? unmeasured",
    };
    vec![
        check.expect.clone(),
        result.to_owned(),
        measured.unwrap_or("-".to_owned()),
        run_text::limit_of(&check.expect, check.limit_ns),
        id(check.worker),
        id(check.cpu),
        check.after.clone().unwrap_or("-".to_owned()),
    ]
}
