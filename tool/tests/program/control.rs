// SPDX-License-Identifier: GPL-2.0

//! `load`, `set`, `stop` and the others where there is no module.

use std::path::Path;

use crate::common::*;

fn fails(arguments: &[&str], status: i32, words: &str) {
    let output = run(arguments);
    assert_eq!(output.status.code(), Some(status), "{arguments:?}");
    assert_eq!(stdout(&output), "");
    let line = stderr(&output);
    assert_eq!(line.matches('\n').count(), 1, "{line:?}");
    assert!(line.contains(words), "{words} is not in {line:?}");
}

#[test]
fn wrong_usage_is_1() {
    fails(&["set"], 1, "NAME=VALUE");
    fails(&["set", "interval"], 1, "interval=10ms");
    fails(&["set", "=1"], 1, "NAME=VALUE");
    fails(&["stop"], 1, "IDS");
    fails(&["signal", "USR1"], 1, "IDS");
    fails(&["set", "wait=idle", "wait=ssleep"], 1, "given twice");
    fails(&["load", "thread=1"], 1, "threads");
    fails(&["load", "threads=1", "threads=2"], 1, "given twice");
}

#[test]
fn a_missing_module_is_3() {
    if Path::new("/sys/module/kthread_counter").exists() {
        return;
    }
    for arguments in [
        &["set", "interval=1"][..],
        &["start", "all"],
        &["stop", "0"],
        &["reset", "0", "2-3"],
        &["signal", "USR1", "all"],
        &["unload"],
    ] {
        fails(arguments, 3, "not loaded");
    }
}

#[test]
fn a_file_that_is_no_module_is_1() {
    if Path::new("/sys/module/kthread_counter").exists() {
        return;
    }
    fails(&["load", "--module", "/nowhere.ko"], 1, "/nowhere.ko");
}
