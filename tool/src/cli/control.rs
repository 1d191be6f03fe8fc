// SPDX-License-Identifier: GPL-2.0

//! What changes the module: `load`, `set`, `signal`, and the commands for workers.

use std::path::PathBuf;

use clap::Args;

use crate::kernel::module::Setting;

#[derive(Args)]
#[command(after_help = "\
Examples:
  kthread-counter load threads=4 wait=ssleep,usleep,fsleep,hrtimer
  kthread-counter load --module ./kthread_counter.ko interval=10ms causes=Y

A name that the module does not have is refused. Needs root.")]
pub(crate) struct Load {
    /// What to load it with: threads, interval, wait, cpus, sched, log, trip_us, causes, autostart, device_mode
    #[arg(value_name = "NAME=VALUE")]
    pub(crate) settings: Vec<Setting>,
    /// Load this file, and not what modprobe finds
    #[arg(long, value_name = "FILE")]
    pub(crate) module: Option<PathBuf>,
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  kthread-counter set interval=10ms
  kthread-counter set threads=4 cpus=0-3 sched=fifo_low

All names are checked first. Then the values are set from left to right. If the
module refuses one, those before it are put back, but counters that were reset
by a change stay reset. cpus= unbinds the workers. Needs root.")]
pub(crate) struct Set {
    /// threads, interval, wait, cpus, sched, log, trip_us or causes, and its value
    #[arg(value_name = "NAME=VALUE", required = true)]
    pub(crate) settings: Vec<Setting>,
}

#[derive(Args)]
pub(crate) struct Workers {
    /// `all`, or ids such as 0,2-3
    #[arg(value_name = "IDS", required = true)]
    pub(crate) ids: Vec<String>,
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  kthread-counter signal USR1 all
  kthread-counter signal TERM 0,2-3

HUP zeroes the counters, USR1 and USR2 are counted, INT, TERM and KILL end the
thread; `start` starts it again. If one of the ids is not there, or has no
thread, none gets the signal. Needs root.")]
pub(crate) struct Signal {
    /// HUP, INT, USR1, USR2, TERM or KILL, or its number
    #[arg(value_name = "SIGNAL")]
    pub(crate) signal: String,
    #[command(flatten)]
    pub(crate) workers: Workers,
}
