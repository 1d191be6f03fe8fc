// SPDX-License-Identifier: GPL-2.0

//! The rows for programs.

use std::io::Write;

use super::{
    batch,
    model::{
        Item,
        Model, //
    },
    state::{
        By,
        Choice, //
    }, //
};
use crate::{
    error::Result,
    output::{
        document,
        json, //
    }, //
};

/// Writes a line: this reading, and what happened since the one before it.
pub(crate) fn line(model: &Model, choice: Choice, _is_next: bool, to: &mut dyn Write) -> Result {
    let by = choice.by;
    let rows = batch::sorted(model, choice);
    let module = model.sample.as_ref().map(|sample| &sample.module);
    let document = document::Top {
        schema: json::SCHEMA,
        tool_version: env!("CARGO_PKG_VERSION"),
        module: document::Module {
            threads: module.and_then(|module| module.threads),
            running: module.and_then(|module| module.running),
            trips: module.and_then(|module| module.trips),
            uptime_ns: module.and_then(|module| module.uptime_ns),
            other: module.map_or_else(Default::default, |module| module.other.clone()),
        },
        by: match by {
            By::Worker => "worker",
            By::Wait => "wait",
        },
        elapsed_ns: model.elapsed_ns(),
        rows: rows.iter().map(|item| row(model, by, item)).collect(),
    };
    json::write_line(to, &document)
}

fn row<'a>(model: &'a Model, by: By, item: &Item) -> document::TopRow<'a> {
    let worker = match by {
        By::Worker => model.worker(item),
        By::Wait => None,
    };
    document::TopRow {
        wait: match by {
            By::Worker => worker.and_then(|worker| worker.wait.as_deref()),
            By::Wait => model.wait(item),
        },
        id: worker.map(|worker| worker.id),
        cpu: worker.and_then(|worker| worker.cpu),
        state: worker.and_then(|worker| worker.state.as_deref()),
        interval: worker.and_then(|worker| worker.interval.as_deref()),
        workers: item.workers,
        ticks: item.ticks,
        missed: item.missed,
        late_ns: document::TopLate {
            p50: item.p50,
            p99: item.p99,
            max: item.max,
        },
        since: model
            .elapsed_ns()
            .and(item.ticks_since.zip(item.missed_since))
            .map(|(ticks, missed)| document::TopSince {
                ticks,
                missed,
                worst_ns: item.worst.map(|worst| worst.ns),
                worst_is_exact: item.worst.map(|worst| worst.exact),
            }),
    }
}
