// SPDX-License-Identifier: GPL-2.0

//! The workers, as they are: `show`, `top`, `hist`.

use std::path::PathBuf;

use clap::{
    Args,
    ValueEnum, //
};

use crate::{
    measure::percent::Percent,
    top, //
};

/// Where the files come from.
#[derive(Args)]
pub(crate) struct From {
    /// Read files that `save` wrote to DIR, not those in /proc
    #[arg(long, value_name = "DIR")]
    pub(crate) from: Option<PathBuf>,
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  kthread-counter show
  kthread-counter show --json

p50 and p99 are bounds: 50 % and 99 % of the ticks were late by this or less.")]
pub(crate) struct Show {
    #[command(flatten)]
    pub(crate) source: From,
    /// Write JSON, as docs/show.schema.json describes
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  kthread-counter hist --by worker --cdf --ascii
  kthread-counter hist --svg now.svg --with before.json

Each line is a power of two of lateness: that scale is logarithmic, bars are
linear. With --svg, --from and --with also take JSON of `show` or `run`.")]
pub(crate) struct Hist {
    #[command(flatten)]
    pub(crate) source: From,
    /// Draw one picture for each primitive or worker
    #[arg(long, value_enum, default_value_t = By::Wait)]
    pub(crate) by: By,
    /// Draw the share of ticks that were late by this much or less
    #[arg(long)]
    pub(crate) cdf: bool,
    /// Show these percentiles; `-` if there are too few ticks
    #[arg(
        long = "percentiles",
        value_name = "pNN.N",
        value_delimiter = ',',
        default_value = "p50,p99,p99.9"
    )]
    pub(crate) percentiles: Vec<Percent>,
    /// Use ASCII characters only
    #[arg(long)]
    pub(crate) ascii: bool,
    /// Write JSON, as docs/hist.schema.json describes
    #[arg(long, conflicts_with_all = ["cdf", "ascii"])]
    pub(crate) json: bool,
    /// Draw one picture of all of them to FILE, as SVG; `-` is stdout
    #[arg(long, value_name = "FILE", conflicts_with_all = ["json", "ascii", "percentiles"])]
    pub(crate) svg: Option<PathBuf>,
    /// Draw this measurement behind it: a folder of `save`, or JSON
    #[arg(long, value_name = "OTHER", requires = "svg")]
    pub(crate) with: Option<PathBuf>,
    /// Draw for dark pages; by default, for those that the viewer prefers
    #[arg(long, requires = "svg", conflicts_with = "light")]
    pub(crate) dark: bool,
    /// Draw for light pages, and for paper
    #[arg(long, requires = "svg")]
    pub(crate) light: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    /// Each primitive
    Wait,
    /// Each worker
    Worker,
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  kthread-counter top
  kthread-counter top --batch 3 --interval 500ms --sort p99 --json

A worst lateness with ≤ is a bound: no tick since the last reading was later.
If the module is unloaded meanwhile, top waits until it is loaded again. If it
is not loaded at the start, the exit status is 3.")]
pub(crate) struct Top {
    #[command(flatten)]
    pub(crate) source: From,
    /// Print N readings instead of drawing on the screen, then end
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) batch: Option<u64>,
    /// Time between two readings, 50ms to 60m
    #[arg(short, long, value_name = "TIME", default_value = "1s")]
    pub(crate) interval: top::Interval,
    /// Show one row for each of these
    #[arg(long, value_enum, default_value_t = By::Worker)]
    pub(crate) by: By,
    /// Sort by this, the largest first
    #[arg(short, long, value_enum, default_value_t = top::Sort::Worst)]
    pub(crate) sort: top::Sort,
    /// Sort the other way round
    #[arg(short, long)]
    pub(crate) reverse: bool,
    /// Write a line of JSON for each reading, as docs/top.schema.json describes
    #[arg(long, requires = "batch")]
    pub(crate) json: bool,
}
