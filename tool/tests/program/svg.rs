// SPDX-License-Identifier: GPL-2.0

//! `hist --svg`, on recorded files.

use std::fs;

use crate::common::*;

fn svg(more: &[&str]) -> String {
    let output = run(&[&["hist", "--svg", "-"], more].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    stdout(&output).to_owned()
}

/// What has changed on purpose is drawn anew with `hist --svg`, and looked at.
#[test]
fn pictures_are_as_they_were() {
    for (file, more) in [("bars.svg", &[][..]), ("curves.svg", &["--cdf"])] {
        let drawn = svg(&[&["--from", &recorded("causes_off")], more].concat());
        let golden = recorded(&format!("pictures/{file}"));
        assert!(
            drawn == fs::read_to_string(&golden).unwrap(),
            "{file} has changed"
        );
    }
}

#[test]
fn all_primitives_are_in_one_picture() {
    for more in [&[][..], &["--cdf"], &["--by", "worker"]] {
        let text = svg(&[&["--from", &recorded("causes_off")], more].concat());
        assert!(text.starts_with("<svg ") && text.ends_with("</svg>\n"));
        assert_eq!(text.matches("<svg").count(), 1);
        for name in [
            "ssleep",
            "hrtimer",
            "completion",
            "work",
            "lateness, logarithmic",
            "10ms",
        ] {
            assert!(text.contains(name), "{more:?}: {name}");
        }
        assert!(!text.contains("<script") && !text.contains("href"));
    }
}

#[test]
fn themes_differ_in_their_style_sheet() {
    let from = recorded("causes_off");
    let style = |more: &[&str]| {
        let text = svg(&[&["--from", &from], more].concat());
        let (_, rest) = text.split_once("<style>").unwrap();
        rest.split_once("</style>").unwrap().0.to_owned()
    };
    assert!(style(&[]).contains("prefers-color-scheme:dark"));
    assert!(style(&["--dark"]).starts_with("[fill="));
    assert_eq!(style(&["--light"]), "");
}

#[test]
fn another_measurement_is_drawn_behind() {
    let folder = Folder::new("svg_with");
    let file = format!("{}/before.json", folder.path());
    let json = run(&["show", "--json", "--from", &recorded("causes_on")]).stdout;
    fs::write(&file, json).unwrap();
    let from = recorded("causes_off");
    for more in [&[][..], &["--cdf"]] {
        let alone = svg(&[&["--from", &from], more].concat());
        let both = svg(&[&["--from", &from, "--with", &file], more].concat());
        assert!(both.contains("before.json") && both.contains("causes_off"));
        // Thin, or dashed.
        let sign = match more {
            [] => "stroke-dasharray=\"40 30\"",
            _ => "stroke-width=\"9\"",
        };
        assert!(both.matches(sign).count() >= 9 && !alone.contains(sign));
        let lines = |text: &str| text.matches("<polyline").count();
        assert!(lines(&both) >= lines(&alone) + 9, "{more:?}");
    }
}

#[test]
fn what_cannot_be_drawn_or_written_is_1() {
    let from = recorded("causes_off");
    for arguments in [
        &["hist", "--svg", "/nowhere/a.svg", "--from", &from][..],
        &["hist", "--svg", "/dev/full", "--from", &from],
        &["hist", "--svg", "-", "--from", "/nowhere"],
        &["hist", "--with", &from],
        &["hist", "--svg", "-", "--json"],
        &["hist", "--svg", "-", "--dark", "--light"],
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert_eq!(stderr(&output).lines().count(), 1, "{}", stderr(&output));
    }
}

#[test]
fn what_has_no_ticks_is_drawn() {
    for name in ["no_workers", "dashes", "cut_off"] {
        for more in [&[][..], &["--cdf"]] {
            svg(&[&["--from", &recorded(name)], more].concat());
        }
    }
}
