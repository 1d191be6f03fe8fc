// SPDX-License-Identifier: GPL-2.0

//! What is drawn.

use super::canvas::{
    self,
    Anchor,
    Canvas,
    PIXEL, //
};
use crate::{
    error::Result,
    measure::{
        distribution::Distribution,
        measured::Measured, //
    }, //
};

/// In pixels.
pub(super) const MARGIN: i32 = 12;

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

    /// Between the margins.
    pub(super) fn room(&self) -> i32 {
        (i32::from(self.width) - 2 * MARGIN) * PIXEL
    }

    /// The title, and what is drawn.
    pub(super) fn heading(&self, canvas: &Canvas<'_>, what: &str) -> Result {
        let at = |y: i32| (MARGIN * PIXEL, y * PIXEL);
        let title = canvas::cut(&self.title, canvas::TITLE, self.room());
        canvas.text(&title, canvas::TITLE, Anchor::Left, at(16))?;
        canvas.text(what, canvas::FAINT, Anchor::Left, at(36))
    }

    /// What the axis is, and more, below the bottom.
    pub(super) fn foot(&self, canvas: &Canvas<'_>, bottom: i32, more: &str) -> Result {
        let at = (i32::from(self.width) * PIXEL / 2, bottom + 32 * PIXEL);
        let text = format!("lateness, logarithmic{more}");
        canvas.text(&text, canvas::FAINT, Anchor::Middle, at)
    }
}
