// SPDX-License-Identifier: GPL-2.0

//! Files of which nothing can be shown: an error, in one line, whatever the command.

use std::fs;

use crate::common::*;

/// All commands that take such files refuse this one with these words.
fn is_refused(path: &str, why: &str, todo: &str) {
    let good = recorded("causes_off");
    for arguments in [
        &["compare", path, &good][..],
        &["compare", &good, path],
        &["compare", "--json", path, path],
        &["report", path, "-o", "-"],
        &["report", &good, path, "-o", "-"],
        &["hist", "--from", path, "--svg", "-"],
        &["hist", "--from", &good, "--with", path, "--svg", "-"],
    ] {
        let output = run(arguments);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
        assert_eq!(stdout(&output), "", "{arguments:?}");
        assert_eq!(said.lines().count(), 1, "{arguments:?}: {said}");
        let begin = format!("kthread-counter: error: {path}");
        assert!(said.starts_with(&begin), "{arguments:?}: {said}");
        assert!(
            said.contains(why) && said.contains(todo),
            "{arguments:?}: {said}"
        );
    }
}

/// A folder with these two files.
fn folder(name: &str, table: &str, histogram: &str) -> Folder {
    let folder = Folder::with_table(name, table);
    fs::write(folder.0.join("kthread_counter_hist"), histogram).unwrap();
    folder
}

const NEWER: &str = "read it with the kthread-counter that came with its module, or a newer one";

#[test]
fn folders_of_a_format_that_is_not_known() {
    let first = "kthread_counter 2 unit=ps\n";
    for table in [
        "id colour lateness\n0 red 5\n",
        "worker lateness\n0 5\n",
        "{\"workers\": []}\n",
        "",
    ] {
        let folder = folder(
            "unknown_format",
            &format!("{first}{table}"),
            &format!("{first}id le_ps count\n0 5 5\n"),
        );
        is_refused(folder.path(), "format \"2\"; this program knows 1", NEWER);
        for command in ["show", "hist"] {
            let output = run(&[command, "--from", folder.path()]);
            assert_eq!(output.status.code(), Some(1), "{command}");
            let said = stderr(&output);
            assert_eq!(said.lines().count(), 1, "{said}");
            assert!(
                said.contains("format \"2\"") && said.contains(NEWER),
                "{said}"
            );
        }
    }
}

#[test]
fn folders_without_a_column_that_is_known() {
    let first = "kthread_counter 1 hz=250 threads=1 running=1 trips=0 uptime_ns=1\n";
    let folder = folder(
        "unknown_columns",
        &format!("{first}id colour\n0 red\n"),
        &format!("{first}id le_ns count\n"),
    );
    let again = "save the file again";
    is_refused(folder.path(), "none of its columns is known", again);
}

#[test]
fn a_newer_format_with_columns_that_are_known_is_shown() {
    let first = "kthread_counter 2 hz=250 threads=1 running=1 trips=0 uptime_ns=1\n";
    let folder = folder(
        "unknown_half",
        &format!("{first}id wait ticks\n0 hrtimer 5\n"),
        &format!("{first}id le_ns count\n0 63 5\n"),
    );
    let output = run(&["hist", "--from", folder.path()]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).starts_with("hrtimer: 5 ticks"));
    assert!(
        stderr(&output).contains("format \"2\""),
        "{}",
        stderr(&output)
    );
}

#[test]
fn documents_of_which_nothing_is_known() {
    let folder = Folder::new("unknown_documents");
    let path = format!("{}/it.json", folder.path());
    for (text, why) in [
        ("", "it is no JSON"),
        ("plain text\n", "it is no JSON"),
        ("{\"schema\": 1, \"rows\": []}", "it has no list of workers"),
        ("{\"workers\": [{\"ticks\": 5}]}", "it has no schema number"),
        (
            "{\"schema\": 1, \"workers\": [{\"id\": 0, \"colour\": 1}]}",
            "none of its workers has a field that is known",
        ),
    ] {
        fs::write(&path, text).unwrap();
        is_refused(&path, why, "give a file of `kthread-counter show --json`");
    }
    fs::write(&path, "{\"schema\": 2, \"workers\": []}").unwrap();
    is_refused(&path, "its schema is 2", "or a newer one");
}
