// SPDX-License-Identifier: GPL-2.0

//! `run`, as far as it goes without the module: what is refused before anything is touched, and the form of results.

use std::sync::{
    Mutex,
    MutexGuard,
    PoisonError, //
};

use serde_json::Value;

use crate::{
    common::*,
    schema, //
};

fn run_schema() -> Value {
    serde_json::from_str(include_str!("../../../docs/run.schema.json")).unwrap()
}

/// What a real run on a real module has written.
fn recorded_run() -> Value {
    serde_json::from_str(include_str!("../recorded/run.json")).unwrap()
}

/// The command fails with this status and one line that has these words.
fn fails(arguments: &[&str], status: i32, words: &[&str]) {
    let output = run(&[&["run"], arguments].concat());
    assert_eq!(
        output.status.code(),
        Some(status),
        "{arguments:?}: {output:?}"
    );
    assert_eq!(stdout(&output), "", "{arguments:?}");
    let line = stderr(&output);
    assert_eq!(line.matches('\n').count(), 1, "{line:?}");
    for word in words {
        assert!(line.contains(word), "{word} is not in {line:?}");
    }
}

#[test]
fn a_bad_expectation_is_told_what_is_right() {
    for (expect, words) in [
        ("max<5us", "hrtimer.p99.9<50us"),
        ("sleep.max<5us", "a primitive such as hrtimer"),
        ("all.mean<5us", "min, avg, max, pNN.N"),
        ("all.max<5", "needs its unit"),
        ("all.max=5us", "< <= > >= == !="),
        ("all.missed<1us", "without a unit"),
    ] {
        fails(&["-e", expect], 1, &["--expect", words]);
    }
}

#[test]
fn what_cannot_be_measured_is_refused_before_anything_is_touched() {
    fails(&["-w", "sleep"], 1, &["ssleep,timeout"]);
    fails(&["-i", "1us"], 1, &["1us", "shorter than 50us"]);
    fails(&["-i", "fast"], 1, &["fast"]);
    fails(&["-c", "0-"], 1, &["0-"]);
    fails(&["-c", "4294967295"], 1, &["not online"]);
    fails(&["-c", "0-4294967295"], 1, &["not online"]);
    fails(&["-d", "60"], 1, &["unit"]);
    fails(&["-d", "99999h"], 1, &["a year"]);
    fails(&["-s", "idle"], 1, &["fifo_low"]);
    fails(
        &["-w", "ssleep", "-e", "hrtimer.max<1s"],
        1,
        &["no worker is asked for"],
    );
    fails(
        &["-c", "0", "-e", "cpu77.max<1s"],
        1,
        &["no worker is asked for"],
    );
    fails(&["-e", "all.to_run<1s"], 1, &["--causes"]);
    fails(&["--shared", "-w", "idle"], 1, &["--shared"]);
    fails(&["--trip", "0"], 1, &["--trip"]);
    fails(&["--dma-latency=-1"], 1, &["--dma-latency"]);
    fails(&["--tolerance", "5%"], 1, &["--baseline"]);
    fails(&["--baseline", "/nowhere"], 1, &["/nowhere"]);
    for metric in ["min>0s", "to_wake<1s", "to_run<1s"] {
        let expect = format!("all.{metric}");
        fails(&["--shared", "-e", &expect], 1, &[&expect, "--shared"]);
    }
}

/// For tests that would load the module: one measures at a time. None if it is there already.
fn without_module() -> Option<MutexGuard<'static, ()>> {
    static ONE: Mutex<()> = Mutex::new(());
    let is_loaded = std::path::Path::new("/proc/kthread_counter").exists();
    (!is_loaded).then(|| ONE.lock().unwrap_or_else(PoisonError::into_inner))
}

/// A modprobe of ours, which is the first of its name.
#[test]
fn modprobe_loads_only_what_is_not_there_and_is_not_ended_by_the_terminal() {
    use std::os::unix::fs::PermissionsExt;

    let Some(_guard) = without_module() else {
        return;
    };
    let folder = Folder::new("run_modprobe");
    let modprobe = folder.0.join("modprobe");
    let script = format!(
        "#!/bin/sh\necho \"$@\" >{0}/said\necho $$ >{0}/pid\ncut -d ' ' -f 5 /proc/self/stat >{0}/group\n\
         echo 'modprobe: ERROR: it is there by now' >&2\nexit 1\n",
        folder.path()
    );
    std::fs::write(&modprobe, script).unwrap();
    std::fs::set_permissions(&modprobe, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", folder.path(), std::env::var("PATH").unwrap());
    let output = command(&["run", "-w", "idle", "-i", "7ms"])
        .env("PATH", path)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(
        stderr(&output).contains("ERROR: it is there by now"),
        "{output:?}"
    );
    let read = |name: &str| std::fs::read_to_string(folder.0.join(name)).unwrap();
    let said = read("said");
    for word in [
        "--first-time",
        "kthread_counter",
        "wait=idle",
        "interval=7ms",
        "trip_us=0",
    ] {
        assert!(
            said.split_whitespace().any(|said| said == word),
            "{word}: {said}"
        );
    }
    assert_eq!(read("group"), read("pid"));
    // Who may open the lock may hold it.
    if let Ok(metadata) = std::fs::metadata("/run/kthread-counter.lock") {
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn without_the_module_it_says_why() {
    let Some(_guard) = without_module() else {
        return;
    };
    fails(&["--shared"], 3, &["is not there"]);
    fails(&["--take-over"], 3, &["is not there"]);
    fails(
        &["--module", "/nowhere.ko"],
        1,
        &["cannot load", "/nowhere.ko"],
    );
    fails(&["-O", "/nowhere/x"], 1, &["cannot write /nowhere/x"]);
    let folder = Folder::new("run_left");
    let name = format!("{}/new/", folder.path());
    fails(&["-O", &name], 1, &["cannot write", "directory"]);
    let file = folder.0.join("result");
    fails(
        &["--module", "/nowhere.ko", "-O", file.to_str().unwrap()],
        1,
        &["cannot load"],
    );
    assert_eq!(std::fs::read_dir(&folder.0).unwrap().count(), 0);
}

#[test]
fn a_real_result_conforms_to_the_schema() {
    let found = schema::errors(&run_schema(), &recorded_run());
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn the_schema_refuses_what_does_not_conform() {
    for (pointer, bad) in [
        ("/verdict", Value::from("maybe")),
        ("/checks/0/result", Value::Null),
        ("/checks/0/measured_ns", Value::from("1")),
        ("/notes/0", Value::from(1)),
        ("/duration_ns", Value::from(-1)),
        ("/workers/0/ticks", Value::from("1")),
    ] {
        let mut value = recorded_run();
        *value.pointer_mut(pointer).unwrap() = bad;
        assert!(
            !schema::errors(&run_schema(), &value).is_empty(),
            "{pointer}"
        );
    }
    for name in ["argv", "start", "verdict", "notes", "host"] {
        let mut value = recorded_run();
        value.as_object_mut().unwrap().remove(name);
        assert!(!schema::errors(&run_schema(), &value).is_empty(), "{name}");
    }
}

#[test]
fn the_schema_of_run_has_all_of_show() {
    let show: Value = serde_json::from_str(include_str!("../../../docs/show.schema.json")).unwrap();
    let run = run_schema();
    for (name, property) in show["properties"].as_object().unwrap() {
        assert_eq!(&run["properties"][name], property, "{name}");
    }
}
