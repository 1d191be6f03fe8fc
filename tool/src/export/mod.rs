// SPDX-License-Identifier: GPL-2.0

//! Metrics for Prometheus, of what the module's files say.
//!
//! `sample` is one reading, `totals` adds readings up to counters that only grow, `text` writes them in the two
//! forms that Prometheus reads. `server` hands them out by HTTP, `textfile` by way of node_exporter.

pub(crate) mod arguments;
pub(crate) mod buckets;
pub(crate) mod by;
pub(crate) mod exporter;
mod http;
mod reply;
mod sample;
mod seconds;
pub(crate) mod server;
mod snapshot;
mod text;
pub(crate) mod textfile;
mod totals;
