// SPDX-License-Identifier: GPL-2.0

//! Measurements in files: `save`, `compare`, `report`.

use std::path::PathBuf;

use clap::Args;

use super::From;
use crate::measure::{
    compare::Metric,
    tolerance::Tolerance, //
};

#[derive(Args)]
#[command(after_help = "\
Examples:
  kthread-counter save before
  kthread-counter save before --force && kthread-counter show --from before")]
pub(crate) struct Save {
    /// The folder to write to; it is made if it is not there
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
    #[command(flatten)]
    pub(crate) source: From,
    /// Overwrite what was saved there before
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  kthread-counter compare before.json after.json
  kthread-counter compare before after --tolerance 25% --judge p50,p99

A percentile is the bound of a bucket: a change to the next bucket is no change.
For missed, the share of intervals is compared. With fewer than 100 ticks
nothing is compared.

Exit status: 0 nothing is worse, 1 error, 2 something is worse by more than the
tolerance, 3 nothing can be compared.")]
pub(crate) struct Compare {
    /// JSON of `show` or `run`, or a folder that `save` has written
    #[arg(value_name = "OLD")]
    pub(crate) old: PathBuf,
    /// The same, measured later
    #[arg(value_name = "NEW")]
    pub(crate) new: PathBuf,
    /// Call a number worse if it is more than N% larger
    #[arg(long, value_name = "N%", default_value = "10%")]
    pub(crate) tolerance: Tolerance,
    /// Compare these: pNN.N, max, avg, missed [default: p50,p99,p99.9,max,avg,missed]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub(crate) judge: Vec<Metric>,
    /// Write JSON, as docs/compare.schema.json describes
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  kthread-counter report result.json -o report.html
  kthread-counter report before.json after.json --tolerance 25% -o report.html

The page is one file, which needs neither the network nor scripts. The other
measurements are compared with the first.")]
pub(crate) struct Report {
    /// JSON of `show` or `run`, or folders that `save` has written
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// The page to write; `-` is stdout
    #[arg(short, long, value_name = "PAGE")]
    pub(crate) output: PathBuf,
    /// Call a number worse if it is more than N% larger than in the first
    #[arg(long, value_name = "N%", default_value = "10%")]
    pub(crate) tolerance: Tolerance,
}
