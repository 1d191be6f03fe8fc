// SPDX-License-Identifier: GPL-2.0

//! This machine: `doctor`, and what is installed with the program.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

#[derive(Args)]
#[command(after_help = "\
Examples:
  kthread-counter doctor
  kthread-counter doctor --json

A note limits what the numbers mean, or could not be checked. With a problem the
module cannot be loaded, or its numbers would be wrong. Root is not needed, but
sees more.

Exit status: 0 no problem, even if there are notes, 1 error or wrong usage,
2 at least one problem.")]
pub(crate) struct Doctor {
    /// Look below DIR, where a container has the / of its machine
    #[arg(long, value_name = "DIR", default_value = "/")]
    pub(crate) root: PathBuf,
    /// Write JSON, as docs/doctor.schema.json describes
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  kthread-counter completions bash > kthread-counter.bash
  kthread-counter completions fish > kthread-counter.fish

Let the shell source the file. make install puts them where bash, zsh and fish
look for them.")]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub(crate) shell: Shell,
}

#[derive(Args)]
pub(crate) struct Man {
    /// The folder to write to; it is made if it is not there
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// The date of the pages
    #[arg(long, value_name = "YYYY-MM-DD", default_value = "")]
    pub(crate) date: String,
}
