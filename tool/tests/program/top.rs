// SPDX-License-Identifier: GPL-2.0

//! `top` without a screen.

use std::{
    fs,
    io::{
        BufRead,
        BufReader,
        Read, //
    },
    process::Stdio, //
};

use serde_json::{
    json,
    Value, //
};

use crate::{
    common::*,
    schema, //
};

/// Two workers that have ticked so often, at so many seconds; each tick was late by 1ms at most.
pub fn write_table(folder: &Folder, seconds: u64, ticks: [u64; 2]) {
    let mut table = format!(
        "kthread_counter 1 hz=250 threads=2 running=2 trips=0 uptime_ns={}\n\
         id pid cpu state wait interval ticks missed late_max_ns late_p50_ns late_p99_ns epoch\n",
        seconds * 1_000_000_000
    );
    let mut histogram = format!(
        "{}id le_ns count\n",
        table.lines().next().unwrap().to_owned() + "\n"
    );
    for (id, ticks) in ticks.iter().enumerate() {
        let wait = ["hrtimer", "ssleep"][id];
        table += &format!("{id} 1 0 running {wait} 10ms {ticks} 0 1000000 983039 1000000 {id}\n");
        histogram += &format!("{id} 1048575 {ticks}\n");
    }
    write_both(folder, &table, &histogram);
}

/// Whoever reads meanwhile sees one or the other.
pub fn write_both(folder: &Folder, table: &str, histogram: &str) {
    for (name, text) in [
        ("kthread_counter_hist", histogram),
        ("kthread_counter", table),
    ] {
        let path = folder.0.join(name);
        let beside = folder.0.join("new");
        fs::write(&beside, text).unwrap();
        fs::rename(beside, path).unwrap();
    }
}

fn row<'a>(text: &'a str, begin: &str) -> Vec<&'a str> {
    let line = text.lines().find(|line| line.starts_with(begin));
    line.unwrap_or_else(|| panic!("{begin} is not in {text}"))
        .split_ascii_whitespace()
        .collect()
}

#[test]
fn a_batch_has_one_row_for_each_worker_or_primitive() {
    let folder = recorded("causes_on");
    let output = run(&["top", "--batch", "1", "--sort", "max", "--from", &folder]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output);
    let max: Vec<_> = text
        .lines()
        .skip(2)
        .map(|line| line.split_ascii_whitespace().last().unwrap())
        .collect();
    let sorted = [
        "10.5ms", "10.4ms", "10.4ms", "10.3ms", "8.4ms", "3.8ms", "3.3ms", "2.8ms", "334.7us",
    ];
    assert_eq!(max, sorted);
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );

    let output = run(&[
        "top", "-b1", "--by", "wait", "--sort", "id", "--from", &folder,
    ]);
    let hrtimer = row(stdout(&output), "hrtimer");
    let expected = [
        "hrtimer",
        "1",
        "165",
        "-",
        "0",
        "-",
        "≤213.0us",
        "≤2.7ms",
        "3.8ms",
    ];
    assert_eq!(hrtimer, expected);
}

#[test]
fn a_second_reading_shows_what_happened_since() {
    let folder = Folder::new("top_batch");
    write_table(&folder, 10, [100, 100]);
    let mut child = command(&["top", "-b", "2", "-i", "2s", "--from", folder.path()])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdout.take().unwrap();
    let mut text = String::new();
    let mut bytes = [0; 4_096];
    while text.lines().count() < 4 {
        let length = pipe.read(&mut bytes).unwrap();
        assert_ne!(length, 0);
        text += std::str::from_utf8(&bytes[..length]).unwrap();
    }
    // 300 ticks in two seconds of the module's clock.
    write_table(&folder, 12, [400, 100]);
    text.clear();
    pipe.read_to_string(&mut text).unwrap();
    assert!(child.wait().unwrap().success());
    let (busy, still) = (row(&text, "0 "), row(&text, "1 "));
    assert_eq!(busy[3..6], ["150", "0", "≤1.0ms"], "{text}");
    assert_eq!(still[3..6], ["0.0", "0", "-"], "{text}");
}

