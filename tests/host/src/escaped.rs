// SPDX-License-Identifier: GPL-2.0

//! `src/domain/logic/escaped.rs`: names that others have chosen.

use proptest::{
    collection::vec,
    prelude::*, //
};

use crate::logic::escaped::Escaped;

#[test]
fn plain_names_are_shown_as_they_are() {
    for name in ["sh", "kworker/0:1-eve", "(sd-pam)", "a=b", "~!"] {
        assert_eq!(Escaped(name.as_bytes()).to_string(), name);
    }
}

#[test]
fn what_would_divide_or_garble_the_line_is_not() {
    for (name, shown) in [
        (&b"a b"[..], "a\\040b"),
        (b"\n\t\x1b[0m", "\\012\\011\\033[0m"),
        (b"a\\040b", "a\\134040b"),
        (b"\xc3\xa4\x7f\x00", "\\303\\244\\177\\000"),
        (b"", ""),
    ] {
        assert_eq!(Escaped(name).to_string(), shown);
    }
}

/// Reads it back.
fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = text.bytes();
    let mut name = Vec::new();
    while let Some(byte) = bytes.next() {
        name.push(match byte {
            b'\\' => (0..3).fold(0, |number, _| number * 8 + (bytes.next().unwrap() - b'0')),
            byte => byte,
        });
    }
    name
}

proptest! {
    #[test]
    fn a_name_is_one_word_that_tells_all(name in vec(any::<u8>(), 0..20)) {
        let shown = Escaped(&name).to_string();
        prop_assert!(shown.bytes().all(|byte| byte.is_ascii_graphic()));
        prop_assert_eq!(unescaped(&shown), name);
    }
}
