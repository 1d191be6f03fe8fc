// SPDX-License-Identifier: GPL-2.0

//! Aligned columns.

use std::io;

use super::short::Short;
use crate::error::one_line;

/// Where the text of a column stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Left,
    Right,
}

/// Rows of cells under a heading. There may be hundreds of thousands of cells.
pub(crate) struct Grid<const N: usize> {
    columns: [Column; N],
    rows: Vec<[Cell; N]>,
    /// Texts that are not short.
    long: Vec<String>,
}

/// A short text, as [`Short::pack`] has it, or [`LONG`] and the place of another in the list.
#[derive(Clone, Copy)]
pub(crate) struct Cell(u128);

#[derive(Clone, Copy)]
struct Column {
    side: Side,
    /// How wide its widest cell is, in characters.
    width: usize,
}

enum Text<'a> {
    Short(Short),
    Long(&'a str),
}

/// Where the last byte is, in bits. No short text has this one.
const LAST: u32 = 120;
const LONG: u8 = 0xff;

/// Of a character.
const MOST_BYTES: usize = 4;

impl<const N: usize> Grid<N> {
    pub(crate) fn new(columns: [(&str, Side); N]) -> Self {
        let mut grid = Self {
            columns: columns.map(|(_, side)| Column { side, width: 0 }),
            rows: Vec::new(),
            long: Vec::new(),
        };
        grid.row(columns.map(|(name, _)| name.to_owned()));
        grid
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: [String; N]) {
        let cells = cells.map(|cell| self.word(cell.as_bytes()));
        self.cells(cells);
    }

    /// Adds a row of cells, of which the long ones are from [`Self::word`].
    pub(crate) fn cells(&mut self, cells: [Cell; N]) {
        for (column, cell) in self.columns.iter_mut().zip(&cells) {
            let width = match cell.get(&self.long) {
                Text::Short(short) => short.width(),
                Text::Long(long) => long.chars().count(),
            };
            column.width = width.max(column.width);
        }
        self.rows.push(cells);
    }

    /// A cell for a text from a file: control characters in it do not get to a terminal, and a byte that is not UTF-8
    /// becomes U+FFFD.
    pub(crate) fn word(&mut self, word: &[u8]) -> Cell {
        if let Some(short) = Short::of(word) {
            return short.into();
        }
        self.long.push(one_line(&String::from_utf8_lossy(word)));
        Cell((u128::from(LONG) << LAST) | (self.long.len() - 1) as u128)
    }

    /// The lines, each column as wide as its widest cell.
    pub(crate) fn text(&self) -> String {
        let mut text = Vec::new();
        // Memory does not fail.
        let _ = self.write(&mut text);
        String::from_utf8(text).unwrap_or_default()
    }

    /// Writes the lines, one after the other.
    pub(crate) fn write(&self, to: &mut impl io::Write) -> io::Result<()> {
        let columns = self.columns.iter();
        let longest: usize = columns.map(|column| column.width * MOST_BYTES + 1).sum();
        // A short text is written with the blanks after it.
        let mut line = vec![b' '; longest + Short::MOST + 1];
        for row in &self.rows {
            line.fill(b' ');
            // Where the column begins, and where the last cell ends.
            let (mut place, mut end) = (0, 0);
            for (cell, column) in row.iter().zip(&self.columns) {
                let text = cell.get(&self.long);
                let (length, width) = match text {
                    Text::Short(short) => (short.length(), short.width()),
                    Text::Long(long) => (long.len(), long.chars().count()),
                };
                let pad = column.width.saturating_sub(width);
                let begin = place + if column.side == Side::Right { pad } else { 0 };
                match text {
                    Text::Short(short) => put(&mut line, begin, &short.with_blanks()),
                    Text::Long(long) => put(&mut line, begin, long.as_bytes()),
                }
                end = begin + length;
                place += pad + length + 1;
            }
            // An empty cell may be the last.
            end = line.get(..end).unwrap_or_default().trim_ascii_end().len();
            put(&mut line, end, b"\n");
            to.write_all(line.get(..=end).unwrap_or_default())?;
        }
        Ok(())
    }
}

impl From<Short> for Cell {
    fn from(short: Short) -> Self {
        Self(short.pack())
    }
}

impl Cell {
    fn get(self, long: &[String]) -> Text<'_> {
        let last = (self.0 >> LAST) as u8;
        if last != LONG {
            return Text::Short(Short::unpack(self.0));
        }
        let long = long.get(self.0 as u32 as usize);
        Text::Long(long.map_or("", String::as_str))
    }
}

/// Over what is there.
fn put(line: &mut [u8], place: usize, text: &[u8]) {
    if let Some(to) = line.get_mut(place..place + text.len()) {
        to.copy_from_slice(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_with_what_is_in_them() {
        let mut grid = Grid::new([("a", Side::Left), ("≤≤", Side::Left)]);
        grid.row(["1".to_owned(), String::new()]);
        grid.row([String::new(), String::new()]);
        let bound = Short::of(b"9").unwrap().at_most();
        let cells = [grid.word("ü\u{85}".as_bytes()), bound.into()];
        grid.cells(cells);
        assert_eq!(grid.text(), "a  ≤≤\n1\n\nü? ≤9\n");
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut grid = Grid::new([("id", Side::Left), ("late", Side::Right)]);
        grid.row(["0".to_owned(), "≤1us".to_owned()]);
        grid.row(["a\u{1b}ll".to_owned(), "-".to_owned()]);
        let long = "x".repeat(20);
        grid.row(["1".to_owned(), long.clone()]);
        let pad = " ".repeat(16);
        assert_eq!(
            grid.text(),
            format!("id   {pad}late\n0    {pad}≤1us\na?ll {pad}   -\n1    {long}\n")
        );
    }
}
