// SPDX-License-Identifier: GPL-2.0

//! What is exported at one moment.

use std::collections::BTreeMap;

use super::by::Key;
use crate::measure::distribution::Distribution;

/// The words of the module's column `state`.
pub(crate) const STATES: [&str; 4] = ["running", "stopped", "exited", "stopping"];

#[derive(Clone, Debug, Default)]
pub(crate) struct Snapshot {
    /// Whether the module could be read.
    pub(crate) up: bool,
    pub(crate) hz: Option<u32>,
    pub(crate) series: BTreeMap<Key, Sums>,
    pub(crate) trips: u64,
    /// As [`STATES`].
    pub(crate) states: [u64; 4],
    /// The largest of each series.
    pub(crate) drift: BTreeMap<Key, i64>,
    /// When the module was loaded, in nanoseconds since 1970.
    pub(crate) start_ns: Option<i128>,
    /// How long reading took.
    pub(crate) took_ns: i128,
}

/// What the workers of a series have counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    pub(crate) distribution: Distribution,
    pub(crate) ticks: u64,
    pub(crate) missed: u64,
    pub(crate) early: u64,
    pub(crate) late_ns: u128,
    /// From the first time that `causes` was on.
    pub(crate) split: Option<SplitSums>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SplitSums {
    pub(crate) ticks: u64,
    pub(crate) to_wake_ns: u128,
    pub(crate) to_run_ns: u128,
}
