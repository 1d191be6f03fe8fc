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
    domain::logic::{
        decimal::{
            self,
            FIELD, //
        },
        interval::Interval, //
    }, //
};

/// No cell is longer: a number of 64 bits with its sign.
const LONGEST: usize = 20;

/// For a row of the table with most columns, a space after each cell, and what a number needs to be
/// written. Most rows take half of it.
const ROOM: usize = COLUMNS.len() * (LONGEST + 1) + FIELD - LONGEST;

/// Writes the cells of one row, padded to their columns.
pub(super) struct Cells<'a, 'b> {
    out: &'a mut Writer<'b>,
    columns: core::slice::Iter<'static, (&'static str, usize)>,
    row: Row,
}

impl<'a, 'b> Cells<'a, 'b> {
    /// Begins a row; the columns have names and widths.
    pub(super) fn new(out: &'a mut Writer<'b>, columns: &'static [(&'static str, usize)]) -> Self {
        Self {
            out,
            columns: columns.iter(),
            row: Row {
                bytes: [b' '; ROOM],
                len: 0,
                is_whole: true,
            },
        }
    }

    /// Writes a number into the next cell.
    #[inline]
    pub(super) fn add(&mut self, number: impl Into<Number>) {
        self.add_number(Some(number.into()));
    }

    /// Writes a number into the next cell, if there is something to show.
    #[inline]
    pub(super) fn add_if(&mut self, number: Option<impl Into<Number>>) {
        self.add_number(number.map(Into::into));
    }

    /// Writes the next cells, where there is nothing to show.
    pub(super) fn add_nothing(&mut self, cells: usize) {
        for _ in 0..cells {
            self.add_number(None);
        }
    }

    #[inline(never)] // Most cells are such.
    fn add_number(&mut self, number: Option<Number>) {
        let begin = self.row.len;
        match number {
            // As most counts of what goes wrong are.
            Some(number) if number.is_digit() => self.row.put_one(b'0' + number.magnitude as u8),
            Some(number) => self.row.put_number(number),
            None => self.row.put_one(b'-'),
        }
        self.end_cell(begin);
    }

    /// Writes a text into the next cell.
    #[inline(never)] // There are several.
    pub(super) fn add_text(&mut self, text: &[u8]) {
        let begin = self.row.len;
        self.row.put(text);
        self.end_cell(begin);
    }

    /// Writes an interval into the next cell.
    #[inline(never)] // The frame of who writes a row is large without this.
    pub(super) fn add_interval(&mut self, interval: Interval) {
        let begin = self.row.len;
        let (prefix, number, suffix) = interval.parts();
        self.row.put(prefix.as_bytes());
        self.row.put_number(number.into());
        self.row.put(suffix.as_bytes());
        self.end_cell(begin);
    }

    /// Pads the cell that began there, and puts a space behind it.
    #[inline]
    fn end_cell(&mut self, begin: usize) {
        let width = self.columns.next().map_or(0, |(_, width)| *width);
        self.row.len = self.row.len.max(begin + width) + 1;
    }

    /// Ends the row, to which nothing is added after this.
    ///
    /// # Errors
    ///
    /// There was no room for all of it.
    pub(super) fn end(&mut self) -> fmt::Result {
        let row = self.row.bytes.get_mut(..self.row.len);
        let row = row.filter(|_| self.row.is_whole).ok_or(fmt::Error)?;
        // In the place of the last space.
        if let Some(last) = row.last_mut() {
            *last = b'\n';
        }
        self.out.write(row);
        Ok(())
    }
}

/// A row in the making.
struct Row {
    /// Spaces, where nothing has been written.
    bytes: [u8; ROOM],
    /// Where the next text begins.
    len: usize,
    /// Whether there has been room for all of it.
    is_whole: bool,
}

impl Row {
    #[inline(always)] // Most of a row are numbers: a call would take a third more instructions for one.
    fn put_number(&mut self, number: Number) {
        let rest = self.bytes.get_mut(self.len..).unwrap_or_default();
        match rest.first_chunk_mut() {
            Some(field) => self.len += decimal::write(number.is_negative, number.magnitude, field),
            None => self.is_whole = false,
        }
    }

    #[inline]
    fn put_one(&mut self, character: u8) {
        match self.bytes.get_mut(self.len) {
            Some(place) => {
                *place = character;
                self.len += 1;
            }
            None => self.is_whole = false,
        }
    }

    #[inline]
    fn put(&mut self, text: &[u8]) {
        let rest = self.bytes.get_mut(self.len..).unwrap_or_default();
        match rest.get_mut(..text.len()) {
            Some(place) => {
                place.copy_from_slice(text);
                self.len += text.len();
            }
            None => self.is_whole = false,
        }
    }
}

/// A number in a cell.
#[derive(Clone, Copy)]
pub(super) struct Number {
    is_negative: bool,
    magnitude: u64,
}

impl Number {
    #[inline]
    fn is_digit(self) -> bool {
        !self.is_negative && self.magnitude < 10
    }
}

impl From<u32> for Number {
    #[inline]
    fn from(number: u32) -> Self {
        u64::from(number).into()
    }
}

impl From<u64> for Number {
    #[inline]
    fn from(number: u64) -> Self {
        Self {
            is_negative: false,
            magnitude: number,
        }
    }
}

impl From<i32> for Number {
    #[inline]
    fn from(number: i32) -> Self {
        i64::from(number).into()
    }
}

impl From<i64> for Number {
    #[inline]
    fn from(number: i64) -> Self {
        Self {
            is_negative: number < 0,
            magnitude: number.unsigned_abs(),
        }
    }
}
