// SPDX-License-Identifier: GPL-2.0

//! Aligned columns.

use std::io;

use crate::error::one_line;

/// Where the text of a column stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Left,
    Right,
}

/// Rows of cells under a heading. There may be hundreds of thousands, so they are in one text.
pub(crate) struct Grid {
    columns: Vec<Column>,
    /// UTF-8.
    cells: Vec<u8>,
    /// Where each cell ends, and its width.
    ends: Vec<(u32, u32)>,
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
            ends: Vec::new(),
            next: 0,
        };
        grid.row(columns.iter().map(|(name, _)| (*name).to_owned()));
        grid
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        for cell in cells {
            self.word(&cell);
        }
    }

    /// Adds the next cell, a text from a file: control characters in it do not get to a terminal.
    pub(crate) fn word(&mut self, word: &str) {
        if word.bytes().all(|byte| (b' '..0x7f).contains(&byte)) {
            return self.cell("", |cell| cell.extend_from_slice(word.as_bytes()));
        }
        let word = one_line(word);
        self.cells.extend_from_slice(word.as_bytes());
        self.end(word.len(), word.chars().count());
    }

    /// Adds the next cell: something before it, and what this writes, in ASCII and without control characters.
    pub(crate) fn cell(&mut self, before: &'static str, write: impl FnOnce(&mut Vec<u8>)) {
        let start = self.cells.len();
        self.cells.extend_from_slice(before.as_bytes());
        write(&mut self.cells);
        let length = self.cells.len() - start;
        self.end(length, length - before.len() + before.chars().count());
    }

    /// Says how long a cell is that ends where the cells end.
    fn end(&mut self, bytes: usize, width: usize) {
        if let Some(column) = self.columns.get_mut(self.next) {
            column.width = width.max(column.width);
            column.more = (bytes - width).max(column.more);
        }
        self.next += 1;
        if self.next == self.columns.len() {
            self.next = 0;
        }
        // A text of 4 GiB would not have been read.
        let narrow = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        self.ends.push((narrow(self.cells.len()), narrow(width)));
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
        let longest = columns.map(|column| column.width + column.more + 1).sum();
        let mut line = vec![b' '; longest];
        let mut start = 0;
        for row in self.ends.chunks(self.columns.len().max(1)) {
            line.fill(b' ');
            // Where the column begins, and where the last cell ends.
            let (mut place, mut end) = (0, 0);
            for (&(cell_end, width), column) in row.iter().zip(&self.columns) {
                let cell = self.cells.get(start..cell_end as usize).unwrap_or_default();
                start = cell_end as usize;
                let pad = column.width.saturating_sub(width as usize);
                let before = if column.side == Side::Right { pad } else { 0 };
                let begin = place + before;
                if let Some(to) = line.get_mut(begin..begin + cell.len()) {
                    to.copy_from_slice(cell);
                }
                end = begin + cell.len();
                place += pad + cell.len() + 1;
            }
            // An empty cell may be the last.
            end = line.get(..end).unwrap_or_default().trim_ascii_end().len();
            if let Some(to) = line.get_mut(end) {
                *to = b'\n';
            }
            to.write_all(line.get(..=end).unwrap_or_default())?;
        }
        Ok(())
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
        grid.word("ü\u{85}");
        grid.cell("≤", |cell| cell.push(b'9'));
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
