// SPDX-License-Identifier: GPL-2.0

//! The options of `export`.

use std::{
    net::SocketAddr,
    path::PathBuf, //
};

use clap::Args;

use super::{
    buckets::Buckets,
    by::Label,
    text::Format, //
};

#[derive(Args)]
pub(crate) struct Export {
    /// Answer GET /metrics at this address
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:10073", conflicts_with_all = ["once", "textfile"])]
    pub(crate) listen: SocketAddr,
    /// Write the metrics to stdout, once
    #[arg(long, conflicts_with = "textfile")]
    pub(crate) once: bool,
    /// Write the metrics to FILE, once, for the textfile collector of node_exporter
    #[arg(long, value_name = "FILE.prom")]
    pub(crate) textfile: Option<PathBuf>,
    /// What has a series of its own
    #[arg(
        long,
        value_enum,
        value_name = "LIST",
        value_delimiter = ',',
        default_value = "wait"
    )]
    pub(crate) by: Vec<Label>,
    /// The bounds of the histogram: pow2 (25), full (255), or a list such as 50us,1ms
    #[arg(long, value_name = "LIST", default_value = "pow2")]
    pub(crate) buckets: Buckets,
    /// Write OpenMetrics, not the text format of Prometheus
    #[arg(long, requires = "once")]
    pub(crate) openmetrics: bool,
    /// Read files that `save` wrote to DIR, not those in /proc
    #[arg(long, value_name = "DIR")]
    pub(crate) from: Option<PathBuf>,
}

impl Export {
    pub(crate) fn format(&self) -> Format {
        if self.openmetrics {
            Format::OpenMetrics
        } else {
            Format::Prometheus
        }
    }
}