fn lines(output: &str) -> Vec<Value> {
    let text = include_str!("../../../docs/top.schema.json");
    let schema = serde_json::from_str(text).unwrap();
    let lines = output.lines().map(|line| {
        let value = serde_json::from_str(line).unwrap();
        assert_eq!(schema::errors(&schema, &value), [""; 0]);
        value
    });
    lines.collect()
}

#[test]
fn json_is_a_line_for_each_reading() {
    for name in ["causes_off", "causes_on", "dashes", "cut_off", "no_workers"] {
        for by in ["worker", "wait"] {
            let folder = recorded(name);
            let arguments = [
                "top", "-b2", "-i50ms", "--json", "--by", by, "--from", &folder,
            ];
            let output = run(&arguments);
            assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
            let read = lines(stdout(&output));
            assert_eq!(read.len(), 2, "{name}");
            // The files are the same: nothing happened.
            assert_eq!(read[0], read[1], "{name}");
            assert_eq!(read[0]["by"], by);
        }
    }
    let output = run(&["top", "--json", "--from", &recorded("causes_on")]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("--batch"), "{}", stderr(&output));
}

#[test]
fn json_has_what_happened_since() {
    let folder = Folder::new("top_json");
    write_table(&folder, 10, [100, 100]);
    let mut child = command(&["top", "-b2", "-i2s", "--json", "-s", "id"])
        .args(["--from", folder.path()])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = BufReader::new(child.stdout.take().unwrap());
    let mut text = String::new();
    pipe.read_line(&mut text).unwrap();
    write_table(&folder, 12, [400, 100]);
    pipe.read_to_string(&mut text).unwrap();
    assert!(child.wait().unwrap().success());
    let read = lines(&text);
    let first = &read[0];
    assert!(first["elapsed_ns"].is_null() && first["rows"][0]["since"].is_null());
    assert_eq!(first["rows"][0]["ticks"], 100);
    let second = &read[1];
    assert_eq!(second["elapsed_ns"], 2_000_000_000_u64);
    let (busy, still) = (&second["rows"][0], &second["rows"][1]);
    assert_eq!((&busy["id"], &busy["ticks"]), (&json!(0), &json!(400)));
    assert_eq!(busy["since"]["ticks"], 300);
    assert_eq!(busy["since"]["worst_is_exact"], false);
    let nothing = json!({"ticks": 0, "missed": 0, "worst_ns": null, "worst_is_exact": null});
    assert_eq!(still["since"], nothing);
}

#[test]
fn a_batch_ends_with_the_files() {
    let folder = Folder::new("top_gone");
    write_table(&folder, 10, [1, 1]);
    let mut child = command(&["top", "-b", "9", "-i", "1s", "--from", folder.path()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut byte = [0; 1];
    child
        .stdout
        .as_mut()
        .unwrap()
        .read_exact(&mut byte)
        .unwrap();
    drop(folder);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("cannot read"));
}

#[test]
fn what_is_no_terminal_has_no_screen() {
    let output = run(&["top", "--from", &recorded("causes_on")]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("--batch"), "{}", stderr(&output));
    for arguments in [["--batch", "0"], ["--interval", "0"], ["--sort", "moon"]] {
        let output = run(&[&["top"], &arguments[..]].concat());
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert_eq!(stderr(&output).lines().count(), 1, "{arguments:?}");
    }
    if !std::path::Path::new("/proc/kthread_counter").exists() {
        for arguments in [&["top"][..], &["top", "--batch", "2"]] {
            let output = run(arguments);
            assert_eq!(output.status.code(), Some(3), "{arguments:?}");
            assert_eq!(stderr(&output).lines().count(), 1, "{arguments:?}");
        }
    }
}
