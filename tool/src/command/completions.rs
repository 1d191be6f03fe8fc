// SPDX-License-Identifier: GPL-2.0

//! `completions`: what a shell needs to complete our command line.

use clap::CommandFactory;

use crate::{
    cli,
    error::Result,
    output, //
};

/// How clap_complete's script for bash writes our name where it begins with a command's options, and where it looks for
/// them: it takes the hyphen for a space in one of the two.
const TWICE: &str = "kthread__subcmd__counter__";
const ONCE: &str = "kthread__counter__";

pub(crate) fn run(arguments: cli::Completions) -> Result {
    // clap_complete panics if its writer fails, so it writes to memory.
    let mut text = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut cli::Cli::command(),
        "kthread-counter",
        &mut text,
    );
    output::print(&String::from_utf8_lossy(&text).replace(TWICE, ONCE))
}
