// SPDX-License-Identifier: GPL-2.0

//! `show`, on recorded tables.

use serde_json::Value;

use crate::{
    common::*,
    schema, //
};

const ALL: [&str; 5] = ["causes_off", "causes_on", "dashes", "cut_off", "no_workers"];

fn errors(value: &Value) -> Vec<String> {
    let text = include_str!("../../../docs/show.schema.json");
    schema::errors(&serde_json::from_str(text).unwrap(), value)
}

fn json(folder: &str) -> Value {
    let output = run(&["show", "--json", "--from", folder]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn json_conforms_to_the_schema() {
    for name in ALL {
        let errors = errors(&json(&recorded(name)));
        assert!(errors.is_empty(), "{name}: {errors:?}");
    }
}

#[test]
fn the_schema_refuses_what_does_not_conform() {
    let good = json(&recorded("causes_off"));
    for (pointer, bad) in [
        ("/schema", Value::from(2)),
        ("/workers/0/id", Value::Null),
        ("/workers/0/ticks", Value::from("136")),
        ("/workers/0/late_ns", Value::from(1)),
        ("/workers/0/histogram/0", Value::from(vec![1])),
        ("/host", Value::from(vec![0; 0])),
    ] {
        let mut value = good.clone();
        *value.pointer_mut(pointer).unwrap() = bad;
        assert!(!errors(&value).is_empty(), "{pointer}");
    }
    let mut value = good;
    value["workers"][0].as_object_mut().unwrap().remove("wait");
    assert!(!errors(&value).is_empty());
}

#[test]
fn json_has_what_the_table_has() {
    let value = json(&recorded("causes_on"));
    assert_eq!(value["schema"], 1);
    assert_eq!(value["host"]["hz"], 250);
    assert_eq!(value["module"]["uptime_ns"], 3_323_977_618_u64);
    assert_eq!(value["workers"].as_array().unwrap().len(), 9);
    let first = &value["workers"][0];
    for (pointer, number) in [
        ("/pid", 143),
        ("/interval_ns", 20_000_000),
        ("/ticks", 136),
        ("/late_ns/last", 1_654_559),
        ("/late_ns/sum", 587_505_759),
        ("/late_ns/p99", 9_437_183),
        ("/to_wake_ns/avg", 3_584_850),
        ("/to_run_ns/max", 2_982_334),
        ("/drift_ns", 588_699_202),
    ] {
        assert_eq!(first.pointer(pointer).unwrap(), number, "{pointer}");
    }
    assert!(first["exit"].is_null());
    assert!(first["late_ns"]["p99_9"].is_null(), "136 ticks are too few");
    let counts = first["histogram"].as_array().unwrap().iter();
    assert_eq!(
        counts.map(|pair| pair[1].as_u64().unwrap()).sum::<u64>(),
        136
    );
    assert!(value["workers"][8]["to_wake_ns"]["avg"].is_null());
}

#[test]
fn eighty_columns_suffice() {
    for name in ALL {
        let output = run(&["show", "--from", &recorded(name)]);
        assert_eq!(output.status.code(), Some(0), "{name}");
        for line in stdout(&output).lines() {
            assert!(line.chars().count() <= 80, "{name}: {line}");
        }
    }
    let widest = "kthread_counter 1 hz=250 threads=32768 running=1 trips=0 uptime_ns=1\n\
        id cpu state wait interval ticks missed late_p50_ns late_p99_ns late_max_ns\n\
        32767 1023 stopping completion HZ/20000 123456789 123456789 999900000 999900000 999900000\n";
    let folder = Folder::with_table("widest", widest);
    let output = run(&["show", "--from", folder.path()]);
    let line = stdout(&output).lines().nth(2).unwrap();
    assert!(line.contains("≤999.9ms"), "{line}");
    assert!(line.chars().count() <= 80, "{line}");
}

#[test]
fn numbers_are_for_people() {
    let output = run(&["show", "--from", &recorded("causes_on")]);
    let text = stdout(&output);
    let row: Vec<_> = text.lines().nth(2).unwrap().split_whitespace().collect();
    let expected = "0 ssleep 20ms 1 running 136 0 ≤4.2ms ≤9.5ms 10.5ms";
    assert_eq!(row.join(" "), expected);
    assert!(text.contains("\nall") && text.contains("Why late"));
    let without = run(&["show", "--from", &recorded("causes_off")]);
    assert!(!stdout(&without).contains("Why late"));
}

#[test]
fn no_workers_is_said() {
    let output = run(&["show", "--from", &recorded("no_workers")]);
    assert!(stdout(&output).contains("No workers."));
    assert_eq!(stderr(&output), "");
}

#[test]
fn a_cut_off_table_is_shown_as_far_as_it_goes() {
    let output = run(&["show", "--from", &recorded("cut_off")]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(stdout(&output).lines().count(), 4);
    let notes = stderr(&output);
    assert!(
        notes.contains("cut_off/kthread_counter:4: the file is cut off"),
        "{notes}"
    );
    // 578 of 578657187 is no number.
    assert!(json(&recorded("cut_off"))["workers"][1]["drift_ns"].is_null());
}

#[test]
fn what_is_wrong_is_named_and_the_rest_is_shown() {
    let table = "kthread_counter 1 hz=250 threads=1 running=1 trips=0 uptime_ns=99999999999999999999 new=5\n\
        id colour ticks wait\n\
        0 red 18446744073709551616 ssleep\n\
        1 blue 7 idle\n";
    let folder = Folder::with_table("wrong", table);
    let output = run(&["show", "--json", "--from", folder.path()]);
    assert_eq!(output.status.code(), Some(0));
    let value: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(errors(&value), [""; 0]);
    assert!(value["module"]["uptime_ns"].is_null());
    assert_eq!(value["module"]["other"]["new"], "5");
    assert!(value["workers"][0]["ticks"].is_null());
    assert_eq!(value["workers"][0]["other"]["colour"], "red");
    assert_eq!(value["workers"][1]["ticks"], 7);
    assert!(value["workers"][1]["histogram"].is_null());
    let notes = stderr(&output);
    assert!(
        notes.contains("kthread_counter:1: uptime_ns=\"99999999999999999999\""),
        "{notes}"
    );
    assert!(
        notes.contains("kthread_counter:2: the column pid is missing"),
        "{notes}"
    );
    assert!(!notes.contains("colour"), "{notes}");
    assert!(notes.contains("more like these"), "{notes}");
}

#[test]
fn what_is_no_table_is_1() {
    for (table, why) in [
        ("", ":1: it does not begin"),
        ("nonsense\n", ":1: it does not begin"),
        ("kthread_counter 1 hz=250\n", ":2: there is no line"),
        (
            "kthread_counter 1 hz=250\npid cpu\n1 1\n",
            ":2: the column id is missing",
        ),
    ] {
        let folder = Folder::with_table("useless", table);
        let output = run(&["show", "--from", folder.path()]);
        assert_eq!(output.status.code(), Some(1), "{table:?}");
        assert!(stderr(&output).contains(why), "{}", stderr(&output));
    }
}
