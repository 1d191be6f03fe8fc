// SPDX-License-Identifier: GPL-2.0

//! The form that both of the module's files have: a line of keys, a line of columns, and rows.
//!
//! Columns are found by name. What is unknown is kept aside, what is missing or cannot be read is a
//! [`Problem`], and the rest is used.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    fmt,
    str::FromStr, //
};

use super::{
    fields::{
        self,
        Fields, //
    },
    problem::Problem,
    source::Stream, //
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
/// The digits that any 64 bits have room for, without a look at each sum.
const SAFE_DIGITS: usize = 18;

/// A file, at one of its rows.
pub(crate) struct Sheet<'a> {
    stream: Stream<'a>,
    /// What the first line says before the keys, if that is not [`FORMAT`].
    other_format: Option<String>,
    keys: BTreeMap<String, String>,
    columns: Vec<String>,
    /// The row, and its line, counted from 1. It may have fewer fields than there are columns.
    row: Vec<u8>,
    fields: Fields,
    line: usize,
    pub(crate) problems: Vec<Problem>,
}

impl<'a> Sheet<'a> {
    /// Reads what is before the first row. It is an error if there is nothing to show.
    pub(crate) fn new(mut stream: Stream<'a>) -> Result<Self> {
        let (mut first, mut second) = (Vec::new(), Vec::new());
        stream.next(&mut first)?;
        stream.next(&mut second)?;
        let first = String::from_utf8_lossy(&first);
        let columns = String::from_utf8_lossy(&second);
        let mut sheet = Self {
            stream,
            other_format: None,
            keys: BTreeMap::new(),
            columns: columns
                .split_ascii_whitespace()
                .map(str::to_owned)
                .collect(),
            row: Vec::new(),
            fields: Fields::default(),
            line: COLUMNS_LINE,
            problems: Vec::new(),
        };
        let mut first = first.split_ascii_whitespace();
        if first.next() != Some("kthread_counter") {
            return Err(sheet.useless(1, "it does not begin with \"kthread_counter\""));
        }
        let format = first.next().unwrap_or("");
        if format != FORMAT {
            sheet.problem(
                1,
                format_args!("format {format:?}; this program knows {FORMAT}"),
            );
            sheet.other_format = Some(format.to_owned());
        }
        sheet.keys = first
            .filter_map(|field| field.split_once('='))
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect();
        if sheet.columns.is_empty() {
            return Err(sheet.useless(COLUMNS_LINE, "there is no line with the columns"));
        }
        if is_cut_off(&second) {
            sheet.columns.pop();
            sheet.problem(COLUMNS_LINE, CUT);
        }
        Ok(sheet)
    }

    /// Goes to the next row, if there is one, and names it if it does not fit the columns. The last field may be a
    /// part of one if the file does not end with its line.
    pub(crate) fn next(&mut self) -> Result<bool> {
        self.next_row()?;
        if self.row.is_empty() {
            return Ok(false);
        }
        self.line += 1;
        let (fields, columns) = (self.fields.number(), self.columns.len());
        if is_cut_off(&self.row) {
            self.fields.forget_last();
            self.problem(self.line, CUT);
        } else if fields != columns {
            let what = format!("{fields} fields for {columns} columns");
            self.problem(self.line, what);
        }
        Ok(true)
    }

    /// Nearly all rows are as long as the one before and have their fields where it had them: to see that takes one pass,
    /// and to find the end of a line and then its fields takes two.
    fn next_row(&mut self) -> Result {
        let ahead = self.stream.ahead(self.row.len());
        let like_before = ahead.filter(|ahead| ahead.last() == Some(&b'\n'));
        if let Some(row) = like_before.filter(|row| self.fields.are_those_of(row)) {
            self.row.copy_from_slice(row);
            self.stream.pass(self.row.len());
            return Ok(());
        }
        self.stream.next(&mut self.row)?;
        self.fields.find(&self.row);
        Ok(())
    }

    /// Names what is missing after the last line.
    pub(crate) fn missing_at_the_end(&mut self, what: impl fmt::Display) {
        self.problem(self.line, what);
    }

    fn problem(&mut self, line: usize, what: impl fmt::Display) {
        let path = self.stream.path();
        self.problems.push(Problem::new(path, line, what));
    }

