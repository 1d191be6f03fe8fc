// SPDX-License-Identifier: GPL-2.0

//! Aligned columns.

use crate::error::one_line;

/// Where the text of a column stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Left,
    Right,
}

/// Rows of cells under a heading.
pub(crate) struct Grid {
    sides: Vec<Side>,
    rows: Vec<Vec<String>>,
}

impl Grid {
    pub(crate) fn new<const N: usize>(columns: [(&str, Side); N]) -> Self {
        Self {
            sides: columns.iter().map(|(_, side)| *side).collect(),
            rows: vec![columns.iter().map(|(name, _)| (*name).to_owned()).collect()],
        }
    }

    /// Adds a row. Control characters, which a file may have, do not get to a terminal.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows
            .push(cells.into_iter().map(|cell| one_line(&cell)).collect());
    }

    /// The lines, each column as wide as its widest cell.
    pub(crate) fn text(&self) -> String {
        let mut widths = vec![0; self.sides.len()];
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.chars().count().max(*width);
            }
        }
        let mut text = String::new();
        for row in &self.rows {
            for ((cell, &width), side) in row.iter().zip(&widths).zip(&self.sides) {
                let pad = width.saturating_sub(cell.chars().count());
                if *side == Side::Right {
                    text.extend(std::iter::repeat_n(' ', pad));
                }
                text.push_str(cell);
                if *side == Side::Left {
                    text.extend(std::iter::repeat_n(' ', pad));
                }
                text.push(' ');
            }
            text.truncate(text.trim_end_matches(' ').len());
            text.push('\n');
        }
        text
    }
}
