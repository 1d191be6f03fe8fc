// SPDX-License-Identifier: GPL-2.0

//! What is drawn.

use crate::measure::{
    distribution::Distribution,
    measured::Measured, //
};

/// Primitives or workers, of one measurement or of two.
pub(crate) struct Picture<'a> {
    pub(crate) title: String,
    /// The names of the measurement and of the other one, if both are drawn.
    pub(crate) names: Option<(&'a str, &'a str)>,
    pub(crate) rows: Vec<Row<'a>>,
    /// The share of ticks that were late by so much or less.
    pub(crate) cumulative: bool,
    /// In pixels. What is narrow is drawn for a narrow window: the text keeps its size.
    pub(crate) width: u16,
}

/// One primitive, or one worker.
pub(crate) struct Row<'a> {
    pub(crate) name: &'a str,
    pub(crate) measured: &'a Measured,
    /// The same of the other measurement, which is drawn behind.
    pub(crate) other: Option<&'a Measured>,
}

impl Picture<'_> {
    /// What all rows have.
    pub(crate) fn distributions(&self) -> impl Iterator<Item = &Distribution> {
        let both = self
            .rows
            .iter()
            .flat_map(|row| [Some(row.measured), row.other]);
        both.flatten()
            .filter_map(|measured| measured.distribution.as_ref())
    }
}
