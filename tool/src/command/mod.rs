// SPDX-License-Identifier: GPL-2.0

//! The commands, one file for each.

mod compare;
mod compare_points;
mod completions;
mod control;
mod doctor;
mod export;
mod first;
mod hist;
mod hist_svg;
mod man;
mod report;
mod run;
mod save;
mod show;
mod top;

use crate::{
    cli::{
        Cli,
        Command, //
    },
    error::{
        say,
        Result, //
    },
    kernel::problem::Problem, //
};

/// Does what the command line asks for.
pub(crate) fn run(cli: Cli) -> Result {
    match cli.command {
        None => first::run(),
        Some(Command::Show(arguments)) => show::run(arguments),
        Some(Command::Top(arguments)) => top::run(arguments),
        Some(Command::Hist(arguments)) => hist::run(arguments),
        Some(Command::Report(arguments)) => report::run(arguments),
        Some(Command::Run(arguments)) => run::run(&arguments),
        Some(Command::Save(arguments)) => save::run(arguments),
        Some(Command::Compare(arguments)) => compare::run(arguments),
        Some(Command::Export(arguments)) => export::run(arguments),
        Some(Command::Doctor(arguments)) => doctor::run(arguments),
        Some(Command::Load(arguments)) => control::load(arguments),
        Some(Command::Unload) => control::unload(),
        Some(Command::Set(arguments)) => control::set(arguments),
        Some(Command::Start(workers)) => control::tell("start", &workers),
        Some(Command::Stop(workers)) => control::tell("stop", &workers),
        Some(Command::Reset(workers)) => control::tell("reset", &workers),
        Some(Command::Signal(arguments)) => control::signal(&arguments),
        Some(Command::Completions(arguments)) => completions::run(arguments),
        Some(Command::Man(arguments)) => man::run(arguments),
    }
}

/// Names what could not be read, on stderr. A file that is bad from end to end does not fill the screen.
fn name_problems(problems: &[Problem]) {
    const SHOWN: usize = 10;

    for problem in problems.iter().take(SHOWN) {
        say("note", &problem.to_string());
    }
    if problems.len() > SHOWN {
        say(
            "note",
            &format!("{} more like these", problems.len() - SHOWN),
        );
    }
}
