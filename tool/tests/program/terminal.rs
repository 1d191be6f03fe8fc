// SPDX-License-Identifier: GPL-2.0

//! `hist` and `doctor` on a terminal: their width, and colour.

use std::{
    io::Read,
    process::Stdio, //
};

use crate::{
    common::*,
    doctor::machine, //
};

/// What a command writes to a terminal of this width.
fn on_terminal(arguments: &[&str], columns: u16, no_colour: Option<&str>) -> String {
    let (mut ours, theirs) = open_terminal(columns);
    let mut command = command(arguments);
    command.stdout(Stdio::from(theirs)).env_remove("NO_COLOR");
    if let Some(value) = no_colour {
        command.env("NO_COLOR", value);
    }
    let mut child = command.spawn().unwrap();
    // It keeps their side open: reading would not end.
    drop(command);
    let mut bytes = Vec::new();
    // A terminal ends with EIO once nobody writes to it.
    let _ = ours.read_to_end(&mut bytes);
    assert!(child.wait().unwrap().success());
    String::from_utf8(bytes).unwrap().replace('\r', "")
}

#[test]
fn a_picture_is_as_wide_as_the_terminal() {
    let folder = recorded("causes_off");
    for (columns, width) in [(120, 120), (60, 60), (0, 80)] {
        let text = on_terminal(&["hist", "--from", &folder], columns, Some("1"));
        let widest = text.lines().map(|line| line.chars().count()).max();
        assert_eq!(widest, Some(width), "{text}");
    }
}

#[test]
fn colour_is_for_terminals_without_no_color() {
    let arguments = ["hist", "--from", &recorded("causes_off")];
    assert!(on_terminal(&arguments, 80, None).contains("\x1b[36m"));
    assert!(on_terminal(&arguments, 80, Some("")).contains("\x1b[36m"));
    assert!(!on_terminal(&arguments, 80, Some("1")).contains('\x1b'));
    assert!(!stdout(&run(&arguments)).contains('\x1b'));
}

#[test]
fn findings_are_wrapped_and_have_colours() {
    let folder = machine("terminal");
    let arguments = ["doctor", "--root", folder.path()];
    for columns in [80, 100] {
        let text = on_terminal(&arguments, columns, Some("1"));
        let widest = text.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(columns.into()), "{text}");
        assert!(!text.contains('\x1b'));
        // Nothing is lost, and what to do is in lines of its own.
        let words = |text: &str| text.replace(';', "").split_whitespace().count();
        assert_eq!(words(&text), words(stdout(&run(&arguments))), "{text}");
        assert!(text
            .lines()
            .any(|line| line.starts_with("                  ")));
    }
    let text = on_terminal(&arguments, 80, None);
    assert!(text.contains("\x1b[33mnote    \x1b[0m") && text.contains("\x1b[32mok"));
}
