// SPDX-License-Identifier: GPL-2.0

//! /proc/kthread_counter_hist: how often each worker was how late.

use std::collections::BTreeMap;

use super::{
    problem::Problem,
    sheet::Sheet,
    source::Stream, //
};
use crate::{
    error::Result,
    measure::distribution::Distribution, //
};

/// What the file says.
pub(crate) struct Histograms {
    /// By the id of the worker.
    pub(crate) workers: BTreeMap<u64, Distribution>,
    pub(crate) problems: Vec<Problem>,
}

impl Histograms {
    pub(crate) fn read(stream: Stream<'_>) -> Result<Self> {
        let mut sheet = Sheet::new(stream)?;
        let id = sheet.needed_column("id")?;
        let le = sheet.needed_column("le_ns")?;
        let count = sheet.needed_column("count")?;
        let mut workers: BTreeMap<u64, Distribution> = BTreeMap::new();
        // The lines of a worker follow each other.
        let mut last: Option<(u64, Distribution)> = None;
        while sheet.next()? {
            let numbers = (sheet.number(id), sheet.number(le), sheet.number(count));
            let (Some(id), Some(le), Some(count)) = numbers else {
                continue;
            };
            match &mut last {
                Some((of, distribution)) if *of == id => distribution.add(le, count),
                _ => {
                    let mut distribution = workers.remove(&id).unwrap_or_default();
                    distribution.add(le, count);
                    workers.extend(last.replace((id, distribution)));
                }
            }
        }
        workers.extend(last);
        Ok(Self {
            workers,
            problems: sheet.problems,
        })
    }
}