    /// The number of a key.
    pub(crate) fn key<T: FromStr>(&mut self, name: &str) -> Option<T> {
        let Some(text) = self.keys.get(name) else {
            self.problem(1, format_args!("the key {name} is missing"));
            return None;
        };
        let number = text.parse().ok();
        if number.is_none() {
            let what = format!("{name}={text:?} is no number of 64 bits");
            self.problem(1, what);
        }
        number
    }

    /// The keys that are none of these.
    pub(crate) fn other_keys(&self, known: &[&str]) -> BTreeMap<String, String> {
        let mut keys = self.keys.clone();
        keys.retain(|key, _| !known.contains(&key.as_str()));
        keys
    }

    /// Names a column that is missing: once, not for each row.
    pub(crate) fn name_missing_column(&mut self, name: &str) {
        if self.column(name).is_none() {
            self.problem(COLUMNS_LINE, format_args!("the column {name} is missing"));
        }
    }

    /// The place of a column.
    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    /// The place of a column without which no row means anything.
    pub(crate) fn needed_column(&self, name: &str) -> Result<usize> {
        self.column(name).ok_or_else(|| {
            let why = format!("the column {name} is missing");
            self.useless(COLUMNS_LINE, &why)
        })
    }

    /// An error if there is none of these columns: nothing of the file could be shown.
    pub(crate) fn need_one_of(&self, names: impl IntoIterator<Item = &'static str>) -> Result {
        match names.into_iter().any(|name| self.column(name).is_some()) {
            true => Ok(()),
            false => Err(self.useless(COLUMNS_LINE, "none of its columns is known")),
        }
    }

    /// The columns that are none of these, and their places.
    pub(crate) fn other_columns(&self, known: impl Fn(&str) -> bool) -> Vec<(String, usize)> {
        let columns = self.columns.iter().zip(0..);
        columns
            .filter(|(column, _)| !known(column))
            .map(|(column, place)| (column.clone(), place))
            .collect()
    }

    /// What the row says in a column, if that is not `-`. It is read from there each time.
    pub(crate) fn bytes(&self, column: usize) -> Option<&[u8]> {
        let bytes = fields::first(self.rest(column)?);
        (bytes != b"-").then_some(bytes)
    }

    /// The row from a column on.
    pub(crate) fn rest(&self, column: usize) -> Option<&[u8]> {
        self.row.get(self.fields.begin(column)?..)
    }

    /// The same as text. A byte that is not UTF-8 becomes U+FFFD.
    pub(crate) fn word(&self, column: usize) -> Option<Cow<'_, str>> {
        let bytes = self.bytes(column)?;
        // This looks at many bytes at once, as long as all are right.
        Some(match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => String::from_utf8_lossy(bytes),
        })
    }

    /// The same as a number. There is none if it is `-`, or if the field or the column is not there.
    #[inline]
    pub(crate) fn number<T>(&mut self, column: usize) -> Option<T>
    where
        T: FromStr + TryFrom<u64>,
    {
        let number = digits(self.rest(column)?).and_then(|number| T::try_from(number).ok());
        if number.is_none() && self.bytes(column).is_some() {
            return self.other_number(column);
        }
        number
    }

    /// The same of what is no number of few digits: there may be none. Apart, for the others to be quick.
    #[cold]
    fn other_number<T: FromStr>(&mut self, column: usize) -> Option<T> {
        let text = self.word(column)?;
        let number = text.parse().ok();
        if number.is_none() {
            let name = self.columns.get(column).map_or("?", String::as_str);
            let what = format!("{name} is {text:?}, no number of 64 bits");
            self.problem(self.line, what);
        }
        number
    }

    fn useless(&self, line: usize, why: &str) -> Error {
        if let Some(format) = &self.other_format {
            return Error::failed(
                format_args!("{}:1", self.stream.path().display()),
                format_args!("format {format:?}; this program knows {FORMAT}"),
                "read it with the kthread-counter that came with its module, or a newer one",
            );
        }
        Error::failed(
            format_args!("{}:{line}", self.stream.path().display()),
            why,
            "save the file again, from its start to its end",
        )
    }
}

/// Whether the file ends in this line.
fn is_cut_off(line: &[u8]) -> bool {
    line.last().is_some_and(|byte| *byte != b'\n')
}

/// The field that begins here, if it is a number of few digits, as nearly all are.
fn digits(bytes: &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    let mut length = 0;
    for byte in bytes {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            if !fields::divides(*byte) {
                return None;
            }
            break;
        }
        number = number.wrapping_mul(10).wrapping_add(digit.into());
        length += 1;
    }
    (1..=SAFE_DIGITS).contains(&length).then_some(number)
}
