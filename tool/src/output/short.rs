// SPDX-License-Identifier: GPL-2.0

//! Short texts, such as a time or the name of a primitive, in a register: a table has hundreds of thousands of them.

use std::fmt;

/// Up to 15 bytes, without control characters.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Short {
    /// The first byte is the lowest.
    text: u128,
    bytes: u8,
    /// How many bytes more than characters it has.
    more: u8,
}

impl Short {
    /// The longest text.
    pub(crate) const MOST: usize = 15;
    const BLANKS: u128 = u128::from_le_bytes([b' '; 16]);

    /// A text of ASCII characters that can be seen. There is none if it is another or too long.
    pub(crate) fn of(text: &[u8]) -> Option<Self> {
        if text.len() > Self::MOST {
            return None;
        }
        text.iter().rev().try_fold(Self::default(), |short, byte| {
            let is_seen = (b' '..0x7f).contains(byte);
            is_seen.then(|| short.after(*byte))
        })
    }

    /// With this ASCII character before it. What does not fit is lost.
    pub(crate) fn after(self, byte: u8) -> Self {
        Self {
            text: self.text << 8 | u128::from(byte),
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

    /// Its bytes, and blanks after them.
    pub(crate) fn with_blanks(self) -> [u8; 16] {
        (self.text | Self::BLANKS << (8 * u32::from(self.bytes))).to_le_bytes()
    }
}

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.text.to_le_bytes();
        let text = bytes.get(..self.length()).unwrap_or_default();
        f.write_str(std::str::from_utf8(text).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_kept_with_its_length() {
        for text in ["", "-", "ssleep", "123456789012345"] {
            let short = Short::of(text.as_bytes()).unwrap();
            assert_eq!(short.to_string(), text);
            assert_eq!((short.length(), short.width()), (text.len(), text.len()));
            assert_eq!(&short.with_blanks()[..], format!("{text:16}").as_bytes());
        }
        for text in ["1234567890123456", "a\tb", "≤1ms"] {
            assert!(Short::of(text.as_bytes()).is_none(), "{text}");
        }
        let bound = Short::of(b"-9223372037s").unwrap().at_most();
        assert_eq!(bound.to_string(), "≤-9223372037s");
        assert_eq!((bound.length(), bound.width()), (15, 13));
    }
}
