// SPDX-License-Identifier: GPL-2.0

//! Exit status, the line on stderr, and output that nobody reads to its end.

use std::{
    fs::File,
    io::Read,
    process::Stdio, //
};

use crate::common::*;

/// The command fails with this status and one line that has these words.
fn fails(arguments: &[&str], status: i32, words: &[&str]) {
    let output = run(arguments);
    assert_eq!(output.status.code(), Some(status), "{arguments:?}");
    assert_eq!(stdout(&output), "", "{arguments:?}");
    let line = stderr(&output);
    assert!(line.starts_with("kthread-counter: error: "), "{line:?}");
    assert_eq!(line.matches('\n').count(), 1, "{line:?}");
    assert!(line.ends_with('\n'), "{line:?}");
    for word in words {
        assert!(line.contains(word), "{word} is not in {line:?}");
    }
}

#[test]
fn wrong_usage_is_1() {
    fails(&["shwo"], 1, &["wrong usage", "shwo", "--help"]);
    fails(&["show", "--nonsense"], 1, &["--nonsense"]);
    fails(
        &["hist", "--by", "moon"],
        1,
        &["moon", "see kthread-counter hist --help"],
    );
    fails(&["hist", "--percentiles", "p100"], 1, &["p100"]);
    fails(&["save"], 1, &["DIR"]);
    fails(&["completions", "dos"], 1, &["dos"]);
}

#[test]
fn a_missing_module_is_3() {
    if std::path::Path::new("/proc/kthread_counter").exists() {
        return;
    }
    let words = [
        "is not there: the module kthread_counter is not loaded; load it as root: kthread-counter load\n",
    ];
    for arguments in [
        &["show"][..],
        &["show", "--json"],
        &["hist"],
        &["hist", "--svg", "-"],
        &["top", "--batch", "1"],
        &["save", "/nowhere"],
        &["set", "threads=1"],
        &["start", "all"],
        &["reset", "0"],
    ] {
        fails(arguments, 3, &words);
    }
}

#[test]
fn a_missing_folder_is_1() {
    fails(
        &["show", "--from", "/nowhere"],
        1,
        &["/nowhere/kthread_counter", "save"],
    );
    fails(
        &["hist", "--from", "/nowhere"],
        1,
        &["/nowhere/kthread_counter_hist"],
    );
}

#[test]
fn control_characters_do_not_get_to_the_terminal() {
    fails(
        &["show", "--from", "/no\n\x1b[31mwhere"],
        1,
        &["/no??[31mwhere"],
    );
    // Those of one byte divide fields, as white space does. There is one in UTF-8 that means what ESC and [ mean.
    let table = "kthread_counter 1 hz=250 threads=1 running=1 trips=0 uptime_ns=1\nid wait\n0 \x1b\u{9b}31m\n";
    let folder = Folder::with_table("control", table);
    let output = run(&["show", "--from", folder.path()]);
    assert!(stdout(&output).contains("?31m"));
    for text in [stdout(&output), stderr(&output)] {
        assert!(!text.contains(['\x1b', '\u{9b}']), "{text:?}");
    }
}

#[test]
fn no_command_says_what_to_do_first() {
    let output = run(&[]);
    assert_eq!(output.status.code(), Some(0));
    let text = stdout(&output);
    assert!(text.contains("kthread-counter show") && text.contains("kthread-counter --help"));
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
    assert_eq!(stderr(&output), "");
}

#[test]
fn a_closed_pipe_ends_quietly() {
    // More than a pipe holds, so that writing goes on after the reader has gone.
    let mut table =
        "kthread_counter 1 hz=250 threads=1 running=1 trips=0 uptime_ns=1\nid wait\n".to_owned();
    (0..20_000).for_each(|id| table += &format!("{id} ssleep\n"));
    let folder = Folder::with_table("pipe", &table);
    let mut child = command(&["show", "--from", folder.path()])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut begin = [0; 16];
    let mut pipe = child.stdout.take().unwrap();
    pipe.read_exact(&mut begin).unwrap();
    drop(pipe);
    assert_eq!(child.wait().unwrap().code(), Some(0));

    for arguments in [
        &["--help"][..],
        &["completions", "bash"],
        &["hist", "--from", &recorded("causes_off")],
    ] {
        let (reader, writer) = rustix::pipe::pipe().unwrap();
        drop(reader);
        let output = command(arguments).stdout(writer).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert_eq!(stderr(&output), "", "{arguments:?}");
    }
}

#[test]
fn a_full_disk_is_1() {
    let full = File::options().write(true).open("/dev/full").unwrap();
    let output = command(&["show", "--from", &recorded("causes_off")])
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("cannot write the output"));
}
