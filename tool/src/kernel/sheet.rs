// SPDX-License-Identifier: GPL-2.0

//! The form that both of the module's files have: a line of keys, a line of columns, and rows.
//!
//! Columns are found by name. What is unknown is kept aside, what is missing or cannot be read is a
//! [`Problem`], and the rest is used.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    str::FromStr, //
};

use super::{
    problem::Problem,
    source::Contents, //
};
use crate::error::{
    Error,
    Result, //
};

/// The format that this program knows.
const FORMAT: &str = "1";
const CUT: &str = "the file is cut off in this line";
/// The first line is this, and the second has the columns.
const COLUMNS_LINE: usize = 2;

/// The text of a file, in its parts.
pub(crate) struct Sheet<'a> {
    contents: &'a Contents,
    keys: BTreeMap<&'a str, &'a str>,
    columns: Vec<&'a str>,
    /// What has not been read yet, after so many lines.
    rest: &'a str,
    lines: usize,
    pub(crate) problems: Vec<Problem>,
}

/// One row. It may have fewer cells than there are columns.
#[derive(Default)]
pub(crate) struct Row<'a> {
    line: usize,
    cells: Vec<&'a str>,
}

/// The text of a file. A byte that is not UTF-8 becomes U+FFFD.
pub(crate) fn decode(contents: &Contents) -> Cow<'_, str> {
    // This looks at many bytes at once, as long as all are right.
    match std::str::from_utf8(&contents.bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(&contents.bytes),
    }
}

impl<'a> Sheet<'a> {
    /// Takes the text of a file apart. It is an error if there is nothing to show.
    pub(crate) fn new(contents: &'a Contents, text: &'a str) -> Result<Self> {
        let mut rest = text;
        let mut first = next_line(&mut rest).split_ascii_whitespace();
        if first.next() != Some("kthread_counter") {
            return Err(useless(
                contents,
                1,
                "it does not begin with \"kthread_counter\"",
            ));
        }
        let mut problems = Vec::new();
        let format = first.next().unwrap_or("");
        if format != FORMAT {
            problems.push(Problem::new(
                &contents.path,
                1,
                format_args!("format {format:?}; this program knows {FORMAT}"),
            ));
        }
        let keys = first.filter_map(|field| field.split_once('=')).collect();
        let columns: Vec<_> = next_line(&mut rest).split_ascii_whitespace().collect();
        if columns.is_empty() {
            return Err(useless(
                contents,
                COLUMNS_LINE,
                "there is no line with the columns",
            ));
        }

        let mut sheet = Self {
            contents,
            keys,
            columns,
            rest,
            lines: COLUMNS_LINE,
            problems,
        };
        if rest.is_empty() && !text.ends_with('\n') {
            sheet.columns.pop();
            sheet.problem(text.lines().count(), CUT);
        }
        Ok(sheet)
    }

    /// Reads the next row, if there is one, and names it if it does not fit the columns. The last field may be a
    /// part of one if the text does not end with its line.
    pub(crate) fn next(&mut self, row: &mut Row<'a>) -> bool {
        if self.rest.is_empty() {
            return false;
        }
        let whole = self.rest.len();
        let line = next_line(&mut self.rest);
        let is_cut_off = line.len() == whole;
        self.lines += 1;
        row.line = self.lines;
        row.cells.clear();
        fields(line, &mut row.cells);
        let (cells, columns) = (row.cells.len(), self.columns.len());
        if is_cut_off {
            row.cells.pop();
            self.problem(row.line, CUT);
        } else if cells != columns {
            let what = format!("{cells} fields for {columns} columns");
            self.problem(row.line, what);
        }
        true
    }

    /// Names what is missing after the last line.
    pub(crate) fn missing_at_the_end(&mut self, text: &str, what: impl std::fmt::Display) {
        self.problem(text.lines().count(), what);
    }

    fn problem(&mut self, line: usize, what: impl std::fmt::Display) {
        self.problems
            .push(Problem::new(&self.contents.path, line, what));
    }

    /// The number of a key.
    pub(crate) fn key<T: FromStr>(&mut self, name: &str) -> Option<T> {
        let Some(&text) = self.keys.get(name) else {
            self.problem(1, format_args!("the key {name} is missing"));
            return None;
        };
        let number = text.parse().ok();
        if number.is_none() {
            self.problem(1, format_args!("{name}={text:?} is no number of 64 bits"));
        }
        number
    }

    /// The keys that are none of these.
    pub(crate) fn other_keys(&self, known: &[&str]) -> BTreeMap<String, String> {
        self.keys
            .iter()
            .filter(|(key, _)| !known.contains(key))
            .map(|(&key, &value)| (key.to_owned(), value.to_owned()))
            .collect()
    }

    /// Names those of these columns that are missing: once, not for each row.
    pub(crate) fn name_missing_columns(&mut self, names: &[&str]) {
        for name in names {
            if self.column(name).is_none() {
                self.problem(COLUMNS_LINE, format_args!("the column {name} is missing"));
            }
        }
    }

    /// The place of a column.
    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| *column == name)
    }

    /// The place of a column without which no row means anything.
    pub(crate) fn needed_column(&self, name: &str) -> Result<usize> {
        self.columns
            .iter()
            .position(|column| *column == name)
            .ok_or_else(|| {
                let why = format!("the column {name} is missing");
                useless(self.contents, COLUMNS_LINE, &why)
            })
    }

    /// The columns that are none of these, and their places.
    pub(crate) fn other_columns(&self, known: &[&str]) -> Vec<(&'a str, usize)> {
        self.columns
            .iter()
            .enumerate()
            .filter(|(_, column)| !known.contains(column))
            .map(|(place, &column)| (column, place))
            .collect()
    }

    /// The number in a cell. There is none if it is `-`, or if the row or the column is not there.
    pub(crate) fn number<T: FromStr>(&mut self, row: &Row<'_>, column: Option<usize>) -> Option<T> {
        let column = column?;
        let text = row.word(Some(column))?;
        let number = text.parse().ok();
        if number.is_none() {
            let name = self.columns.get(column).copied().unwrap_or("?");
            self.problem(
                row.line,
                format_args!("{name} is {text:?}, no number of 64 bits"),
            );
        }
        number
    }
}

impl<'a> Row<'a> {
    /// What a cell says, if it is not `-`.
    pub(crate) fn word(&self, column: Option<usize>) -> Option<&'a str> {
        let word = self.cells.get(column?).copied()?;
        (word != "-").then_some(word)
    }
}

/// Takes the next line off, without its end.
fn next_line<'a>(rest: &mut &'a str) -> &'a str {
    let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
    *rest = after;
    line
}

/// The fields of a line. A table has a million of them.
fn fields<'a>(line: &'a str, fields: &mut Vec<&'a str>) {
    let mut begin = None;
    for (place, byte) in line.bytes().enumerate() {
        // Most bytes are above all spaces.
        let is_space = byte <= b' ' && byte.is_ascii_whitespace();
        match begin {
            None if !is_space => begin = Some(place),
            Some(first) if is_space => {
                fields.extend(line.get(first..place));
                begin = None;
            }
            _ => {}
        }
    }
    fields.extend(begin.and_then(|first| line.get(first..)));
}

fn useless(contents: &Contents, line: usize, why: &str) -> Error {
    Error::failed(
        format_args!("{}:{line}", contents.path.display()),
        why,
        "save the file again, from its start to its end",
    )
}
