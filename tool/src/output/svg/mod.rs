// SPDX-License-Identifier: GPL-2.0

//! Distributions as SVG: no scripts, no fonts, nothing from elsewhere, and the same text for the same numbers.

mod axis;
mod bars;
mod canvas;
mod curves;
mod palette;
mod picture;

use crate::error::Result;

pub(crate) use palette::{
    css,
    Theme, //
};
pub(crate) use picture::{
    Picture,
    Row, //
};

/// More would neither be told apart nor read.
const MOST_ROWS: usize = 12;

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
