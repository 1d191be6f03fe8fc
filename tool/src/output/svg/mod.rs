// SPDX-License-Identifier: GPL-2.0

//! Distributions as SVG: no scripts, no fonts, nothing from elsewhere, and the same text for the same numbers.

mod axis;
mod bars;
mod canvas;
mod curves;
mod palette;

use crate::{
    error::Result,
    measure::measured::Measured, //
};

pub(crate) use palette::{
    css,
    Theme, //
};

/// More would neither be told apart nor read.
const MOST_ROWS: usize = 12;

/// What is drawn.
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

/// The element, to be put into a page that has [`css`].
pub(crate) fn element(mut picture: Picture<'_>) -> Result<String> {
    let left_out = picture.rows.len().saturating_sub(MOST_ROWS);
    picture.rows.truncate(MOST_ROWS);
    if picture.cumulative {
        curves::draw(&picture, left_out)
    } else {
        bars::draw(&picture, left_out)
    }
}

/// A file of its own.
pub(crate) fn file(picture: Picture<'_>, theme: Theme) -> Result<String> {
    let element = element(picture)?;
    let (tag, rest) = element.split_once('\n').unwrap_or((&element, ""));
    Ok(format!("{tag}\n<style>{}</style>\n{rest}", css(theme)))
}

#[cfg(test)]
mod tests;
