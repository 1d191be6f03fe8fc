// SPDX-License-Identifier: GPL-2.0

//! `completions`: what a shell needs to complete our command line.

use clap::{
    Command,
    CommandFactory, //
};

use crate::{
    cli,
    error::Result,
    output, //
};

const NAME: &str = "kthread-counter";
/// How clap_complete's script for bash writes our name where it begins with a command's options, and where it looks for
/// them: it takes the hyphen for a space in one of the two.
const TWICE: &str = "kthread__subcmd__counter__";
const ONCE: &str = "kthread__counter__";

pub(crate) fn run(arguments: cli::Completions) -> Result {
    // clap_complete panics if its writer fails, so it writes to memory.
    let mut text = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut shown(&cli::Cli::command()),
        NAME,
        &mut text,
    );
    output::print(&String::from_utf8_lossy(&text).replace(TWICE, ONCE))
}

/// The command line without the commands that the help does not show: clap_complete offers those, too.
fn shown(command: &Command) -> Command {
    let commands = command.get_subcommands();
    Command::new(NAME)
        .version(env!("CARGO_PKG_VERSION"))
        .disable_help_subcommand(true)
        .args(command.get_arguments())
        .subcommands(commands.filter(|command| !command.is_hide_set()))
}
