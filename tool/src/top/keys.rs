// SPDX-License-Identifier: GPL-2.0

//! Keys, from the bytes that a terminal sends for them.

/// A key that was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Char(char),
    Up,
    Down,
    PageUp,
    PageDown,
    Home,
    End,
    Tab,
    Escape,
    /// Ctrl-C, or Ctrl-D.
    Interrupt,
    Other,
}

const ESC: u8 = 0x1b;

/// The bytes that are the begin of a key.
#[derive(Default)]
pub(crate) struct Keys {
    pending: Vec<u8>,
}

impl Keys {
    /// Takes bytes, and returns the keys that are complete.
    pub(crate) fn feed(&mut self, bytes: &[u8]) -> Vec<Key> {
        self.pending.extend_from_slice(bytes);
        let mut keys = Vec::new();
        let mut rest = self.pending.as_slice();
        while let Some((key, length)) = first(rest) {
            keys.push(key);
            rest = rest.get(length..).unwrap_or_default();
        }
        self.pending = rest.to_vec();
        keys
    }

    /// Whether there is the begin of a key.
    pub(crate) fn is_pending(&self) -> bool {
        !self.pending.is_empty()
    }

    /// No more bytes came for a while: Escape was pressed alone.
    pub(crate) fn settle(&mut self) -> Vec<Key> {
        let bytes = std::mem::take(&mut self.pending);
        match bytes.as_slice() {
            [] => vec![],
            [ESC] => vec![Key::Escape],
            _ => vec![Key::Other],
        }
    }
}

/// The first key, and how many bytes it has; nothing if more have to come.
fn first(bytes: &[u8]) -> Option<(Key, usize)> {
    match bytes {
        [] | [ESC] | [ESC, b'[' | b'O'] => None,
        [ESC, ESC, ..] => Some((Key::Escape, 1)),
        [ESC, b'O', last, ..] => Some((named(&[], *last), 3)),
        [ESC, b'[', rest @ ..] => {
            let end = rest.iter().position(|byte| (0x40..=0x7e).contains(byte));
            match end {
                Some(end) => {
                    let (arguments, last) = rest.split_at(end);
                    let last = last.first().copied().unwrap_or(0);
                    Some((named(arguments, last), 2 + end + 1))
                }
                // No terminal sends so many.
                None if rest.len() > 32 => Some((Key::Other, bytes.len())),
                None => None,
            }
        }
        [ESC, ..] => Some((Key::Other, 2)),
        [0x03 | 0x04, ..] => Some((Key::Interrupt, 1)),
        [b'\t', ..] => Some((Key::Tab, 1)),
        [byte @ 0x20..=0x7e, ..] => Some((Key::Char(char::from(*byte)), 1)),
        [_, ..] => Some((Key::Other, 1)),
    }
}

fn named(arguments: &[u8], last: u8) -> Key {
    match (arguments, last) {
        (_, b'A') => Key::Up,
        (_, b'B') => Key::Down,
        (_, b'H') | (b"1" | b"7", b'~') => Key::Home,
        (_, b'F') | (b"4" | b"8", b'~') => Key::End,
        (b"5", b'~') => Key::PageUp,
        (b"6", b'~') => Key::PageDown,
        _ => Key::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keys_are_known() {
        let mut keys = Keys::default();
        for (bytes, key) in [
            (&b"q"[..], Key::Char('q')),
            (b"\x1b[A", Key::Up),
            (b"\x1bOB", Key::Down),
            (b"\x1b[1;5A", Key::Up),
            (b"\x1b[5~", Key::PageUp),
            (b"\x1b[6~", Key::PageDown),
            (b"\x1b[H", Key::Home),
            (b"\x1b[4~", Key::End),
            (b"\t", Key::Tab),
            (b"\x03", Key::Interrupt),
            (b"\x1b[200~", Key::Other),
            (b"\x1bx", Key::Other),
        ] {
            assert_eq!(keys.feed(bytes), [key], "{bytes:?}");
            assert!(!keys.is_pending());
        }
    }

    #[test]
    fn escape_is_known_after_a_while() {
        let mut keys = Keys::default();
        assert_eq!(keys.feed(b"\x1b"), []);
        assert!(keys.is_pending());
        assert_eq!(keys.settle(), [Key::Escape]);
        // A slow line brings a key in parts.
        assert_eq!(keys.feed(b"\x1b"), []);
        assert_eq!(keys.feed(b"[B"), [Key::Down]);
        assert_eq!(keys.settle(), []);
    }

    proptest! {
        #[test]
        fn any_bytes_end(bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(ESC), Just(b'[')], 0..200)) {
            let mut keys = Keys::default();
            let found = keys.feed(&bytes);
            prop_assert!(found.len() <= bytes.len());
            prop_assert!(keys.pending.len() <= 36);
            keys.settle();
            prop_assert_eq!(keys.feed(b"q"), [Key::Char('q')]);
        }

        #[test]
        fn parts_are_as_good_as_the_whole(
            bytes in prop::collection::vec(prop_oneof![Just(ESC), Just(b'['), Just(b'A'), Just(b'5'), Just(b'~')], 0..30),
            cut in 0_usize..30,
        ) {
            let cut = cut.min(bytes.len());
            let mut whole = Keys::default();
            let mut parts = Keys::default();
            let at_once = whole.feed(&bytes);
            let mut after = parts.feed(&bytes[..cut]);
            after.extend(parts.feed(&bytes[cut..]));
            prop_assert_eq!(at_once, after);
        }
    }
}
