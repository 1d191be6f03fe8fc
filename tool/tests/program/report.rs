// SPDX-License-Identifier: GPL-2.0

//! `report`, on documents made from recorded files.

use std::fs;

use serde_json::{
    json,
    Value, //
};

use crate::{
    common::*,
    compare::{
        document,
        later, //
    }, //
};

/// The page about these documents.
fn report(name: &str, documents: &[&Value]) -> String {
    let folder = Folder::new(name);
    let mut arguments = vec!["report".to_owned(), "-o".to_owned(), "-".to_owned()];
    for (n, document) in documents.iter().enumerate() {
        let path = format!("{}/{n}.json", folder.path());
        fs::write(&path, document.to_string()).unwrap();
        arguments.push(path);
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let output = run(&arguments);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(stderr(&output), "");
    stdout(&output).to_owned()
}

/// As `run -o json` writes it.
fn run_document() -> Value {
    let mut document = document("causes_on");
    let run = json!({
        "argv": ["kthread-counter", "run", "-e", "hrtimer.p99<50us"],
        "start": 1_795_879_860.5,
        "duration_ns": 3_000_000_000_u64,
        "verdict": "fail",
        "checks": [
            {"expect": "hrtimer.p99<50us", "measured_ns": 2_621_439, "limit_ns": 50_000, "result": "fail",
             "worker": 5, "cpu": 0, "after": "hackbench/77"},
            {"expect": "all.missed==0", "measured_ns": 0, "limit_ns": 0, "result": "pass",
             "worker": null, "cpu": null, "after": null},
            {"expect": "idle.p99.9<1s", "measured_ns": null, "limit_ns": 1_000_000_000, "result": "unmeasured",
             "worker": null, "cpu": null, "after": null},
        ],
        "notes": ["the CPU is not isolated"],
    });
    for (name, value) in run.as_object().unwrap() {
        document[name] = value.clone();
    }
    document
}

/// Puts a text into each field that has text, or may have it.
fn replace_texts(value: &mut Value, text: &str) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                if !["result", "verdict"].contains(&name.as_str()) {
                    replace_texts(field, text);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| replace_texts(item, text)),
        Value::String(old) => *old = text.to_owned(),
        _ => {}
    }
}

#[test]
fn the_page_says_all() {
    let page = report("report_all", &[&run_document()]);
    for words in [
        "✗ failed: something is not as expected",
        "kthread-counter run -e &#39;hrtimer.p99&lt;50us&#39;",
        "2026-11-28 15:31:00 UTC",
        "<dd>250</dd>",
        "✗ failed</td><td class=\"n\">≤2.7ms</td><td class=\"n\">50.0us</td>",
        "✓ passed</td><td class=\"n\">0</td>",
        "? unmeasured",
        "hackbench/77",
        "the CPU is not isolated",
        "How to read this",
        ">to wake</th>",
    ] {
        assert!(page.contains(words), "{words}");
    }
    // Two pictures, each for a wide window and for a narrow one.
    assert_eq!(page.matches("<svg").count(), 4);
}

#[test]
fn nothing_in_a_file_is_markup() {
    let bad = "<script>alert(1)</script><img src=x onerror=\"a\">'&\u{202e}\u{1b}]";
    let good = run_document();
    let mut worse = good.clone();
    replace_texts(&mut worse, bad);
    for field in [
        "virt",
        "isolated",
        "clocksource",
        "preempt",
        "kernel",
        "arch",
    ] {
        worse["host"][field] = bad.into();
    }
    for check in worse["checks"].as_array_mut().unwrap() {
        check["after"] = bad.into();
    }
    for worker in worse["workers"].as_array_mut().unwrap() {
        worker["other"] = json!({bad: bad});
    }
    let page = report("report_markup", &[&worse, &good, &worse]);
    for sign in ["<script", "<img", "\u{202e}", "\u{1b}"] {
        assert!(!page.contains(sign), "{sign}");
    }
    assert!(page.matches("&lt;script&gt;").count() > 50);
    // The same for the name of a file, and in a picture.
    let folder = Folder::new("report_name");
    let path = format!("{}/<script>\"'&.json", folder.path());
    fs::write(&path, good.to_string()).unwrap();
    for arguments in [
        &["report", &path, &path, "-o", "-"][..],
        &["hist", "--svg", "-", "--from", &path, "--with", &path],
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(0));
        assert!(!stdout(&output).contains("<script") && stdout(&output).contains("&lt;script&gt;"));
    }
}

