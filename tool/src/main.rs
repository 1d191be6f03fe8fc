// SPDX-License-Identifier: GPL-2.0

//! kthread-counter: what the files of the module kthread_counter say, for people and for programs.
//!
//! `measure` computes, `kernel` reads, `output` writes. `reading` makes one document of what was read, `saved` reads
//! one back, `summary` sums it up, `comparison` sets two side by side and `page` shows them; `prometheus` asks a Prometheus
//! for two. `run` measures, `doctor` looks at the machine, `top` is the live view, `export` is for Prometheus; `command`
//! puts them together. Each knows only those before it.

mod cli;
mod command;
mod comparison;
mod doctor;
mod error;
mod export;
mod kernel;
#[expect(
    dead_code,
    reason = "the module's own code: the program needs only a part of it"
)]
#[path = "../../src/domain/logic/mod.rs"]
mod logic;
mod measure;
#[cfg(test)]
mod mutate;
mod output;
mod page;
mod prometheus;
mod reading;
mod run;
mod saved;
mod summary;
mod top;

use std::process::ExitCode;

use clap::{
    CommandFactory,
    Parser, //
};

use error::{
    Error,
    Result, //
};

fn main() -> ExitCode {
    match cli::Cli::try_parse() {
        Ok(cli) => finish(command::run(cli)),
        Err(error) if error.use_stderr() => finish(Err(wrong_usage(&error))),
        Err(help) => finish(output::print(&help.render().to_string())),
    }
}

fn finish(result: Result) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => error.report(),
    }
}

/// The command that was given, if there is one of that name, with a blank before it.
fn command() -> String {
    let given = std::env::args().nth(1).unwrap_or_default();
    let is_known = cli::Cli::command().find_subcommand(&given).is_some();
    is_known.then(|| format!(" {given}")).unwrap_or_default()
}

/// What clap says in several lines, in one.
fn wrong_usage(error: &clap::Error) -> Error {
    let text = error.render().to_string();
    // The first paragraph is what is wrong; usage and tips follow.
    let what: Vec<&str> = text
        .lines()
        .take_while(|line| !line.is_empty())
        .map(str::trim)
        .collect();
    let what = what.join(" ");
    let what = what.strip_prefix("error: ").unwrap_or(&what);
    let remedy = format!("see kthread-counter{} --help", command());
    Error::failed("wrong usage", what, &remedy)
}
