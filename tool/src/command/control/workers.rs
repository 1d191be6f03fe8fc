// SPDX-License-Identifier: GPL-2.0

//! `start`, `stop`, `reset` and `signal`.

use crate::{
    cli,
    error::Result,
    kernel::module::Module, //
};

/// Writes ids to the parameter of this name.
pub(crate) fn tell(command: &str, arguments: &cli::Workers) -> Result {
    Module::here().command(command, &list(arguments))
}

pub(crate) fn signal(arguments: &cli::Signal) -> Result {
    let ids = list(&arguments.workers);
    Module::here().command("signal", &format!("{} {ids}", arguments.signal))
}

/// One list, which the module checks whole before it does any of it.
fn list(arguments: &cli::Workers) -> String {
    arguments.ids.join(",")
}
