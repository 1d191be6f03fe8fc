// SPDX-License-Identifier: GPL-2.0

//! The JSON of `show` and `hist`.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::kernel::host::Host;

/// What `show --json` writes; docs/show.schema.json describes it.
#[derive(Serialize)]
pub(crate) struct Show {
    pub(crate) schema: u32,
    pub(crate) tool_version: &'static str,
    pub(crate) host: Host,
    pub(crate) module: Module,
    pub(crate) workers: Vec<Worker>,
}

#[derive(Serialize)]
pub(crate) struct Module {
    pub(crate) threads: Option<u64>,
    pub(crate) running: Option<u64>,
    pub(crate) trips: Option<u64>,
    pub(crate) uptime_ns: Option<u64>,
    /// Keys that this program does not know, as text.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) other: BTreeMap<String, String>,
}

#[derive(Serialize)]
pub(crate) struct Worker {
    pub(crate) id: u64,
    pub(crate) pid: Option<u64>,
    pub(crate) cpu: Option<u64>,
    pub(crate) state: Option<String>,
    pub(crate) wait: Option<String>,
    pub(crate) interval: Option<String>,
    pub(crate) interval_ns: Option<i64>,
    pub(crate) ticks: Option<u64>,
    pub(crate) missed: Option<u64>,
    pub(crate) early: Option<u64>,
    pub(crate) late_ns: Late,
    pub(crate) to_wake_ns: Part,
    pub(crate) to_run_ns: Part,
    pub(crate) drift_ns: Option<i64>,
    pub(crate) exit: Option<i64>,
    /// `None` if it could not be read.
    pub(crate) histogram: Option<Vec<(i64, u64)>>,
    /// Columns that this program does not know, as text.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) other: BTreeMap<String, String>,
}

#[derive(Serialize)]
pub(crate) struct Late {
    pub(crate) last: Option<i64>,
    pub(crate) min: Option<i64>,
    pub(crate) avg: Option<i64>,
    pub(crate) max: Option<i64>,
    pub(crate) sum: Option<i64>,
    pub(crate) p50: Option<i64>,
    pub(crate) p99: Option<i64>,
    /// `None` also if there are less than 1,000 ticks.
    pub(crate) p99_9: Option<i64>,
}

#[derive(Serialize)]
pub(crate) struct Part {
    pub(crate) avg: Option<i64>,
    pub(crate) max: Option<i64>,
}

/// What `hist --json` writes.
#[derive(Serialize)]
pub(crate) struct Hist {
    pub(crate) schema: u32,
    pub(crate) tool_version: &'static str,
    /// `wait` or `worker`.
    pub(crate) by: &'static str,
    pub(crate) groups: Vec<Group>,
}

#[derive(Serialize)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) ticks: u64,
    pub(crate) max_ns: Option<i64>,
    /// By name, such as `p99.9`; `null` if there are too few ticks.
    pub(crate) percentiles_ns: BTreeMap<String, Option<i64>>,
    pub(crate) histogram: Vec<(i64, u64)>,
}
