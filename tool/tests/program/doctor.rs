// SPDX-License-Identifier: GPL-2.0

//! `doctor`, on machines that are folders.

use std::fs;

use serde_json::Value;

use crate::{
    common::*,
    schema, //
};

/// A machine on which nothing is wrong.
pub fn machine(name: &str) -> Folder {
    let folder = Folder::new(name);
    for (path, text) in [
        ("proc/sys/kernel/osrelease", "7.2.12-test\n"),
        ("proc/sys/kernel/version", "#1 SMP PREEMPT_DYNAMIC\n"),
        ("proc/modules", ""),
        ("proc/cpuinfo", "flags : fpu\n"),
        ("proc/kthread_counter", "kthread_counter 1\n"),
        ("sys/module/kthread_counter/parameters/threads", "2\n"),
        ("sys/kernel/tracing/tracing_on", "1\n"),
        ("sys/devices/system/cpu/online", "0-3\n"),
    ] {
        write(&folder, path, text.as_bytes());
    }
    folder
}

fn write(folder: &Folder, path: &str, bytes: &[u8]) {
    let path = folder.0.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

fn json(folder: &str) -> (Option<i32>, Value) {
    let output = run(&["doctor", "--json", "--root", folder]);
    assert_eq!(stderr(&output), "");
    let value = serde_json::from_slice(&output.stdout).unwrap();
    let text = include_str!("../../../docs/doctor.schema.json");
    let errors = schema::errors(&serde_json::from_str(text).unwrap(), &value);
    assert!(errors.is_empty(), "{errors:?}");
    (output.status.code(), value)
}

#[test]
fn a_problem_is_2_and_notes_are_0() {
    let folder = machine("doctor");
    let (status, value) = json(folder.path());
    assert_eq!((status, &value["problems"]), (Some(0), &0.into()));
    assert!(value["notes"].as_u64() > Some(0));

    fs::remove_dir_all(folder.0.join("sys/module")).unwrap();
    let (status, value) = json(folder.path());
    assert_eq!((status, &value["problems"]), (Some(2), &1.into()));
    let output = run(&["doctor", "--root", folder.path()]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(stderr(&output), "");
}

#[test]
fn there_is_a_line_for_each_finding() {
    let folder = machine("lines");
    let (_, value) = json(folder.path());
    let findings = value["findings"].as_array().unwrap();
    let output = run(&["doctor", "--root", folder.path()]);
    let lines: Vec<_> = stdout(&output).lines().collect();
    assert_eq!(lines.len(), findings.len() + 1);
    for (line, finding) in lines.iter().zip(findings) {
        for key in ["level", "topic", "what", "todo"] {
            let word = finding[key].as_str().unwrap_or_default();
            assert!(line.contains(word), "{word} is not in {line}");
        }
    }
    let mut names: Vec<_> = findings.iter().map(|one| one["check"].as_str()).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), findings.len(), "a name is there twice");
}

#[test]
fn this_machine_has_findings() {
    let (status, _) = json("/");
    assert!(matches!(status, Some(0 | 2)), "{status:?}");
}

#[test]
fn a_root_that_is_not_there_is_1() {
    let output = run(&["doctor", "--root", "/nowhere"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("/nowhere"));
    assert_eq!(stdout(&output), "");
    // One of no machine.
    let output = run(&["doctor", "--root", &recorded("causes_on")]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("neither proc nor sys"));
}

/// What is read is not trusted: no text of it harms a terminal, and no number of it ends the program.
#[test]
fn junk_is_no_panic() {
    let texts: [&[u8]; 8] = [
        b"",
        b"\n\n",
        b"\x1b[31m\xff\0\x80",
        b"99999999999999999999999",
        b"-9223372036854775808",
        b"9223372036854775807 cpu  18446744073709551615 1 1 1 1 1 1 18446744073709551615",
        b"[ ( : ) ]",
        b"cpu  18446744073709551615 18446744073709551615 1 1 1 1 1 18446744073709551615\n",
    ];
    let files = [
        "proc/sys/kernel/osrelease",
        "proc/sys/kernel/version",
        "proc/sys/kernel/sched_rt_runtime_us",
        "proc/sys/kernel/sched_rt_period_us",
        "proc/sys/kernel/hung_task_timeout_secs",
        "proc/cmdline",
        "proc/config.gz",
        "proc/cpuinfo",
        "proc/kallsyms",
        "proc/stat",
        "proc/timer_list",
        "lib/modules/7.2.12-test/modules.dep",
        "lib/modules/7.2.12-test/updates/kthread_counter.ko",
        "sys/kernel/security/lockdown",
        "sys/kernel/debug/sched/preempt",
        "sys/kernel/tracing/tracing_on",
        "sys/kernel/tracing/current_tracer",
        "sys/devices/system/clocksource/clocksource0/current_clocksource",
        "sys/devices/system/cpu/isolated",
        "sys/devices/system/cpu/nohz_full",
        "sys/devices/system/cpu/cpufreq/policy0/scaling_governor",
        "sys/devices/system/cpu/cpu0/cpuidle/state0/name",
        "sys/devices/system/cpu/cpu0/cpuidle/state0/latency",
        "dev/cpu_dma_latency",
    ];
    for text in texts {
        let folder = machine("junk");
        for file in files {
            write(&folder, file, text);
        }
        let (status, _) = json(folder.path());
        assert!(matches!(status, Some(0 | 2)), "{text:?}: {status:?}");
        fs::remove_dir_all(folder.0.join("sys/module")).unwrap();
        let output = run(&["doctor", "--root", folder.path()]);
        assert!(matches!(output.status.code(), Some(0 | 2)), "{text:?}");
        assert!(!stdout(&output).chars().any(|c| c.is_control() && c != '\n'));
    }
}
