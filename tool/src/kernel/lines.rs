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

    /// The last line from a place on.
    pub(crate) fn rest(&self, line: &Line, begin: usize) -> &[u8] {
        let rest = self.buffer.get(line.place.start + begin..line.place.end);
        rest.unwrap_or_default()
    }

    /// The field of the last line that begins there.
    pub(crate) fn field(&self, line: &Line, begin: usize) -> &[u8] {
        let rest = self.rest(line, begin);
        let end = rest.iter().position(u8::is_ascii_whitespace);
        rest.get(..end.unwrap_or(rest.len())).unwrap_or_default()
    }

    /// The text of the last line. A byte that is not UTF-8 becomes U+FFFD.
    pub(crate) fn text(&self, line: &Line) -> String {
        String::from_utf8_lossy(self.rest(line, 0)).into_owned()
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

/// Where the fields of a line begin: what white space divides.
pub(crate) struct Fields {
    begins: Vec<usize>,
    found: usize,
}

impl Fields {
    /// All fields are counted, but the places of so many are kept.
    pub(crate) fn new(kept: usize) -> Self {
        Self {
            begins: vec![0; kept],
            found: 0,
        }
    }

    pub(crate) fn number(&self) -> usize {
        self.found
    }

    pub(crate) fn begin(&self, field: usize) -> Option<usize> {
        match field < self.found {
            true => self.begins.get(field).copied(),
            false => None,
        }
    }

    pub(crate) fn forget_last(&mut self) {
        self.found = self.found.saturating_sub(1);
    }

    /// Finds those of the line that begins here, and where it ends, if it does.
    fn find(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = At::default();
        loop {
            at = self.skip_words(bytes, at);
            let some = bytes.get(at.place..).unwrap_or_default();
            if some.is_empty() {
                self.found = at.found;
                return None;
            }
            for byte in some.iter().take(PAIR) {
                if byte.is_ascii_whitespace() {
                    at.inside = 0;
                } else if at.inside == 0 {
                    self.keep(&mut at.found, at.place);
                    at.inside = MARK;
                }
                if *byte == b'\n' {
                    self.found = at.found;
                    return Some(at.place);
                }
                at.place += 1;
            }
        }
    }

    /// Goes on up to a control character, which may be the end of the line.
    fn skip_words(&mut self, bytes: &[u8], mut at: At) -> At {
        let mut rest = bytes.get(at.place..).unwrap_or_default();
        while let Some((pair, after)) = rest.split_first_chunk::<PAIR>() {
            let pair = u128::from_le_bytes(*pair);
            let words = [pair as u64, (pair >> 64) as u64];
            if words.map(no_controls).iter().any(|marks| *marks != MARKS) {
                break;
            }
            for word in words {
                let inside = above_blank(word);
                let mut begins = inside & !((inside << 8) | at.inside);
                while begins != 0 {
                    let place = at.place + begins.trailing_zeros() as usize / 8;
                    self.keep(&mut at.found, place);
                    begins &= begins - 1;
                }
                at.inside = inside >> 56;
                at.place += 8;
            }
            rest = after;
        }
        at
    }

    fn keep(&mut self, found: &mut usize, place: usize) {
        if let Some(to) = self.begins.get_mut(*found) {
            *to = place;
        }
        *found += 1;
    }
}

/// How far a line has been looked at.
#[derive(Clone, Copy, Default)]
struct At {
    place: usize,
    found: usize,
    /// Marked if the last byte was of a field.
    inside: u64,
}

/// So many bytes are looked at together.
const PAIR: usize = 16;
/// The highest bit of a byte, and of each of eight.
const MARK: u64 = 0x80;
const MARKS: u64 = MARK * ONES;
const ONES: u64 = 0x0101_0101_0101_0101;

/// A mark for each byte that is no control character: between two fields there are only blanks then.
fn no_controls(word: u64) -> u64 {
    (word | ((word & !MARKS) + (MARK - b' ' as u64) * ONES)) & MARKS
}

/// A mark for each byte above the blank.
fn above_blank(word: u64) -> u64 {
    (word | ((word & !MARKS) + (MARK - 1 - b' ' as u64) * ONES)) & MARKS
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
                let begin = fields.begin(field);
                let field = begin.map_or(&b""[..], |begin| lines.field(&line, begin));
                String::from_utf8_lossy(field).into_owned()
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
