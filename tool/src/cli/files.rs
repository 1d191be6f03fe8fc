// SPDX-License-Identifier: GPL-2.0

//! Measurements in files: `save`, `compare`, `report`.

use std::path::PathBuf;

use clap::Args;

use super::From;
use crate::{
    measure::{
        compare::Metric,
        tolerance::Tolerance, //
    },
    prometheus::{
        address::Address,
        moment::Moment, //
    }, //
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
  kthread-counter compare --prometheus http://localhost:9090 \\
      --at 2026-11-28T08:00:00Z --at 2026-11-29T08:00:00Z
  kthread-counter compare --prometheus http://localhost:9090 \\
      --match 'instance=\"m1:10073\"' --at 1795852800 --at 1795939200

A percentile is the bound of a bucket: a change to the next bucket is no change.
For missed, the share of intervals is compared. With fewer than 100 ticks
nothing is compared.

With --prometheus, OLD is what the exporter had counted up to the first time,
and NEW what it counted from then on up to the second. Where its counters began
anew in between, as they do when the machine boots another kernel, NEW is what
they counted since. A time has what was scraped in the 5 minutes before it.
Prometheus has no maximum, and its buckets are those of the exporter. With the
default ones, a percentile is worse only if its bound is four times as large.

Exit status: 0 nothing is worse, 1 error, 2 something is worse by more than the
tolerance, 3 nothing can be compared.")]
pub(crate) struct Compare {
    /// JSON of `show` or `run`, or a folder that `save` has written
    #[arg(value_name = "OLD", required_unless_present = "prometheus")]
    pub(crate) old: Option<PathBuf>,
    /// The same, measured later
    #[arg(value_name = "NEW", required_unless_present = "prometheus")]
    pub(crate) new: Option<PathBuf>,
    /// Ask the Prometheus there, not files
    #[arg(long, value_name = "URL", requires = "at", conflicts_with_all = ["old", "new"])]
    pub(crate) prometheus: Option<Address>,
    /// Twice: compare what was before the first time with what was between both; RFC 3339, or
    /// seconds since 1970
    #[arg(long, value_name = "TIME", requires = "prometheus", conflicts_with_all = ["old", "new"])]
    pub(crate) at: Vec<Moment>,
    /// The machine, if there are several: labels as in PromQL
    #[arg(long = "match", value_name = "LABELS", requires = "prometheus", conflicts_with_all = ["old", "new"])]
    pub(crate) selector: Option<String>,
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
