// SPDX-License-Identifier: GPL-2.0

//! The command line: what there is to say, and the help. Commands that belong together share a file.

mod control;
mod files;
mod look;
mod machine;
mod run;

use clap::{
    Parser,
    Subcommand, //
};

pub(crate) use crate::export::arguments::Export;
pub(crate) use control::{
    Load,
    Set,
    Signal,
    Workers, //
};
pub(crate) use files::{
    Compare,
    Report,
    Save, //
};
pub(crate) use look::{
    By,
    From,
    Hist,
    Show,
    Top, //
};
pub(crate) use machine::{
    Completions,
    Doctor,
    Man, //
};
pub(crate) use run::{
    Format,
    Run, //
};

#[derive(Parser)]
#[command(
    name = "kthread-counter",
    version,
    about = "How late does this kernel wake its threads?",
    disable_help_subcommand = true,
    after_help = "\
Examples:
  kthread-counter show               # the workers now
  kthread-counter hist --by worker   # how late each of them was, as a picture

Exit status: 0 done, 1 error or wrong usage, 2 a bad result (run, compare,
doctor), 3 no result, for example because the module is not loaded."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Show the workers now
    Show(Show),
    /// Watch the workers live
    Top(Top),
    /// Show how late the workers were, as a picture
    Hist(Hist),
    /// Compare two measurements, side by side, with a verdict
    Compare(Compare),
    /// Write a page about measurements, to send to somebody
    Report(Report),
    /// Measure for a time, and say whether it was as expected
    Run(Run),
    /// Save a measurement in a folder, to look at it later
    Save(Save),
    /// Serve metrics to Prometheus
    #[command(after_help = "\
Examples:
  kthread-counter export --once --by wait,cpu
  kthread-counter export --textfile kthread_counter.prom

Without --once and --textfile it answers GET /metrics until it is ended. Its
counters then only grow, whatever is reset, removed or unloaded; the other two
write what the table says. Root is not needed.")]
    Export(Export),
    /// Say what keeps this machine from measuring well, and what to do
    Doctor(Doctor),
    /// Load the module
    Load(Load),
    /// Unload the module; its workers and their counters are gone then
    #[command(after_help = "\
Examples:
  kthread-counter unload
  kthread-counter save DIR && kthread-counter unload

Needs root.")]
    Unload,
    /// Change settings of the loaded module
    Set(Set),
    /// Start workers that are stopped or have exited
    #[command(after_help = "\
Examples:
  kthread-counter start all
  kthread-counter start 0,2-3

If one of the ids is not there, none is started. Needs root.")]
    Start(Workers),
    /// Stop workers, and wait until their threads are gone; they keep their counters
    #[command(after_help = "\
Examples:
  kthread-counter stop all
  kthread-counter stop 0,2-3

If one of the ids is not there, none is stopped. Needs root.")]
    Stop(Workers),
    /// Set the counters of workers to zero
    #[command(after_help = "\
Examples:
  kthread-counter reset all
  kthread-counter reset 0,2-3

If one of the ids is not there, none is reset. Needs root.")]
    Reset(Workers),
    /// Send a signal to workers
    Signal(Signal),
    /// Print completions for a shell
    Completions(Completions),
    /// Write the man pages
    #[command(hide = true)]
    Man(Man),
}
