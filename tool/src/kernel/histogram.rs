// SPDX-License-Identifier: GPL-2.0

//! /proc/kthread_counter_hist: how often each worker was how late.

use super::{
    problem::Problem,
    sheet::Sheet,
    source::Stream, //
};
use crate::{
    error::Result,
    measure::{
        by_id::ById,
        distribution::Distribution, //
    }, //
};

/// What the file says.
pub(crate) struct Histograms {
    pub(crate) uptime_ns: Option<u64>,
    pub(crate) workers: ById<Distribution>,
    pub(crate) problems: Vec<Problem>,
}

impl Histograms {
    pub(crate) fn read(stream: Stream<'_>) -> Result<Self> {
        let mut sheet = Sheet::new(stream)?;
        let id = sheet.needed_column("id")?;
        let le = sheet.needed_column("le_ns")?;
        let count = sheet.needed_column("count")?;
        let uptime_ns = sheet.key("uptime_ns");
        let mut workers = Vec::new();
        // The lines of a worker follow each other.
        let mut of = None;
        let mut last = Distribution::default();
        while sheet.next()? {
            let numbers = (sheet.number(id), sheet.number(le), sheet.number(count));
            let (Some(id), Some(le), Some(count)) = numbers else {
                continue;
            };
            if of != Some(id) {
                // No larger than it has to be: there are many, and the memory of this one is used again.
                workers.extend(of.map(|of| (of, last.clone())));
                last.clear();
                of = Some(id);
            }
            last.add(le, count);
        }
        workers.extend(of.map(|of| (of, last)));
        Ok(Self {
            uptime_ns,
            workers: ById::merged(workers, |all, more| all.merge(more)),
            problems: sheet.problems,
        })
    }
}
