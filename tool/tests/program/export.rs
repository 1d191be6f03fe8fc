// SPDX-License-Identifier: GPL-2.0

//! `export` to stdout and to a file.

use std::{
    fs,
    os::unix::fs::symlink,
    process::Output, //
};

use crate::common::{
    recorded,
    run,
    stderr,
    stdout,
    Folder, //
};

fn export(from: &str, arguments: &[&str]) -> Output {
    run(&[&["export", "--from", &recorded(from)], arguments].concat())
}

/// The value of the line with this name and these labels.
pub fn value(text: &str, series: &str) -> f64 {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("{series} is not in\n{text}"))
        .parse()
        .unwrap()
}

/// The numbers of the workers with this primitive, as the recorded table has them.
fn column(from: &str, wait: &str, name: &str) -> Vec<i64> {
    let table = fs::read_to_string(format!("{}/kthread_counter", recorded(from))).unwrap();
    let rows: Vec<Vec<&str>> = table
        .lines()
        .skip(1)
        .map(|line| line.split_whitespace().collect())
        .collect();
    let place = |name| rows[0].iter().position(|column| *column == name).unwrap();
    rows.iter()
        .filter(|row| row[place("wait")] == wait)
        .map(|row| row[place(name)].parse().unwrap())
        .collect()
}

#[test]
fn once_is_what_the_table_says() {
    let output = export("causes_on", &["--once"]);
    assert_eq!((output.status.code(), stderr(&output)), (Some(0), ""));
    let text = stdout(&output);
    for wait in ["ssleep", "hrtimer"] {
        let sum = |name| column("causes_on", wait, name).iter().sum::<i64>() as f64;
        let of = |name: &str| value(text, &format!("kthread_counter_{name}{{wait=\"{wait}\"}}"));
        assert_eq!(of("ticks_total"), sum("ticks"));
        assert_eq!(of("missed_intervals_total"), sum("missed"));
        assert_eq!(of("early_wakes_total"), sum("early"));
        assert_eq!(of("split_ticks_total"), sum("split_ticks"));
        for (name, column) in [
            ("lateness_seconds_sum", "late_sum_ns"),
            ("to_wake_seconds_total", "to_wake_sum_ns"),
            ("to_run_seconds_total", "to_run_sum_ns"),
        ] {
            assert!(
                (of(name) - sum(column) / 1e9).abs() < 1e-12,
                "{wait} {name}"
            );
        }
        let last = value(
            text,
            &format!("kthread_counter_lateness_seconds_bucket{{wait=\"{wait}\",le=\"+Inf\"}}"),
        );
        assert_eq!(last, of("lateness_seconds_count"));
    }
    assert_eq!(value(text, "kthread_counter_up"), 1.0);
}

#[test]
fn each_bound_is_there_however_few_ticks_there_are() {
    for (buckets, bounds) in [("pow2", 26), ("full", 256), ("50us,1ms", 3)] {
        let output = export("causes_off", &["--once", "--buckets", buckets]);
        let count = stdout(&output)
            .matches("lateness_seconds_bucket{wait=\"hrtimer\"")
            .count();
        assert_eq!(count, bounds, "{buckets}");
    }
}

#[test]
fn series_are_told_apart_by_what_is_asked_for() {
    let output = export("causes_off", &["--once", "--by", "wait,cpu,interval"]);
    assert!(
        stdout(&output).contains("interval=\""),
        "{}",
        stdout(&output)
    );
    let output = export("causes_off", &["--once"]);
    assert!(!stdout(&output).contains("interval=\"") && !stdout(&output).contains("cpu=\""));
}

#[test]
fn files_that_are_damaged_are_exported_as_far_as_they_can_be() {
    for from in ["cut_off", "dashes", "no_workers"] {
        let output = export(from, &["--once", "--openmetrics"]);
        assert_eq!(output.status.code(), Some(0), "{from}: {}", stderr(&output));
        assert!(stdout(&output).ends_with("# EOF\n"), "{from}");
    }
}

#[test]
fn a_text_file_is_replaced_as_a_whole() {
    let folder = Folder::new("textfile");
    let file = folder.0.join("kthread_counter.prom");
    let elsewhere = folder.0.join("elsewhere");
    fs::write(&elsewhere, "mine").unwrap();
    symlink(&elsewhere, &file).unwrap();
    let output = export("causes_on", &["--textfile", file.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = fs::read_to_string(&file).unwrap();
    let timeless = |text: &str| -> Vec<String> {
        let lines = text
            .lines()
            .filter(|line| !line.starts_with("kthread_counter_scrape_duration"));
        lines.map(str::to_owned).collect()
    };
    assert_eq!(
        timeless(&text),
        timeless(stdout(&export("causes_on", &["--once"])))
    );
    assert_eq!(fs::read_to_string(&elsewhere).unwrap(), "mine");
    assert_eq!(
        fs::read_dir(&folder.0).unwrap().count(),
        2,
        "something is left beside it"
    );
}

#[test]
fn a_text_file_that_cannot_be_written_is_one_line() {
    let folder = Folder::new("textfile_fails");
    fs::create_dir(folder.0.join("folder.prom")).unwrap();
    for name in ["x.txt", "prom", "no/such/x.prom", "folder.prom"] {
        let output = export(
            "causes_on",
            &["--textfile", &format!("{}/{name}", folder.path())],
        );
        assert_eq!(output.status.code(), Some(1), "{name}");
        assert_eq!(stderr(&output).lines().count(), 1, "{name}");
    }
    assert_eq!(
        fs::read_dir(&folder.0).unwrap().count(),
        1,
        "something is left behind"
    );
}

#[test]
fn without_the_module() {
    let output = run(&["export", "--once"]);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    let folder = Folder::new("textfile_down");
    let file = format!("{}/x.prom", folder.path());
    let output = run(&["export", "--textfile", &file]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(
        value(&fs::read_to_string(file).unwrap(), "kthread_counter_up"),
        0.0
    );
}

#[test]
fn options_that_make_no_sense_are_refused() {
    for arguments in [
        &["--buckets", "pow3"][..],
        &["--by", "pid"],
        &["--listen", "localhost"],
        &["--once", "--textfile", "x.prom"],
        &["--once", "--listen", "127.0.0.1:1"],
        &["--openmetrics"],
    ] {
        let output = export("causes_off", arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert_eq!(stderr(&output).lines().count(), 1, "{arguments:?}");
    }
}
