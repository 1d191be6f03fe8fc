// SPDX-License-Identifier: GPL-2.0

//! /proc/kthread_counter_hist: how often each worker was how late.

use std::collections::BTreeMap;

use super::{
    problem::Problem,
    sheet::{
        self,
        Sheet, //
    },
    source::Contents, //
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
    pub(crate) fn read(contents: &Contents) -> Result<Self> {
        let text = sheet::decode(contents);
        let mut sheet = Sheet::new(contents, &text)?;
        let id = Some(sheet.needed_column("id")?);
        let le = Some(sheet.needed_column("le_ns")?);
        let count = Some(sheet.needed_column("count")?);
        let mut workers: BTreeMap<u64, Distribution> = BTreeMap::new();
        for row in sheet.take_rows() {
            let numbers = (
                sheet.number(&row, id),
                sheet.number(&row, le),
                sheet.number(&row, count),
            );
            if let (Some(id), Some(le), Some(count)) = numbers {
                workers.entry(id).or_default().add(le, count);
            }
        }
        Ok(Self {
            workers,
            problems: sheet.problems,
        })
    }
}
