// SPDX-License-Identifier: GPL-2.0

//! Where the fields of a line are: what white space divides.
//!
//! A table may have a million fields. The module aligns them, so that nearly all lines have theirs where the line before
//! had them: to see that takes a few instructions for many bytes, and to find them takes some for each.

/// The fields of one line after the other.
#[derive(Default)]
pub(crate) struct Fields {
    begins: Vec<usize>,
    /// Of the line in which they were found: see [`marks`].
    marks: Vec<bool>,
}

impl Fields {
    /// Finds those of another line.
    pub(crate) fn find(&mut self, line: &[u8]) {
        if self.are_those_of(line) {
            return;
        }
        self.marks.clear();
        self.marks.extend(marks(line));
        self.begins.clear();
        self.begins.extend(begins_at_once(line).then_some(0));
        let marked = self.marks.iter().zip(1..).filter(|(begins, _)| **begins);
        self.begins.extend(marked.map(|(_, place)| place));
    }

    /// Whether they are where those of this text are, which is one line.
    pub(crate) fn are_those_of(&mut self, text: &[u8]) -> bool {
        let is_long_enough = self.begins.last().is_some_and(|last| *last < text.len());
        let did_at_once = self.begins.first() == Some(&0);
        // No field began where there was nothing.
        self.marks.resize(text.len().max(self.marks.len()), false);
        // Without an early end, the compiler takes many bytes at once.
        let pairs = marks(text).zip(&self.marks).zip(text);
        let differs = pairs.fold(false, |differs, ((mark, was), byte)| {
            differs | (mark != *was) | (*byte == b'\n')
        });
        is_long_enough && did_at_once == begins_at_once(text) && !differs
    }

    pub(crate) fn number(&self) -> usize {
        self.begins.len()
    }

    pub(crate) fn begin(&self, field: usize) -> Option<usize> {
        self.begins.get(field).copied()
    }

    pub(crate) fn forget_last(&mut self) {
        self.begins.pop();
        // No line has these.
        self.marks.fill(true);
    }
}

/// Whether it is white space, or another control character, of which no file of the module has one: this is quick.
pub(super) fn divides(byte: u8) -> bool {
    byte <= b' '
}

fn begins_at_once(line: &[u8]) -> bool {
    line.first().is_some_and(|byte| !divides(*byte))
}

/// Whether a field begins at each byte but the first.
fn marks(line: &[u8]) -> impl Iterator<Item = bool> + '_ {
    let pairs = line.iter().zip(line.get(1..).unwrap_or_default());
    pairs.map(|(before, byte)| divides(*before) & !divides(*byte))
}

/// The field at the start of this text.
pub(crate) fn first(text: &[u8]) -> &[u8] {
    let end = text.iter().position(|byte| divides(*byte));
    text.get(..end.unwrap_or(text.len())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    fn found<'a>(fields: &mut Fields, line: &'a str) -> Vec<&'a [u8]> {
        fields.find(line.as_bytes());
        let begins = (0..fields.number()).filter_map(|field| fields.begin(field));
        begins
            .map(|begin| first(&line.as_bytes()[begin..]))
            .collect()
    }

    proptest! {
        #[test]
        fn fields_are_what_white_space_and_control_characters_divide(
            lines in prop::collection::vec("(a{0,2}[ \\x00-\\x09\\x0b-\\x1f]{0,2}){0,20}\n?", 0..9),
            other in "[ -\\x{84}≤]{0,99}",
        ) {
            let mut fields = Fields::default();
            for line in lines.iter().flat_map(|line| [line, line]).chain([&other]) {
                let simply = line.split(|c| c <= ' ').filter(|field| !field.is_empty());
                let simply: Vec<_> = simply.map(str::as_bytes).collect();
                prop_assert_eq!(found(&mut fields, line), simply);
            }
        }

        #[test]
        fn lines_may_be_like_the_one_before(
            lines in prop::collection::vec("a {1,2}b {0,1}c{0,1}d{0,9} {0,9}", 0..99),
        ) {
            let mut fields = Fields::default();
            for line in &lines {
                let simply: Vec<_> = line.split_ascii_whitespace().map(str::as_bytes).collect();
                prop_assert_eq!(found(&mut fields, line), simply);
            }
        }
    }
}
