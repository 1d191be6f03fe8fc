// SPDX-License-Identifier: GPL-2.0

//! `completions`: what a shell needs to complete our command line.

use clap::CommandFactory;

use crate::{
    cli,
    error::Result,
    output, //
};

pub(crate) fn run(arguments: cli::Completions) -> Result {
    // clap_complete panics if its writer fails, so it writes to memory.
    let mut text = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut cli::Cli::command(),
        "kthread-counter",
        &mut text,
    );
    output::print(&String::from_utf8_lossy(&text))
}
