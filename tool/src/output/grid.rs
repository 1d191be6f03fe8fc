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
    sides: Vec<Side>,
    /// How wide the widest cell of each column is, in characters.
    widths: Vec<usize>,
    cells: String,
    /// Of the next cell.
    column: usize,
    /// Where each cell ends, and its width.
    ends: Vec<(u32, u32)>,
}

impl Grid {
    pub(crate) fn new<const N: usize>(columns: [(&str, Side); N]) -> Self {
        let mut grid = Self {
            sides: columns.iter().map(|(_, side)| *side).collect(),
            widths: vec![0; N],
            cells: String::new(),
            column: 0,
            ends: Vec::new(),
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
        // The second begins those of Unicode, and a few letters.
        let may_control = |byte: u8| byte < b' ' || byte == 0x7f || byte == 0xc2;
        match word.bytes().any(may_control) {
            true => self.cell(|text| text.push_str(&one_line(word))),
            false => self.cell(|text| text.push_str(word)),
        }
    }

    /// Adds the next cell, which has no control characters.
    pub(crate) fn cell(&mut self, write: impl FnOnce(&mut String)) {
        let start = self.cells.len();
        write(&mut self.cells);
        let goes_on = |byte: &u8| byte & 0xc0 == 0x80;
        let cell = self.cells.as_bytes().get(start..).unwrap_or_default();
        let width = cell.iter().filter(|byte| !goes_on(byte)).count();
        if let Some(widest) = self.widths.get_mut(self.column) {
            *widest = width.max(*widest);
        }
        self.column += 1;
        if self.column == self.sides.len() {
            self.column = 0;
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
        let mut line = String::new();
        let mut start = 0;
        for row in self.ends.chunks(self.sides.len().max(1)) {
            line.clear();
            for ((&(end, width), &widest), side) in row.iter().zip(&self.widths).zip(&self.sides) {
                let cell = self.cells.get(start..end as usize).unwrap_or("");
                start = end as usize;
                let pad = widest.saturating_sub(width as usize);
                if *side == Side::Right {
                    blanks(&mut line, pad);
                }
                line.push_str(cell);
                if *side == Side::Left {
                    blanks(&mut line, pad);
                }
                line.push(' ');
            }
            line.truncate(line.trim_end_matches(' ').len());
            line.push('\n');
            to.write_all(line.as_bytes())?;
        }
        Ok(())
    }
}

fn blanks(text: &mut String, mut number: usize) {
    const BLANKS: &str = "                ";

    while let Some(some) = BLANKS
        .get(..number.min(BLANKS.len()))
        .filter(|some| !some.is_empty())
    {
        text.push_str(some);
        number -= some.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
