// SPDX-License-Identifier: GPL-2.0

//! `run`: what is measured, and what is expected.

use std::{
    path::PathBuf,
    str::FromStr, //
};

use clap::{
    Args,
    ValueEnum, //
};

use crate::measure::{
    expect::Expect,
    primitive,
    span::Span,
    tolerance::Tolerance, //
};

#[derive(Args)]
#[command(after_help = "\
Examples:
  kthread-counter run -d 10s -w hrtimer,ssleep -c all
  kthread-counter run -e 'hrtimer.p99.9<50us' -e 'all.missed==0' -o json

There is one worker for each primitive on each CPU. Without -c workers are not
bound. The module is loaded for the measurement and unloaded after it. If it is
loaded already, --take-over or --shared says what to do. event and completion
are woken by this program, once in each interval.

An expectation is SUBJECT.METRIC OP NUMBER:
  SUBJECT  a primitive, all, or a CPU such as cpu2
  METRIC   of the worst worker: min, avg, max, pNN.N, drift, and with --causes
           to_wake, to_run (their largest); of all together: missed, early
  OP       < <= > >= == !=
  NUMBER   with ns, us, ms or s; without a unit for missed and early
A percentile is the bound of a bucket, up to 12.5% too large. It needs enough
ticks: p99 100, p99.9 1000, and so on.

Exit status: 0 as expected, 1 error, 2 an expectation is not met, 3 not
measured: too few ticks, interrupted, machine suspended, module or workers gone.
It is 2 if some expectations are not met and others not measured.")]
pub(crate) struct Run {
    /// How long to count
    #[arg(short, long, value_name = "TIME", default_value = "60s")]
    pub(crate) duration: Span,
    /// How long the workers run before counting begins
    #[arg(long, value_name = "TIME", default_value = "5s")]
    pub(crate) warm_up: Span,
    /// The sleeping primitives, or all
    #[arg(short, long, value_name = "LIST", default_value = "all")]
    pub(crate) wait: Waits,
    /// The time between two ticks, as the module's parameter takes it
    #[arg(short, long, value_name = "TIME", default_value = "1ms")]
    pub(crate) interval: String,
    /// The CPUs, or all; without it workers are not bound
    #[arg(short, long, value_name = "LIST")]
    pub(crate) cpus: Option<String>,
    /// How the workers are scheduled
    #[arg(short, long, value_parser = ["normal", "fifo_low", "fifo"], default_value = "normal")]
    pub(crate) sched: String,
    /// Keep CPUs out of idle states that take longer than this to leave
    #[arg(long, value_name = "US", value_parser = clap::value_parser!(i32).range(0..))]
    pub(crate) dma_latency: Option<i32>,
    /// Split lateness by cause; with -e ….max<T, the first wake later than T stops tracing for up to a second
    #[arg(long)]
    pub(crate) causes: bool,
    /// Stop tracing at a wake later than this, and keep the trace beside the file of -O
    #[arg(long, value_name = "US", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) trip: Option<u32>,
    /// What is expected, such as hrtimer.p99.9<50us; may be given several times
    #[arg(short, long, value_name = "EXPECT")]
    pub(crate) expect: Vec<Expect>,
    /// Expect to be no worse than this JSON or folder, see `compare`
    #[arg(long, value_name = "OLD")]
    pub(crate) baseline: Option<PathBuf>,
    /// Call a number worse if it is more than N% above the baseline
    #[arg(long, value_name = "N%", default_value = "20%", requires = "baseline")]
    pub(crate) tolerance: Tolerance,
    /// Run this shell command during the measurement, then end it
    #[arg(long, value_name = "COMMAND")]
    pub(crate) load: Option<String>,
    /// Look at the workers that are there, and change nothing
    #[arg(long, conflicts_with_all = ["take_over", "wait", "interval", "cpus", "sched", "causes", "trip", "module"])]
    pub(crate) shared: bool,
    /// Use the module that is loaded: its counters begin anew, its settings are put back
    #[arg(long, conflicts_with = "module")]
    pub(crate) take_over: bool,
    /// Load this file, not what is installed
    #[arg(long, value_name = "FILE")]
    pub(crate) module: Option<PathBuf>,
    /// What to write: ndjson is a line a second, rt-tests what `cyclictest --json` writes
    #[arg(short, long, value_enum, default_value_t = Format::Text)]
    pub(crate) output: Format,
    /// Write the result to FILE instead of stdout
    #[arg(short = 'O', long, value_name = "FILE")]
    pub(crate) output_file: Option<PathBuf>,
    /// Do not show progress
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
    Ndjson,
    RtTests,
}

/// A list of primitives.
#[derive(Clone)]
pub(crate) struct Waits(pub(crate) Vec<&'static str>);

impl FromStr for Waits {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "all" {
            return Ok(Self(primitive::ALL.to_vec()));
        }
        let known = |name: &str| primitive::ALL.into_iter().find(|known| *known == name);
        text.split(',')
            .map(known)
            .collect::<Option<_>>()
            .map(Self)
            .ok_or_else(|| format!("expected all, or some of {}", primitive::ALL.join(",")))
    }
}
