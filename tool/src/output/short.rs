// SPDX-License-Identifier: GPL-2.0

//! Short texts, such as a time or the name of a primitive, in a register: a table has hundreds of thousands of them.

use std::fmt;

/// Up to 15 bytes, without control characters.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Short {
    /// The first byte is the lowest. Blanks follow.
    text: u128,
    bytes: u8,
    /// How many bytes more than characters it has.
    more: u8,
}

const ONES: u128 = u128::from_ne_bytes([1; 16]);
const MARKS: u128 = 0x80 * ONES;
const BLANKS: u128 = b' ' as u128 * ONES;

/// Where the last byte is, in bits.
const SIZES: u32 = 120;
const LAST: u128 = 0xff << SIZES;

impl Short {
    /// The longest text.
    pub(crate) const MOST: usize = 15;
    pub(crate) const EMPTY: Self = Self {
        text: BLANKS,
        bytes: 0,
        more: 0,
    };

    /// A text of ASCII characters that can be seen. There is none if it is another or too long.
    pub(crate) fn of(text: &[u8]) -> Option<Self> {
        let mut bytes = [b' '; 16];
        bytes.get_mut(..text.len())?.copy_from_slice(text);
        let all = u128::from_le_bytes(bytes);
        // A byte is marked if it is above 126, and one that is below the blank is not.
        let is_above = (all | ((all & !MARKS) + ONES)) & MARKS;
        let is_seen = ((all & !MARKS) + (0x80 - u128::from(b' ')) * ONES) & MARKS;
        (is_above == 0 && is_seen == MARKS && text.len() <= Self::MOST).then_some(Self {
            text: all,
            // It is at most 15.
            bytes: text.len() as u8,
            more: 0,
        })
    }

    /// The text at the start of a line, up to a blank or the end of the line. There may be none although [`Self::of`] has
    /// one: this looks at 16 bytes at once.
    pub(crate) fn first_of(line: &[u8]) -> Option<Self> {
        let all = u128::from_le_bytes(*line.first_chunk()?);
        let low = all & !MARKS;
        // A byte is marked if it is above the blank.
        let is_above_blank = (low + (0x7f - u128::from(b' ')) * ONES) | all;
        let bits = (!is_above_blank & MARKS).trailing_zeros() & !7;
        // A whole byte is there to end it, if there is one.
        let text = all & !(u128::MAX.checked_shl(bits)?);
        let is_above = (text | ((text & !MARKS) + ONES)) & MARKS;
        let ends = matches!((all >> bits) as u8, b' ' | b'\n');
        (is_above == 0 && ends).then_some(Self {
            text: text | (BLANKS << bits),
            // It is at most 15.
            bytes: (bits / 8) as u8,
            more: 0,
        })
    }

    /// A text of at most 8 ASCII characters that can be seen, the first one lowest, and blanks after them.
    #[inline]
    pub(crate) fn of_few(text: u64, bytes: u8) -> Self {
        Self {
            text: (BLANKS << 64) | u128::from(text),
            bytes,
            more: 0,
        }
    }

    /// With this ASCII character before it. What does not fit is lost.
    pub(crate) fn after(self, byte: u8) -> Self {
        Self {
            text: (self.text << 8) | u128::from(byte),
            bytes: self.bytes + 1,
            ..self
        }
    }

    /// With `≤` before it.
    pub(crate) fn at_most(self) -> Self {
        let [a, b, c] = [0xe2, 0x89, 0xa4];
        Self {
            more: self.more + 2,
            ..self.after(c).after(b).after(a)
        }
    }

    /// In bytes.
    pub(crate) fn length(self) -> usize {
        self.bytes.into()
    }

    /// In characters.
    pub(crate) fn width(self) -> usize {
        usize::from(self.bytes - self.more)
    }

    /// The same in 16 bytes, of which the last is below 240.
    pub(crate) fn pack(self) -> u128 {
        let sizes = self.bytes | (self.more << 4);
        (self.text & !LAST) | (u128::from(sizes) << SIZES)
    }

    pub(crate) fn unpack(packed: u128) -> Self {
        let sizes = (packed >> SIZES) as u8;
        Self {
            text: (packed & !LAST) | (BLANKS & LAST),
            bytes: sizes & 15,
            more: sizes >> 4,
        }
    }

    /// Its bytes, and blanks after them.
    pub(crate) fn with_blanks(self) -> [u8; 16] {
        self.text.to_le_bytes()
    }
}

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.with_blanks();
        let text = bytes.get(..self.length()).unwrap_or_default();
        f.write_str(std::str::from_utf8(text).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_kept_with_its_length() {
        for text in ["", "-", " ~", "ssleep", "123456789012345"] {
            let short = Short::of(text.as_bytes()).unwrap();
            assert_eq!(short.to_string(), text);
            assert_eq!((short.length(), short.width()), (text.len(), text.len()));
            assert_eq!(&short.with_blanks()[..], format!("{text:16}").as_bytes());
        }
        let few = Short::of_few(u64::from_le_bytes(*b"12.3us  "), 6);
        assert!(few == Short::of(b"12.3us").unwrap());
        let others = [
            "1234567890123456",
            "12345678901234567",
            "a\tb",
            "a\x1f",
            "\x7f",
            "≤1ms",
        ];
        for text in others {
            assert!(Short::of(text.as_bytes()).is_none(), "{text}");
        }
        for (line, text) in [
            ("ssleep     20ms  ", Some("ssleep")),
            ("123456789012345 6", Some("123456789012345")),
            ("123456789012345\n6", Some("123456789012345")),
            (" 23456789012345 6", Some("")),
            ("1234567890123456 ", None),
            ("123456789012345\t6", None),
            ("12345678\x1b012345 6", None),
            ("1234567\x7f9012345 6", None),
            ("1234567é9012345 6", None),
            ("12345 7é9012345 6", Some("12345")),
            ("123456789012 45", None),
        ] {
            let first = Short::first_of(line.as_bytes());
            assert_eq!(
                first.map(|short| short.to_string()).as_deref(),
                text,
                "{line:?}"
            );
            assert!(first.is_none_or(|short| Some(short) == Short::of(text.unwrap().as_bytes())));
        }
        let bound = Short::of(b"-9223372037s").unwrap().at_most();
        assert_eq!(bound.to_string(), "≤-9223372037s");
        assert_eq!((bound.length(), bound.width()), (15, 13));
        assert!(Short::unpack(bound.pack()) == bound);
    }
}
