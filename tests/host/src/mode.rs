// SPDX-License-Identifier: GPL-2.0

//! `src/domain/logic/mode.rs`

use proptest::prelude::*;

use crate::{
    logic::{
        mode::Mode,
        reject::Kind, //
    },
    texts::{
        self,
        kind, //
    },
};

fn parse(text: &[u8]) -> Result<u16, Kind> {
    kind(Mode::parse(text)).map(Mode::bits)
}

#[test]
fn by_default_only_root_may_read_and_write() {
    assert_eq!(Mode::DEFAULT.bits(), 0o600);
    assert_eq!(Mode::DEFAULT.to_string(), "0600");
}

#[test]
fn permission_bits_are_taken_and_no_others() {
    for bits in 0..=0o10_000 {
        let expected = if bits <= 0o777 {
            Ok(bits)
        } else {
            Err(Kind::Range)
        };
        for text in [format!("{bits:o}"), format!(" 000{bits:o}\n")] {
            assert_eq!(parse(text.as_bytes()), expected, "{text:?}");
        }
    }
}

#[test]
fn a_mode_reads_as_four_octal_digits() {
    for (written, read) in [
        ("0", "0000"),
        ("7", "0007"),
        ("644", "0644"),
        ("00777", "0777"),
    ] {
        assert_eq!(Mode::parse(written.as_bytes()).unwrap().to_string(), read);
    }
}

#[test]
fn what_is_not_octal_is_invalid() {
    let texts = [
        "", " ", "\n", "8", "0608", "0o600", "0x180", "-1", "+600", "rw", "6 0", "600,", "0600\0",
        "/", ":", "\u{661}",
    ];
    for text in texts {
        assert_eq!(parse(text.as_bytes()), Err(Kind::Invalid), "{text:?}");
    }
    assert_eq!(*Mode::parse(b"").unwrap_err().reason, "empty");
}

#[test]
fn a_mode_of_any_length_is_out_of_range_and_never_wraps() {
    // Without its highest bits each would be a mode.
    for text in ["1000", "200600", "40000000600", "2000000000000000000600"] {
        assert_eq!(parse(text.as_bytes()), Err(Kind::Range), "{text}");
    }
    assert_eq!(parse(&[b'7'; 4_000]), Err(Kind::Range));
    assert_eq!(parse(&[b'0'; 4_000]), Ok(0));
    let rejection = Mode::parse(b"1000").unwrap_err();
    assert_eq!(*rejection.reason, "more than 0777");
}

proptest! {
    #[test]
    fn a_mode_is_what_was_written(number: u128, shift in 0u32..128) {
        let number = number >> shift;
        let expected = u16::try_from(number).ok().filter(|&bits| bits <= 0o777);
        let text = format!("{number:o}");
        prop_assert_eq!(parse(text.as_bytes()), expected.ok_or(Kind::Range));
    }

    #[test]
    fn what_is_read_can_be_written_back(bits in 0u16..=0o777) {
        let mode = Mode::parse(format!("{bits:o}").as_bytes()).unwrap();
        prop_assert_eq!(mode.bits(), bits);
        prop_assert_eq!(kind(Mode::parse(format!("{mode}\n").as_bytes())), Ok(mode));
    }

    #[test]
    fn parsing_agrees_with_the_standard_library(text in texts::of(b"012345678 \n", 6)) {
        let word = std::str::from_utf8(text.trim_ascii()).unwrap();
        let expected = match u32::from_str_radix(word, 8) {
            Ok(bits) if bits <= 0o777 => Ok(bits as u16),
            Ok(_) => Err(Kind::Range),
            Err(_) => Err(Kind::Invalid),
        };
        prop_assert_eq!(parse(&text), expected);
    }
}
