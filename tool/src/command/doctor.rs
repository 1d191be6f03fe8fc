// SPDX-License-Identifier: GPL-2.0

//! `doctor`: what keeps this machine from measuring well.

use std::{
    borrow::Cow,
    io::{
        stdout,
        IsTerminal, //
    }, //
};

use serde::Serialize;

use crate::{
    cli,
    doctor::{
        self,
        Finding,
        Level,
        Place, //
    },
    error::{
        Error,
        Result, //
    },
    output::{
        self,
        json,
        style::Style, //
    }, //
};

/// Where the text of a finding begins: after its level and its topic.
const INDENT: usize = 18;

/// What `doctor --json` writes.
#[derive(Serialize)]
struct Document {
    schema: u32,
    tool_version: Cow<'static, str>,
    problems: usize,
    notes: usize,
    findings: Vec<Finding>,
}

pub(crate) fn run(arguments: cli::Doctor) -> Result {
    if !arguments.root.is_dir() {
        return Err(Error::failed(
            arguments.root.display(),
            "there is no such folder",
            "give --root the folder where the machine's / is mounted",
        ));
    }
    if !["proc", "sys"]
        .iter()
        .any(|name| arguments.root.join(name).is_dir())
    {
        return Err(Error::failed(
            arguments.root.display(),
            "it has neither proc nor sys",
            "give --root the folder where the machine's / is mounted",
        ));
    }
    let findings = doctor::examine(&Place::new(arguments.root));
    let count = |level| findings.iter().filter(|one| one.level == level).count();
    let (problems, notes) = (count(Level::Problem), count(Level::Note));
    let text = if arguments.json {
        json::text(&Document {
            schema: json::SCHEMA,
            tool_version: env!("CARGO_PKG_VERSION").into(),
            problems,
            notes,
            findings,
        })?
    } else {
        as_text(&findings, Style::of_stdout(false), stdout().is_terminal())
            + &format!("problems: {problems}, notes: {notes}\n")
    };
    output::print(&text)?;
    if problems == 0 {
        Ok(())
    } else {
        Err(Error::Unmet)
    }
}

/// A line for each finding; on a terminal more than one if it is too long.
fn as_text(findings: &[Finding], style: Style, is_terminal: bool) -> String {
    let mut text = String::new();
    for Finding {
        topic,
        level,
        what,
        todo,
        ..
    } in findings
    {
        let name = match level {
            Level::Ok => "ok",
            Level::Note => "note",
            Level::Problem => "problem",
        };
        text += &coloured(&format!("{name:<8}"), *level, style);
        text += &format!("{topic:<9} ");
        let parts: Vec<&str> = std::iter::once(what)
            .chain(todo)
            .map(String::as_str)
            .collect();
        if is_terminal {
            for (n, part) in parts.iter().enumerate() {
                if n > 0 {
                    text.extend(std::iter::repeat_n(' ', INDENT));
                }
                wrap(part, style.width, &mut text);
            }
        } else {
            text += &parts.join("; ");
            text.push('\n');
        }
    }
    text
}

fn coloured(text: &str, level: Level, style: Style) -> String {
    let colour = match level {
        Level::Ok => 32,
        Level::Note => 33,
        Level::Problem => 31,
    };
    if style.colour {
        format!("\x1b[{colour}m{text}\x1b[0m")
    } else {
        text.to_owned()
    }
}

/// Adds words up to the width, of which the indent has been written.
fn wrap(words: &str, width: usize, text: &mut String) {
    let mut column = INDENT;
    for word in words.split(' ') {
        let length = word.chars().count();
        if column > INDENT && column + 1 + length > width {
            text.push('\n');
            text.extend(std::iter::repeat_n(' ', INDENT));
            column = INDENT;
        } else if column > INDENT {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += length;
    }
    text.push('\n');
}
