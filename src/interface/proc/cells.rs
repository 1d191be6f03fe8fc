// SPDX-License-Identifier: GPL-2.0

//! The cells of a row: padded for people, split at white space by programs.

use core::fmt::{
    self,
    Write, //
};

use crate::abstractions::seq_file::Writer;

/// Where there is nothing to show.
pub(super) const NOTHING: &str = "-";

/// Writes the cells of one row, padded to their columns.
pub(super) struct Cells<'a, 'b> {
    out: &'a mut Writer<'b>,
    columns: &'static [(&'static str, usize)],
    column: usize,
    /// How much the cell before lacks to the width of its column.
    padding: usize,
}

impl<'a, 'b> Cells<'a, 'b> {
    /// Begins a row; the columns have names and widths.
    pub(super) fn new(out: &'a mut Writer<'b>, columns: &'static [(&'static str, usize)]) -> Self {
        Self {
            out,
            columns,
            column: 0,
            padding: 0,
        }
    }

    /// Writes the next cell.
    pub(super) fn add(&mut self, value: impl fmt::Display) -> fmt::Result {
        if self.column > 0 {
            write!(self.out, "{:1$} ", "", self.padding)?;
        }
        let mut counted = Counted(self.out, 0);
        write!(counted, "{value}")?;
        let width = self.columns.get(self.column).map_or(0, |(_, width)| *width);
        self.padding = width.saturating_sub(counted.1);
        self.column += 1;
        Ok(())
    }

    /// Writes the next cell, if there is something to show.
    pub(super) fn add_if(&mut self, value: Option<impl fmt::Display>) -> fmt::Result {
        match value {
            Some(value) => self.add(value),
            None => self.add(NOTHING),
        }
    }

    /// Ends the row.
    pub(super) fn end(self) -> fmt::Result {
        self.out.write_str("\n")
    }
}

/// Counts what is written.
struct Counted<'a, 'b>(&'a mut Writer<'b>, usize);

impl Write for Counted<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.1 += text.len();
        self.0.write_str(text)
    }
}