#[test]
fn the_page_needs_nothing_else() {
    let page = report("report_alone", &[&run_document(), &document("causes_off")]);
    for sign in [
        "<script", "<link", "<img", "<iframe", "src=", "href=", "url(", "@import",
    ] {
        assert!(!page.contains(sign), "{sign}");
    }
    let elsewhere = page.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
    assert!(!elsewhere.contains("http://") && !elsewhere.contains("https://"));
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn tags_are_closed_in_their_order() {
    let page = report(
        "report_tags",
        &[&run_document(), &later(document("causes_off"), 5)],
    );
    let mut open: Vec<&str> = Vec::new();
    for part in page.split('<').skip(1) {
        let (tag, _) = part.split_once('>').unwrap();
        let name = tag.split([' ', '/']).next().unwrap();
        if let Some(closed) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(closed));
        } else if !tag.ends_with('/') && !["!DOCTYPE", "meta"].contains(&name) {
            open.push(name);
        }
    }
    assert_eq!(open, [""; 0]);
}

#[test]
fn all_but_the_first_are_compared_with_it() {
    let old = document("causes_off");
    let page = report("report_compared", &[&old, &later(old.clone(), 3), &old]);
    assert_eq!(page.matches("Compared with 0.json").count(), 2);
    assert_eq!(page.matches("✗ worse by more than 10%").count(), 1);
    assert_eq!(
        page.matches("✓ nothing is worse by more than 10%").count(),
        1
    );
    assert!(page.contains("▲ +200%") && page.contains(">0%</td>"));
}

#[test]
fn many_workers_make_no_page_that_cannot_be_opened() {
    let mut many = document("causes_off");
    let worker = many["workers"][0].clone();
    many["workers"] = Value::Array(vec![worker; 3_000]);
    let page = report("report_many", &[&many]);
    assert!(page.contains("2800 more are not shown."));
    assert!(page.len() < 300_000, "{}", page.len());
}

#[test]
fn what_is_little_is_a_page_too() {
    for name in ["no_workers", "dashes", "cut_off"] {
        report("report_little", &[&document(name)]);
    }
    report(
        "report_little",
        &[&json!({"schema": 1, "workers": [{"ticks": 5}]})],
    );
}

#[test]
fn a_page_without_a_tick_says_so_at_its_top() {
    const ALL: &str = "✗ nothing was measured: there is not a single tick";
    const HERE: &str = "✗ nothing was measured here: there is not a single tick";

    let full = document("causes_on");
    let mut stopped = full.clone();
    for worker in stopped["workers"].as_array_mut().unwrap() {
        worker["ticks"] = 0.into();
        worker["histogram"] = json!([]);
    }
    for empty in [&stopped, &document("no_workers"), &document("dashes")] {
        let page = report("report_empty", &[empty]);
        let (top, _) = page.split_once("<section>").unwrap();
        assert!(top.contains(ALL) && !page.contains(HERE), "{top}");
        let page = report("report_empty", &[empty, empty]);
        assert!(page.contains(ALL) && !page.contains(HERE));
        let page = report("report_empty", &[&full, empty]);
        assert!(!page.contains(ALL) && page.matches(HERE).count() == 1);
        let (before, _) = page.split_once(HERE).unwrap();
        assert!(
            before.ends_with("<h2>1.json</h2>\n<p class=\"verdict fail\">"),
            "{before}"
        );
    }
    let page = report("report_empty", &[&full]);
    assert!(!page.contains(ALL) && !page.contains(HERE));
}

#[test]
fn the_page_is_written_or_it_is_1() {
    let folder = Folder::new("report_file");
    let page = format!("{}/page.html", folder.path());
    let from = recorded("causes_off");
    let output = run(&["report", &from, "-o", &page]);
    assert_eq!((output.status.code(), stdout(&output)), (Some(0), ""));
    assert!(fs::read_to_string(&page).unwrap().ends_with("</html>\n"));
    for arguments in [
        &["report", &from][..],
        &["report", "-o", "-"],
        &["report", &from, "-o", "/nowhere/page.html"],
        &["report", &from, "-o", "/dev/full"],
        &["report", "/nowhere", "-o", "-"],
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert_eq!(stderr(&output).lines().count(), 1, "{}", stderr(&output));
    }
}

#[test]
fn what_is_read_is_not_written_over() {
    let folder = Folder::new("report_over");
    let path = format!("{}/run.json", folder.path());
    let link = format!("{}/link", folder.path());
    fs::copy(recorded("run.json"), &path).unwrap();
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let before = fs::read(&path).unwrap();
    for arguments in [
        &["report", &path, "-o", &path][..],
        &["report", &path, "-o", &link],
        &["hist", "--svg", &path, "--from", &path],
        &[
            "hist",
            "--svg",
            &path,
            "--from",
            &recorded("causes_on"),
            "--with",
            &path,
        ],
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(
            stderr(&output).contains("write to another file"),
            "{}",
            stderr(&output)
        );
        assert!(fs::read(&path).unwrap() == before, "{arguments:?}");
    }
}
