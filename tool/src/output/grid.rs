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
pub(crate) struct Grid {
    columns: Vec<Column>,
    /// Short texts, as [`Short::pack`] has them, or [`LONG`] and the place in the next list.
    cells: Vec<u128>,
    /// Texts that are not short.
    long: Vec<String>,
    /// The column of the next cell.
    next: usize,
}

struct Column {
    side: Side,
    /// How wide its widest cell is, in characters.
    width: usize,
    /// How many bytes more than characters a cell has at most.
    more: usize,
}

/// No short text has that many bytes.
const LONG: u128 = 0xff << 120;

impl Grid {
    pub(crate) fn new<const N: usize>(columns: [(&str, Side); N]) -> Self {
        let mut grid = Self {
            columns: columns
                .map(|(_, side)| Column {
                    side,
                    width: 0,
                    more: 0,
                })
                .into(),
            cells: Vec::new(),
            long: Vec::new(),
            next: 0,
        };
        grid.row(columns.iter().map(|(name, _)| (*name).to_owned()));
        grid
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        for cell in cells {
            self.word(cell.as_bytes());
        }
    }

    /// Adds the next cell, a text from a file: control characters in it do not get to a terminal, and a byte that is
    /// not UTF-8 becomes U+FFFD.
    pub(crate) fn word(&mut self, word: &[u8]) {
        if let Some(short) = Short::of(word) {
            return self.short(short);
        }
        let word = one_line(&String::from_utf8_lossy(word));
        self.widen(word.len(), word.chars().count());
        self.cells.push(LONG | self.long.len() as u128);
        self.long.push(word);
    }

    /// Adds the next cell.
    pub(crate) fn short(&mut self, short: Short) {
        self.widen(short.length(), short.width());
        self.cells.push(short.pack());
    }

    /// Makes room for the next cell.
    fn widen(&mut self, bytes: usize, width: usize) {
        if let Some(column) = self.columns.get_mut(self.next) {
            column.width = width.max(column.width);
            column.more = (bytes - width).max(column.more);
        }
        self.next += 1;
        if self.next == self.columns.len() {
            self.next = 0;
        }
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
        let longest: usize = columns.map(|column| column.width + column.more + 1).sum();
        // A short text is written with the blanks after it.
        let mut line = vec![b' '; longest + Short::MOST + 1];
        for row in self.cells.chunks(self.columns.len().max(1)) {
            line.fill(b' ');
            // Where the column begins, and where the last cell ends.
            let (mut place, mut end) = (0, 0);
            for (&cell, column) in row.iter().zip(&self.columns) {
                let short = Short::unpack(cell);
                let long = (cell >= LONG).then(|| {
                    let place = usize::try_from(cell - LONG).unwrap_or(usize::MAX);
                    self.long.get(place).map_or("", String::as_str)
                });
                let (length, width) = match long {
                    None => (short.length(), short.width()),
                    Some(long) => (long.len(), long.chars().count()),
                };
                let pad = column.width.saturating_sub(width);
                let before = if column.side == Side::Right { pad } else { 0 };
                let begin = place + before;
                match long {
                    None => put(&mut line, begin, &short.with_blanks()),
                    Some(long) => put(&mut line, begin, long.as_bytes()),
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
        grid.word("ü\u{85}".as_bytes());
        grid.short(Short::of(b"9").unwrap().at_most());
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
