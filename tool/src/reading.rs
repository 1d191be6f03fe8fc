// SPDX-License-Identifier: GPL-2.0

//! One reading of all that the module and the machine say, in the form in which it is written and compared.

use std::num::NonZeroU32;

use crate::{
    error::Result,
    kernel::{
        histogram::Histograms,
        host::Host,
        problem::Problem,
        source::{
            Source,
            HISTOGRAM,
            TABLE, //
        },
        table::{
            Part,
            Table,
            Worker, //
        }, //
    },
    logic::interval::Interval,
    measure::percent::Percent,
    output::{
        document,
        json, //
    }, //
};

/// Reads all of it, and what could not be read.
pub(crate) fn read(source: &Source) -> Result<(document::Show, Vec<Problem>)> {
    // The table is read last, so that no tick in a histogram is later than the maximum.
    let histograms = source.open(HISTOGRAM).and_then(Histograms::read);
    let table = Table::of(source.open(TABLE)?)?;
    let mut problems = table.problems;
    // Without it there is still the table to show.
    let histograms = match histograms {
        Ok(mut histograms) => {
            problems.append(&mut histograms.problems);
            Some(histograms)
        }
        Err(error) => {
            error.note();
            None
        }
    };
    let (mut host, problem) = Host::read(source);
    problems.extend(problem);
    host.hz = table.module.hz;

    let hz = table.module.hz.and_then(NonZeroU32::new);
    let module = table.module;
    let document = document::Show {
        schema: json::SCHEMA,
        tool_version: env!("CARGO_PKG_VERSION").into(),
        host,
        module: document::Module {
            threads: module.threads,
            running: module.running,
            trips: module.trips,
            uptime_ns: module.uptime_ns,
            other: module.other,
        },
        workers: table
            .workers
            .into_iter()
            .map(|worker| as_document(worker, histograms.as_ref(), hz))
            .collect(),
    };
    Ok((document, problems))
}

fn as_document(
    worker: Worker,
    histograms: Option<&Histograms>,
    hz: Option<NonZeroU32>,
) -> document::Worker {
    // A worker that has not ticked has no line in the file of histograms.
    let distribution = histograms.map(|histograms| {
        let of_worker = histograms.workers.get(worker.id);
        of_worker.cloned().unwrap_or_default()
    });
    let part = |part: Part| document::Part {
        avg: part.avg,
        max: part.max,
    };
    let late = worker.late;
    document::Worker {
        id: worker.id,
        pid: worker.pid,
        cpu: worker.cpu,
        state: worker.state,
        wait: worker.wait,
        interval_ns: worker
            .interval
            .as_ref()
            .zip(hz)
            .and_then(|(text, hz)| Interval::parse(text.as_bytes(), hz).ok())
            .map(Interval::nanos),
        interval: worker.interval,
        ticks: worker.ticks,
        missed: worker.missed,
        early: worker.early,
        signals: worker.signals,
        to_wake_ns: part(worker.to_wake),
        to_run_ns: part(worker.to_run),
        drift_ns: worker.drift_ns,
        exit: worker.exit,
        bound: worker.bound,
        epoch: worker.epoch,
        late_ns: document::Late {
            last: late.last,
            min: late.min,
            avg: late.avg,
            max: late.max,
            sum: late.sum,
            p50: Percent::P50.of_ticks(late.p50, worker.ticks),
            p99: Percent::P99.of_ticks(late.p99, worker.ticks),
            p99_9: distribution
                .as_ref()
                .and_then(|distribution| distribution.percentile(Percent::P99_9, late.max)),
        },
        histogram: distribution.map(|distribution| distribution.buckets().collect()),
        other: worker.other,
    }
}
