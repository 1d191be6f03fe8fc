// SPDX-License-Identifier: GPL-2.0

//! `compare`, on documents made from recorded files.

use std::{
    fs,
    process::Output, //
};

use serde_json::Value;

use crate::{
    common::*,
    schema, //
};

/// What `show --json` writes of a recorded folder.
pub fn document(folder: &str) -> Value {
    let output = run(&["show", "--json", "--from", &recorded(folder)]);
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A document whose lateness is so many times as large.
pub fn later(mut document: Value, times: i64) -> Value {
    for worker in document["workers"].as_array_mut().unwrap() {
        for name in ["max", "sum"] {
            let number = &mut worker["late_ns"][name];
            *number = (number.as_i64().unwrap() * times).into();
        }
        for bucket in worker["histogram"].as_array_mut().unwrap() {
            bucket[0] = (bucket[0].as_i64().unwrap() * times).into();
        }
    }
    document
}

fn compare(name: &str, old: &Value, new: &Value, more: &[&str]) -> Output {
    let folder = Folder::new(name);
    let path = |name: &str, value: &Value| {
        let path = format!("{}/{name}.json", folder.path());
        fs::write(&path, value.to_string()).unwrap();
        path
    };
    let (old, new) = (path("old", old), path("new", new));
    run(&[&["compare", &old, &new], more].concat())
}

fn status(name: &str, old: &Value, new: &Value, more: &[&str]) -> i32 {
    compare(name, old, new, more).status.code().unwrap()
}

#[test]
fn the_status_is_the_verdict() {
    let name = "compare_status";
    let old = document("causes_off");
    let new = later(old.clone(), 2);
    assert_eq!(status(name, &old, &old, &["--tolerance", "0"]), 0);
    assert_eq!(status(name, &old, &new, &[]), 2);
    assert_eq!(status(name, &new, &old, &[]), 0);
    assert_eq!(status(name, &old, &new, &["--tolerance", "120%"]), 0);
    assert_eq!(status(name, &old, &new, &["--judge", "missed"]), 0);
    assert_eq!(status(name, &old, &new, &["--judge", "missed,p90"]), 2);
    let output = compare(name, &old, &new, &[]);
    let text = stdout(&output);
    assert!(
        text.contains("usleep") && text.contains("+100% worse"),
        "{text}"
    );
    assert!(
        text.ends_with("Worse: 28 of 35 numbers by more than 10%.\n"),
        "{text}"
    );
    assert!(text.lines().all(|line| line.chars().count() <= 80
        || line.starts_with("old")
        || line.starts_with("new")));
    assert_eq!(stderr(&output), "");
}

#[test]
fn what_cannot_be_compared_is_3() {
    let name = "compare_3";
    let old = document("causes_off");
    let mut other = old.clone();
    for worker in other["workers"].as_array_mut().unwrap() {
        worker["wait"] = "other".into();
    }
    let mut few = old.clone();
    for worker in few["workers"].as_array_mut().unwrap() {
        worker["ticks"] = 50.into();
        worker["histogram"] = Value::Array(vec![vec![63, 50].into()]);
    }
    for (new, words) in [
        (&other, "other: only the new one has it"),
        (
            &few,
            "ssleep: too few ticks to compare: 136, then 50; it takes 100",
        ),
        (&document("no_workers"), "ssleep: only the old one has it"),
    ] {
        let output = compare(name, &old, new, &[]);
        assert_eq!(output.status.code(), Some(3));
        assert!(stdout(&output).contains(words), "{}", stdout(&output));
        assert_eq!(stderr(&output).lines().count(), 1);
    }
}

#[test]
fn machines_that_differ_are_named() {
    let old = document("causes_off");
    let mut new = old.clone();
    for (what, value) in [
        ("hz", Value::from(1000)),
        ("preempt", "PREEMPT_RT".into()),
        ("clocksource", "hpet".into()),
        ("virt", "none".into()),
    ] {
        new["host"][what] = value;
    }
    new["workers"][5]["interval_ns"] = 1_000_000.into();
    let output = compare("compare_host", &old, &new, &[]);
    assert_eq!(output.status.code(), Some(0));
    let text = stdout(&output);
    for words in [
        "hz was \"250\", is \"1000\"",
        "is \"PREEMPT_RT\"",
        "is \"hpet\"",
        "is \"none\"",
        "hrtimer: the interval was 20.0ms, is 1.0ms",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let same = compare("compare_host", &old, &old, &[]);
    assert!(!stdout(&same).contains("machines"));
}

#[test]
fn folders_and_lines_are_read_too() {
    let folder = Folder::new("compare_forms");
    let lines = format!("{}/lines", folder.path());
    let old = document("causes_off");
    let text = format!("{}\n{old}\n{{\"schema\": 1, \"wor", later(old.clone(), 9));
    fs::write(&lines, text).unwrap();
    let output = run(&[
        "compare",
        &recorded("causes_off"),
        &lines,
        "--tolerance",
        "0",
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

#[test]
fn json_conforms_to_the_schema() {
    let text = include_str!("../../../docs/compare.schema.json");
    let schema = serde_json::from_str(text).unwrap();
    let old = document("causes_off");
    for (new, verdict) in [
        (old.clone(), "pass"),
        (later(old.clone(), 3), "fail"),
        (document("no_workers"), "unmeasured"),
    ] {
        let output = compare("compare_json", &old, &new, &["--json"]);
        let value: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(schema::errors(&schema, &value), [""; 0]);
        assert_eq!(value["verdict"], verdict);
    }
}

#[test]
fn what_is_no_measurement_is_1() {
    let folder = Folder::new("compare_1");
    let good = recorded("causes_off");
    for (text, words) in [
        ("{\"schema\": 2, \"workers\": []}", "its schema is 2"),
        ("{\"schema\": 1, \"groups\": []}", "no list of workers"),
        ("nonsense\n\x1b[31m", "no JSON"),
        (
            "{\"schema\": 1, \"workers\": [{\"late_ns\": \"\x7f\\u001b\"}]}",
            "invalid type",
        ),
    ] {
        let path = format!("{}/bad", folder.path());
        fs::write(&path, text).unwrap();
        let output = run(&["compare", &good, &path]);
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert_eq!(stdout(&output), "");
        let line = stderr(&output);
        assert_eq!(line.lines().count(), 1, "{line}");
        assert!(line.contains(words) && !line.contains('\x1b'), "{line}");
    }
    let output = run(&["compare", &good, "/nowhere"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("cannot read /nowhere"));
    let output = run(&["compare", &good, &good, "--tolerance", "-3"]);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn absurd_numbers_are_compared() {
    let mut absurd = document("causes_off");
    for (n, worker) in absurd["workers"]
        .as_array_mut()
        .unwrap()
        .iter_mut()
        .enumerate()
    {
        let number = [i64::MAX, i64::MIN, 0][n % 3];
        worker["ticks"] = u64::MAX.into();
        worker["missed"] = u64::MAX.into();
        worker["interval_ns"] = number.into();
        worker["late_ns"]["max"] = number.into();
        worker["late_ns"]["sum"] = number.into();
        worker["histogram"] = serde_json::json!([[number, u64::MAX], [0, u64::MAX], [-5, 0]]);
    }
    let old = document("causes_off");
    for (old, new) in [(&old, &absurd), (&absurd, &old), (&absurd, &absurd)] {
        for more in [&[][..], &["--json"]] {
            let output = compare("compare_absurd", old, new, more);
            assert!([0, 2].contains(&output.status.code().unwrap()));
            assert_eq!(stderr(&output), "");
            let too_wide = |line: &&str| line.chars().count() > 80 && !line.contains('/');
            assert_eq!(stdout(&output).lines().find(too_wide), None);
        }
    }
}

#[test]
fn of_missed_intervals_the_shares_are_shown() {
    let mut old = document("causes_off");
    for worker in old["workers"].as_array_mut().unwrap() {
        worker["missed"] = worker["ticks"].clone();
    }
    let mut new = old.clone();
    for worker in new["workers"].as_array_mut().unwrap() {
        worker["missed"] = (worker["ticks"].as_i64().unwrap() * 3).into();
    }
    let output = compare("compare_shares", &old, &new, &["--judge", "missed"]);
    assert_eq!(output.status.code(), Some(2));
    let line = stdout(&output).lines().find(|line| line.contains("missed"));
    let words: Vec<_> = line.unwrap().split_ascii_whitespace().skip(2).collect();
    assert_eq!(words, ["50.000%", "75.000%", "+50%", "worse"]);
}

#[test]
fn the_verdict_says_what_was_not_compared() {
    let output = run(&["compare", &recorded("causes_off"), &recorded("cut_off")]);
    let last = stdout(&output).lines().last().unwrap().to_owned();
    assert!(last.ends_with("Compared: 2 of 9 primitives."), "{last}");
}
