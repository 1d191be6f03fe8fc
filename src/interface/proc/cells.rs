// SPDX-License-Identifier: GPL-2.0

//! The cells of a row: padded for people, split at white space by programs.
//!
//! For speed, a row is put together here and handed on as a whole, and numbers are written without
//! `core::fmt`: the kernel checks for room at each piece that it is given, and `core::fmt` takes more
//! instructions for a number than the rest of a cell.

use core::fmt;

use super::columns::COLUMNS;
use crate::{
    abstractions::seq_file::Writer,
    domain::{
        logic::{
            decimal::{
                self,
                FIELD, //
            },
            interval::Interval, //
        },
        primitive::Wait, //
    }, //
};

/// Where there is nothing to show.
const NOTHING: &str = "-";

/// Writes the cells of one row, padded to their columns.
pub(super) struct Cells<'a, 'b> {
    out: &'a mut Writer<'b>,
    row: Row,
    columns: core::slice::Iter<'static, (&'static str, usize)>,
    /// Where the next cell begins.
    next: usize,
}

impl<'a, 'b> Cells<'a, 'b> {
    /// Begins a row; the columns have names and widths.
    pub(super) fn new(out: &'a mut Writer<'b>, columns: &'static [(&'static str, usize)]) -> Self {
        Self {
            out,
            row: Row::new(),
            columns: columns.iter(),
            next: 0,
        }
    }

    /// Writes the next cell.
    pub(super) fn add(&mut self, value: impl Cell) -> fmt::Result {
        let width = self.columns.next().map_or(0, |(_, width)| *width);
        self.row.len = self.next;
        value.write_to(&mut self.row)?;
        self.next = self.row.len.max(self.next + width) + 1;
        Ok(())
    }

    /// Writes the next cells, where there is nothing to show.
    pub(super) fn add_nothing(&mut self, cells: usize) -> fmt::Result {
        (0..cells).try_for_each(|_| self.add(NOTHING))
    }

    /// Writes the next cell, if there is something to show.
    #[inline(never)] // Most cells are such.
    pub(super) fn add_if(&mut self, value: Option<impl Cell>) -> fmt::Result {
        match value {
            Some(value) => self.add(value),
            None => self.add(NOTHING),
        }
    }

    /// Ends the row, to which nothing is added after this.
    pub(super) fn end(&mut self) -> fmt::Result {
        self.row.put(b"\n")?;
        let row = self.row.bytes.get(..self.row.len).ok_or(fmt::Error)?;
        self.out.write(row);
        Ok(())
    }
}

/// No cell is longer: a number of 64 bits with its sign.
const LONGEST: usize = 20;

/// For a row of the table with most columns, a space after each cell, and what a number needs to be
/// written. Most rows take half of it.
const ROOM: usize = COLUMNS.len() * (LONGEST + 1) + FIELD - LONGEST;

/// A row in the making.
pub(super) struct Row {
    /// Spaces, where nothing has been written.
    bytes: [u8; ROOM],
    len: usize,
}

impl Row {
    fn new() -> Self {
        Self {
            bytes: [b' '; ROOM],
            len: 0,
        }
    }

    /// Writes a number.
    #[inline(never)] // With a sign or without one.
    fn put_number(&mut self, is_negative: bool, number: u64) -> fmt::Result {
        let rest = self.bytes.get_mut(self.len..);
        let field = rest.and_then(<[u8]>::first_chunk_mut).ok_or(fmt::Error)?;
        self.len += decimal::write(is_negative, number, field);
        Ok(())
    }

    fn put(&mut self, text: &[u8]) -> fmt::Result {
        let end = self.len + text.len();
        let place = self.bytes.get_mut(self.len..end).ok_or(fmt::Error)?;
        place.copy_from_slice(text);
        self.len = end;
        Ok(())
    }
}

/// What can be in a cell.
pub(super) trait Cell {
    fn write_to(self, row: &mut Row) -> fmt::Result;
}

impl Cell for &str {
    #[inline]
    fn write_to(self, row: &mut Row) -> fmt::Result {
        row.put(self.as_bytes())
    }
}

impl Cell for u64 {
    #[inline]
    fn write_to(self, row: &mut Row) -> fmt::Result {
        row.put_number(false, self)
    }
}

impl Cell for i64 {
    #[inline]
    fn write_to(self, row: &mut Row) -> fmt::Result {
        row.put_number(self < 0, self.unsigned_abs())
    }
}

impl Cell for Wait {
    #[inline]
    fn write_to(self, row: &mut Row) -> fmt::Result {
        row.put(self.name().to_bytes())
    }
}

impl Cell for Interval {
    fn write_to(self, row: &mut Row) -> fmt::Result {
        let (prefix, number, suffix) = self.parts();
        row.put(prefix.as_bytes())?;
        number.write_to(row)?;
        row.put(suffix.as_bytes())
    }
}
