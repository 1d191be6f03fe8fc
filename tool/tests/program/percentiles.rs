// SPDX-License-Identifier: GPL-2.0

//! Percentiles of few ticks: all commands show those of which enough is known, and no others.

use std::fs;

use serde_json::Value;

use crate::common::*;

/// A worker with so many ticks, of which the module gives percentiles whatever their number. Half of them are in each of
/// two buckets.
fn with_ticks(name: &str, ticks: u64) -> Folder {
    let first = "kthread_counter 1 hz=250 threads=1 running=1 trips=0 uptime_ns=9000000000\n";
    let table = format!(
        "{first}id wait interval ticks missed late_max_ns late_p50_ns late_p99_ns\n\
         0 hrtimer 10ms {ticks} 0 1048575 65535 1048575\n"
    );
    let low = ticks.div_ceil(2);
    let mut histogram = format!("{first}id le_ns count\n0 65535 {low}\n");
    if ticks > low {
        histogram += &format!("0 1048575 {}\n", ticks - low);
    }
    let folder = Folder::with_table(name, &table);
    fs::write(folder.0.join("kthread_counter_hist"), histogram).unwrap();
    folder
}

/// Which of p50, p99 and p99.9 are known from so many ticks.
const KNOWN: [(u64, [bool; 3]); 6] = [
    (1, [false, false, false]),
    (2, [true, false, false]),
    (99, [true, false, false]),
    (100, [true, true, false]),
    (999, [true, true, false]),
    (1_000, [true, true, true]),
];
const SHOWN: [&str; 3] = ["≤65.6us", "≤1.1ms", "≤1.1ms"];

/// What a table has: those that are known, and `-`.
fn texts(known: [bool; 3]) -> [&'static str; 3] {
    let mut texts = SHOWN;
    for (text, known) in texts.iter_mut().zip(known) {
        if !known {
            *text = "-";
        }
    }
    texts
}

fn output_of(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(matches!(output.status.code(), Some(0 | 3)), "{arguments:?}");
    stdout(&output).to_owned()
}

fn json_of(arguments: &[&str]) -> Value {
    serde_json::from_str(&output_of(arguments)).unwrap()
}

fn are_known<const N: usize>(late: &Value, names: [&str; N]) -> [bool; N] {
    names.map(|name| !late.get(name).unwrap().is_null())
}

#[test]
fn tables_show_those_that_are_known() {
    for (ticks, known) in KNOWN {
        let folder = with_ticks("percentiles_tables", ticks);
        let from = folder.path();
        let [p50, p99, p99_9] = texts(known);
        for arguments in [
            &["show", "--from", from][..],
            &["top", "-b1", "--from", from],
            &["top", "-b1", "--by", "wait", "--from", from],
        ] {
            let text = output_of(arguments);
            let row = text.lines().nth(2).unwrap();
            let words: Vec<_> = row.split_ascii_whitespace().rev().take(3).collect();
            assert_eq!(words, ["1.0ms", p99, p50], "{ticks}\n{text}");
        }
        let text = output_of(&["hist", "--from", from]);
        let numbers = format!("p50 {p50}, p99 {p99}, p99.9 {p99_9}, max");
        assert!(text.contains(&numbers), "{ticks}\n{text}");
    }
}

#[test]
fn json_has_those_that_are_known() {
    for (ticks, known) in KNOWN {
        let folder = with_ticks("percentiles_json", ticks);
        let from = folder.path();
        let show = json_of(&["show", "--json", "--from", from]);
        let late = &show["workers"][0]["late_ns"];
        assert_eq!(are_known(late, ["p50", "p99", "p99_9"]), known, "{ticks}");
        for by in ["worker", "wait"] {
            let top = json_of(&["top", "-b1", "--json", "--by", by, "--from", from]);
            let late = &top["rows"][0]["late_ns"];
            assert_eq!(are_known(late, ["p50", "p99"]), known[..2], "{ticks}");
        }
        let hist = json_of(&["hist", "--json", "--from", from]);
        let late = &hist["groups"][0]["late_ns"];
        assert_eq!(are_known(late, ["p50", "p99", "p99_9"]), known, "{ticks}");
        // Less than 100 ticks are not compared.
        let compare = json_of(&["compare", "--json", from, from]);
        let changes = compare["primitives"][0]["changes"].as_array().unwrap();
        let are_compared: Vec<_> = changes[..3]
            .iter()
            .map(|change| !change["old"].is_null())
            .collect();
        let enough = known.map(|known| known && ticks >= 100);
        assert_eq!(are_compared, enough, "{ticks}");
    }
}

#[test]
fn a_page_has_those_that_are_known() {
    for (ticks, known) in KNOWN {
        let folder = with_ticks("percentiles_page", ticks);
        let mut show = json_of(&["show", "--json", "--from", folder.path()]);
        // As earlier programs wrote them.
        show["workers"][0]["late_ns"]["p50"] = 65_535.into();
        show["workers"][0]["late_ns"]["p99"] = 1_048_575.into();
        let path = format!("{}/show.json", folder.path());
        fs::write(&path, show.to_string()).unwrap();
        let page = output_of(&["report", &path, "-o", "-"]);
        for (text, is_known) in SHOWN.iter().zip(known).take(2) {
            assert_eq!(page.contains(text), is_known, "{ticks}: {text}");
        }
    }
}
