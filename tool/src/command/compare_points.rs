// SPDX-License-Identifier: GPL-2.0

//! `compare` of two points in time that a Prometheus knows.

use super::compare::{
    Compared,
    Source, //
};
use crate::{
    cli,
    comparison::{
        Comparison,
        Side, //
    },
    error::{
        Error,
        Result, //
    },
    measure::compare::{
        Margin,
        Metric, //
    },
    prometheus::{
        address::Address,
        period, //
    }, //
};

pub(super) fn compare(address: &Address, arguments: &cli::Compare) -> Result<Compared> {
    let [begin, end] = arguments.at.as_slice() else {
        return Err(wrong(format_args!(
            "--at is given {} times",
            arguments.at.len()
        )));
    };
    if begin.ms >= end.ms {
        return Err(wrong(format_args!("{begin} is not before {end}")));
    }
    let selector = arguments.selector.as_deref().unwrap_or("").trim();
    let asked = period::ask_for(address, [begin, end], selector)?;
    // The exporter has no maximum.
    let known = Metric::ALL
        .into_iter()
        .filter(|metric| *metric != Metric::Max);
    let metrics = match arguments.judge.as_slice() {
        [] => known.collect(),
        some => some.to_vec(),
    };
    let margin = Margin {
        tolerance: arguments.tolerance,
        bounds: asked.bounds,
    };
    let mut comparison = Comparison::between(&asked.old, &asked.new, &metrics, &margin);
    comparison.notes.extend(asked.notes);
    let source = |when: String, side: &Side| Source {
        name: format!("{address} {} {when}", asked.machine),
        kernel: side.host.kernel.clone(),
    };
    Ok(Compared {
        old: source(format!("up to {begin}"), &asked.old),
        new: source(format!("from {begin} to {end}"), &asked.new),
        comparison,
        remedy: "give times between which the same primitives ticked for longer",
    })
}

fn wrong(why: std::fmt::Arguments<'_>) -> Error {
    Error::failed(
        "wrong usage",
        why,
        "give --at twice, first the earlier time, then the later one",
    )
}
