// SPDX-License-Identifier: GPL-2.0

//! The lines of a file and where their fields are. A table has up to 10 MiB in a million fields, so that each byte is
//! looked at once, eight at a time, and all lines are read into the same memory.

use std::ops::Range;

use super::source::Stream;
use crate::error::Result;

/// The module gives a page or so at a time. This is for saved files, and for long lines at first.
const PIECE: usize = 64 * 1024;

/// What has been read, and how far it has been given out.
pub(crate) struct Lines<'a> {
    stream: Stream<'a>,
    buffer: Vec<u8>,
    rest: Range<usize>,
    ended: bool,
}

/// A line, without its end, in the memory of [`Lines`].
#[derive(Default)]
pub(crate) struct Line {
    place: Range<usize>,
    /// The file ends in this line.
    pub(crate) is_cut_off: bool,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(stream: Stream<'a>) -> Self {
        Self {
            stream,
            buffer: vec![0; PIECE],
            rest: 0..0,
            ended: false,
        }
    }

    /// The next line, if there is one, and its fields. The one before it is gone then.
    pub(crate) fn next(&mut self, fields: &mut Fields) -> Result<Option<Line>> {
        loop {
            let rest = self.buffer.get(self.rest.clone()).unwrap_or_default();
            let length = fields.find(rest);
            let begin = self.rest.start;
            if let Some(length) = length {
                self.rest.start += length + 1;
                return Ok(Some(Line {
                    place: begin..begin + length,
                    is_cut_off: false,
                }));
            }
            if self.ended {
                let place = self.rest.clone();
                self.rest.start = self.rest.end;
                return Ok((!place.is_empty()).then_some(Line {
                    place,
                    is_cut_off: true,
                }));
            }
            self.read_on()?;
        }
    }

    /// The bytes of the last line, or of a part of it.
    pub(crate) fn bytes(&self, line: &Line, part: Range<usize>) -> &[u8] {
        let line = self.buffer.get(line.place.clone()).unwrap_or_default();
        line.get(part).unwrap_or_default()
    }

    /// The text of the last line. A byte that is not UTF-8 becomes U+FFFD.
    pub(crate) fn text(&self, line: &Line) -> String {
        String::from_utf8_lossy(self.bytes(line, 0..line.place.len())).into_owned()
    }

    /// The file, for messages.
    pub(crate) fn stream(&self) -> &Stream<'a> {
        &self.stream
    }

    fn read_on(&mut self) -> Result {
        // The module's pieces end with a line, so that there is nothing to move.
        self.buffer.copy_within(self.rest.clone(), 0);
        self.rest = 0..self.rest.len();
        if self.rest.end == self.buffer.len() {
            self.buffer.resize(self.rest.end * 2, 0);
        }
        let room = self.buffer.get_mut(self.rest.end..).unwrap_or_default();
        let read = self.stream.read(room)?;
        self.rest.end += read;
        self.ended = read == 0;
        Ok(())
    }
}

/// Where the fields of a line begin and end: what white space divides.
pub(crate) struct Fields {
    /// The begin of the first, its end, the begin of the second, and so on.
    edges: Vec<usize>,
    found: usize,
}

impl Fields {
    /// All fields are counted, but the places of so many are kept.
    pub(crate) fn new(kept: usize) -> Self {
        Self {
            edges: vec![0; 2 * kept],
            found: 0,
        }
    }

    pub(crate) fn number(&self) -> usize {
        self.found / 2
    }

    pub(crate) fn place(&self, field: usize) -> Option<Range<usize>> {
        if field >= self.number() {
            return None;
        }
        let begin = self.edges.get(2 * field)?;
        let end = self.edges.get(2 * field + 1)?;
        Some(*begin..*end)
    }

    pub(crate) fn forget_last(&mut self) {
        self.found = self.found.saturating_sub(2);
    }

    /// Finds those of the line that begins here, and where it ends. If it does not, its last field does not either.
    fn find(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut edges = Edges {
            places: &mut self.edges,
            found: 0,
            inside: 0,
        };
        let mut place = 0;
        let mut rest = bytes;
        while let Some((eight, after)) = rest.split_first_chunk() {
            let word = u64::from_le_bytes(*eight);
            if !has_control(word) {
                edges.of_word(word, place);
            } else if let Some(end) = edges.of_bytes(eight, place) {
                self.found = edges.found;
                return Some(end);
            }
            rest = after;
            place += eight.len();
        }
        let end = edges.of_bytes(rest, place);
        if end.is_none() {
            edges.leave(bytes.len());
        }
        self.found = edges.found;
        end
    }
}

