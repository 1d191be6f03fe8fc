// SPDX-License-Identifier: GPL-2.0

//! JSON in lines, as `serde_json` writes it, but that an array in an array, such as a bucket, is in one line.

use std::io::{
    self,
    Write, //
};

use serde_json::ser::Formatter;

/// A line feed, and the blanks of a deep line. Where a line is deeper, some are missing.
const BEGIN: &[u8] = b"\n                                ";
const BLANKS_EACH: usize = 2;

#[derive(Default)]
pub(super) struct Lines {
    /// What it is in, from the outside: whether each is an array.
    around: Vec<bool>,
    /// How many of them are in one line.
    in_line: usize,
    /// Whether the last one to end has something in it.
    is_filled: bool,
}

impl Lines {
    fn begin(&mut self, is_array: bool) {
        let is_in_array = self.around.last() == Some(&true);
        if self.in_line > 0 || is_array && is_in_array {
            self.in_line += 1;
        }
        self.around.push(is_array);
        self.is_filled = false;
    }

    fn end<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.around.pop();
        if self.in_line > 0 {
            self.in_line -= 1;
        } else if self.is_filled {
            self.line(to)?;
        }
        Ok(())
    }

    fn next<W: ?Sized + Write>(&mut self, to: &mut W, is_first: bool) -> io::Result<()> {
        match (self.in_line > 0, is_first) {
            (true, true) => Ok(()),
            (true, false) => to.write_all(b", "),
            (false, true) => self.line(to),
            (false, false) => {
                to.write_all(b",")?;
                self.line(to)
            }
        }
    }

    fn line<W: ?Sized + Write>(&self, to: &mut W) -> io::Result<()> {
        let length = 1 + BLANKS_EACH * self.around.len();
        to.write_all(BEGIN.get(..length).unwrap_or(BEGIN))
    }
}

impl Formatter for Lines {
    fn begin_array<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.begin(true);
        to.write_all(b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.end(to)?;
        to.write_all(b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, to: &mut W, first: bool) -> io::Result<()> {
        self.next(to, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, _to: &mut W) -> io::Result<()> {
        self.is_filled = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.begin(false);
        to.write_all(b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.end(to)?;
        to.write_all(b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, to: &mut W, first: bool) -> io::Result<()> {
        self.next(to, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        to.write_all(b": ")
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _to: &mut W) -> io::Result<()> {
        self.is_filled = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde::Serialize;
    use serde_json::{
        json,
        Serializer,
        Value, //
    };

    fn text(value: &Value) -> String {
        let mut text = Vec::new();
        let mut serializer = Serializer::with_formatter(&mut text, Lines::default());
        value.serialize(&mut serializer).unwrap();
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn a_bucket_is_in_one_line() {
        let value = json!({"a": [[63, 5], [127, {"b": [1, []]}]], "c": [], "d": {}, "e": [1]});
        let lines = "\
{
  \"a\": [
    [63, 5],
    [127, {\"b\": [1, []]}]
  ],
  \"c\": [],
  \"d\": {},
  \"e\": [
    1
  ]
}";
        assert_eq!(text(&value), lines);
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<i64>().prop_map(Value::from),
            "[a\"\\\\\n,\\[]{0,5}".prop_map(Value::from),
        ];
        leaf.prop_recursive(20, 60, 4, |inner| {
            let object = prop::collection::btree_map("[a-d]", inner.clone(), 0..4);
            prop_oneof![
                prop::collection::vec(inner, 0..4).prop_map(Value::from),
                object.prop_map(|map| Value::from_iter(map)),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_value_is_what_was_written(value in any_value()) {
            prop_assert_eq!(serde_json::from_str::<Value>(&text(&value)).unwrap(), value);
        }

        #[test]
        fn without_arrays_in_arrays_it_is_what_serde_json_writes(value in any_value()) {
            fn has_one(value: &Value) -> bool {
                match value {
                    Value::Array(items) => items.iter().any(|item| item.is_array() || has_one(item)),
                    Value::Object(fields) => fields.values().any(has_one),
                    _ => false,
                }
            }
            fn depth(value: &Value) -> usize {
                match value {
                    Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
                    Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or(0),
                    _ => 0,
                }
            }
            if !has_one(&value) && depth(&value) < BEGIN.len() / BLANKS_EACH {
                prop_assert_eq!(text(&value), serde_json::to_string_pretty(&value).unwrap());
            }
        }
    }
}
