// SPDX-License-Identifier: GPL-2.0

//! `man`: a page for each command, made of its help. Who builds the program runs it.

use std::{
    fs,
    io,
    path::Path, //
};

use clap::CommandFactory;
use clap_mangen::{
    roff::{
        roman,
        Roff, //
    },
    Man, //
};

use crate::{
    cli,
    error::{
        Error,
        Result, //
    }, //
};

const NAME: &str = "kthread-counter";

pub(crate) fn run(arguments: cli::Man) -> Result {
    let mut command = cli::Cli::command();
    command.build();
    let mut pages = vec![command.clone()];
    pages.extend(
        command
            .get_subcommands()
            .filter(|command| !command.is_hide_set())
            .cloned(),
    );
    let cannot_write = |path: &Path, error: io::Error| {
        let what = format!("cannot write {}", path.display());
        Error::failed(what, error, "choose a folder where you may write")
    };
    fs::create_dir_all(&arguments.dir).map_err(|error| cannot_write(&arguments.dir, error))?;
    for command in pages {
        let page = Man::new(command.clone())
            .date(arguments.date.as_str())
            .source(concat!("kthread-counter ", env!("CARGO_PKG_VERSION")))
            .manual("User Commands");
        let path = arguments.dir.join(page.get_filename());
        let text = text(&page, &command).map_err(|error| cannot_write(&path, error))?;
        fs::write(&path, text).map_err(|error| cannot_write(&path, error))?;
    }
    Ok(())
}

fn text(page: &Man, command: &clap::Command) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    page.render_title(&mut text)?;
    page.render_name_section(&mut text)?;
    page.render_synopsis_section(&mut text)?;
    page.render_description_section(&mut text)?;
    let mut options = Vec::new();
    page.render_options_section(&mut options)?;
    text.extend(without_idle_breaks(&String::from_utf8_lossy(&options)).into_bytes());
    if command.has_subcommands() {
        page.render_subcommands_section(&mut text)?;
    }
    let help = command.get_after_help();
    after_help(&help.map(ToString::to_string).unwrap_or_default()).to_writer(&mut text)?;
    see_also(command).to_writer(&mut text)?;
    Ok(text)
}

/// An empty line breaks the line by itself, and mandoc complains about more breaks beside it.
fn without_idle_breaks(page: &str) -> String {
    page.replace("\n.br\n\n.br\n", "\n\n")
}

/// What follows the options in the help: examples, what there is to know, exit status.
fn after_help(help: &str) -> Roff {
    const EXAMPLES: &str = "Examples:";
    const STATUS: &str = "Exit status:";

    let mut roff = Roff::new();
    let mut has_notes = false;
    for paragraph in help.split("\n\n").map(str::trim_end) {
        if let Some(examples) = paragraph.strip_prefix(EXAMPLES) {
            roff.control("SH", ["EXAMPLES"]).control("EX", []);
            for line in examples.lines().filter(|line| !line.is_empty()) {
                roff.text([roman(line.trim())]);
            }
            roff.control("EE", []);
        } else if let Some(status) = paragraph.strip_prefix(STATUS) {
            roff.control("SH", ["EXIT STATUS"]);
            words(&mut roff, status);
        } else if !paragraph.is_empty() {
            if has_notes {
                roff.control("PP", []);
            } else {
                roff.control("SH", ["NOTES"]);
            }
            has_notes = true;
            note(&mut roff, paragraph);
        }
    }
    roff
}

/// Lines that are indented are a table, and stay lines.
fn note(roff: &mut Roff, paragraph: &str) {
    let lines: Vec<&str> = paragraph.lines().collect();
    for lines in lines.chunk_by(|one, next| is_indented(one) == is_indented(next)) {
        if lines.first().is_some_and(|line| is_indented(line)) {
            roff.control("EX", []);
            for line in lines {
                roff.text([roman(*line)]);
            }
            roff.control("EE", []);
        } else {
            words(roff, &lines.join(" "));
        }
    }
}

fn is_indented(line: &str) -> bool {
    line.starts_with("  ")
}

fn words(roff: &mut Roff, text: &str) {
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    roff.text([roman(words.join(" "))]);
}

fn see_also(command: &clap::Command) -> Roff {
    let mut roff = Roff::new();
    // The first page lists the others already.
    if command.get_display_name().unwrap_or(NAME) != NAME {
        roff.control("SH", ["SEE ALSO"]);
        roff.text([roman(format!("{NAME}(1)"))]);
    }
    roff
}