/// The highest bit of each byte: the marks below.
const MARKS: u64 = 0x8080_8080_8080_8080;
const ONES: u64 = 0x0101_0101_0101_0101;

/// Whether a byte is below the blank: then there may be more than blanks between two fields, or the line may end.
fn has_control(word: u64) -> bool {
    let is_none = word | ((word & !MARKS) + (0x80 - b' ' as u64) * ONES);
    is_none & MARKS != MARKS
}

/// A mark for each byte above the blank.
fn above_blank(word: u64) -> u64 {
    (word | ((word & !MARKS) + (0x7f - b' ' as u64) * ONES)) & MARKS
}

struct Edges<'a> {
    places: &'a mut [usize],
    found: usize,
    /// The mark of the last byte, as the lowest byte: 0x80 if it was of a field.
    inside: u64,
}

impl Edges<'_> {
    fn add(&mut self, place: usize) {
        if let Some(to) = self.places.get_mut(self.found) {
            *to = place;
        }
        self.found += 1;
    }

    /// Eight bytes, the first in the lowest bits, of which none is a control character. With this and the next one
    /// inlined, all stays in registers.
    #[inline(always)]
    fn of_word(&mut self, word: u64, place: usize) {
        let inside = above_blank(word);
        let mut edges = inside ^ (inside << 8 | self.inside);
        while edges != 0 {
            self.add(place + edges.trailing_zeros() as usize / 8);
            edges &= edges - 1;
        }
        self.inside = inside >> 56;
    }

    /// Any bytes, up to the end of the line.
    #[inline(always)]
    fn of_bytes(&mut self, bytes: &[u8], place: usize) -> Option<usize> {
        for (place, byte) in (place..).zip(bytes) {
            if byte.is_ascii_whitespace() {
                self.leave(place);
            } else if self.inside == 0 {
                self.add(place);
                self.inside = 0x80;
            }
            if *byte == b'\n' {
                return Some(place);
            }
        }
        None
    }

    /// A field may end here.
    fn leave(&mut self, place: usize) {
        if self.inside != 0 {
            self.add(place);
            self.inside = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::source::Contents;

    use proptest::prelude::*;

    /// Fields, and whether the file ends in the line.
    type Read = (Vec<String>, bool);

    fn read(bytes: &[u8]) -> Vec<Read> {
        let contents = Contents {
            path: "file".into(),
            bytes: bytes.to_vec(),
        };
        let mut lines = Lines::new(contents.stream());
        // Short lines, too, are longer than the memory then.
        lines.buffer.truncate(4);
        let mut fields = Fields::new(8);
        let mut read = Vec::new();
        while let Some(line) = lines.next(&mut fields).unwrap() {
            let texts = (0..fields.number()).map(|field| {
                let place = fields.place(field).unwrap_or_default();
                String::from_utf8_lossy(lines.bytes(&line, place)).into_owned()
            });
            read.push((texts.collect(), line.is_cut_off));
        }
        read
    }

    fn simply(text: &str) -> Vec<Read> {
        let lines = text.split_inclusive('\n');
        let read = lines.map(|line| {
            let fields = line.split_ascii_whitespace().enumerate();
            let kept = fields.map(|(n, field)| if n < 8 { field } else { "" }.to_owned());
            (kept.collect(), !line.ends_with('\n'))
        });
        read.collect()
    }

    #[test]
    fn long_lines_are_read() {
        let text = format!("{} {}\nb", "a".repeat(3 * PIECE), "c".repeat(7));
        assert_eq!(read(text.as_bytes()), simply(&text));
    }

    proptest! {
        #[test]
        fn fields_are_what_white_space_divides(text in "([ -!\\x7f-\\x{84}≤]{0,9}[\\x00-\\x21\n]{0,2}){0,20}") {
            prop_assert_eq!(read(text.as_bytes()), simply(&text));
        }
    }
}
