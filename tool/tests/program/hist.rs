// SPDX-License-Identifier: GPL-2.0

//! `hist` and `save`, on recorded files.

use std::fs;

use serde_json::Value;

use crate::{
    common::*,
    schema, //
};

#[test]
fn there_is_a_block_for_each_primitive() {
    let folder = recorded("causes_off");
    for (by, name) in [
        ("wait", "\nhrtimer: 165 ticks"),
        ("worker", "\n5 hrtimer: 165 ticks"),
    ] {
        let output = run(&["hist", "--by", by, "--from", &folder]);
        let text = stdout(&output);
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(text.split("\n\n").count(), 9);
        assert!(text.contains(name), "{text}");
        assert!(
            text.contains('█') && text.contains(", p50 ≤213.0us, p99 ≤2.7ms, p99.9 -, max 3.8ms"),
            "{text}"
        );
        assert!(text.lines().all(|line| line.chars().count() <= 80));
        assert!(!text.contains('\x1b'));
    }
}

#[test]
fn ascii_is_ascii() {
    for more in [&[][..], &["--cdf"]] {
        let mut arguments = vec!["hist", "--ascii", "--from"];
        let folder = recorded("causes_off");
        arguments.push(&folder);
        arguments.extend(more);
        let output = run(&arguments);
        assert!(stdout(&output).is_ascii() && stdout(&output).contains('#'));
    }
}

#[test]
fn a_cdf_ends_with_all() {
    let output = run(&["hist", "--cdf", "--from", &recorded("causes_off")]);
    for block in stdout(&output).split("\n\n") {
        assert!(block.trim_end().ends_with("100.0%"), "{block}");
    }
}

#[test]
fn json_has_all_ticks() {
    let output = run(&[
        "hist",
        "--json",
        "--percentiles",
        "p50,p90",
        "--from",
        &recorded("causes_off"),
    ]);
    let value: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&value["schema"], &value["by"]),
        (&2.into(), &"wait".into())
    );
    let group = &value["groups"][0];
    assert_eq!(group["wait"], "ssleep");
    assert!(group["id"].is_null());
    assert_eq!(group["ticks"], 136);
    assert_eq!(group["late_ns"]["p50"], 4_194_303);
    assert_eq!(group["late_ns"]["max"], 10_489_228);
    assert!(group["late_ns"].get("p99").is_none());
}

/// One name for one thing.
#[test]
fn json_has_the_names_of_show() {
    let folder = recorded("causes_on");
    let json = |arguments: &[&str]| -> Value {
        let output = run(&[arguments, &["--json", "--from", &folder]].concat());
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let (show, hist) = (json(&["show"]), json(&["hist", "--by", "worker"]));
    let workers = show["workers"].as_array().unwrap();
    let groups = hist["groups"].as_array().unwrap();
    assert_eq!((workers.len(), groups.len()), (9, 9));
    for (worker, group) in workers.iter().zip(groups) {
        for name in ["id", "wait", "histogram"] {
            assert_eq!(group[name], worker[name], "{name}");
        }
        for (name, number) in group["late_ns"].as_object().unwrap() {
            assert_eq!(worker["late_ns"].get(name), Some(number), "{name}");
        }
        assert_eq!(group["late_ns"].as_object().unwrap().len(), 4);
    }
}

fn errors(value: &Value) -> Vec<String> {
    let text = include_str!("../../../docs/hist.schema.json");
    schema::errors(&serde_json::from_str(text).unwrap(), value)
}

#[test]
fn json_conforms_to_the_schema() {
    for name in ["causes_off", "causes_on", "dashes", "cut_off", "no_workers"] {
        for by in ["wait", "worker"] {
            let folder = recorded(name);
            let output = run(&["hist", "--json", "--by", by, "--from", &folder]);
            assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
            let value: Value = serde_json::from_slice(&output.stdout).unwrap();
            assert_eq!(errors(&value), [""; 0], "{name}");
            assert_eq!(value["by"], by);
        }
    }
}

#[test]
fn the_schema_refuses_what_does_not_conform() {
    let output = run(&["hist", "--json", "--from", &recorded("causes_off")]);
    let good: Value = serde_json::from_slice(&output.stdout).unwrap();
    for (pointer, bad) in [
        ("/schema", Value::from(1)),
        ("/by", Value::from("cpu")),
        ("/groups/0/ticks", Value::Null),
        ("/groups/0/late_ns/max", Value::from("5")),
        ("/groups/0/id", Value::from("5")),
        ("/groups/0/late_ns/p50", Value::from(1.5)),
        ("/groups/0/histogram/0/1", Value::from(0)),
    ] {
        let mut value = good.clone();
        *value.pointer_mut(pointer).unwrap() = bad;
        assert_ne!(errors(&value), [""; 0], "{pointer}");
    }
}

#[test]
fn a_file_that_is_cut_off_is_drawn_as_far_as_it_goes() {
    let output = run(&["hist", "--from", &recorded("cut_off")]);
    assert_eq!(output.status.code(), Some(0));
    assert!(stdout(&output).starts_with("ssleep: "));
    assert!(
        stderr(&output).contains("the file is cut off"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn what_is_saved_can_be_read() {
    let folder = Folder::new("saved");
    let target = format!("{}/a/b", folder.path());
    let from = recorded("causes_off");
    let save = ["save", &target, "--from", &from];
    assert_eq!(run(&save).status.code(), Some(0));
    for name in ["kthread_counter", "kthread_counter_hist"] {
        let read = |folder: &str| fs::read(format!("{folder}/{name}")).unwrap();
        assert_eq!(read(&target), read(&from));
    }
    for arguments in [
        &["show", "--json", "--from"][..],
        &["show", "--from"],
        &["hist", "--from"],
    ] {
        let of = |folder| run(&[arguments, &[folder]].concat()).stdout;
        assert_eq!(of(&target), of(&from));
    }
}

#[test]
fn nothing_is_written_if_one_of_the_files_is_there() {
    let folder = Folder::new("one");
    fs::write(folder.0.join("host.json"), "mine").unwrap();
    let output = run(&["save", folder.path(), "--from", &recorded("causes_off")]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 1);
}

#[test]
fn saving_overwrites_only_with_force() {
    let folder = Folder::with_table("force", "mine");
    let from = recorded("causes_off");
    let output = run(&["save", folder.path(), "--from", &from]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("--force"), "{}", stderr(&output));
    let files = || fs::read_dir(&folder.0).unwrap().count();
    assert_eq!(files(), 1);
    assert_eq!(fs::read(folder.0.join("kthread_counter")).unwrap(), b"mine");
    let output = run(&["save", folder.path(), "--force", "--from", &from]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(files(), 3);
}
