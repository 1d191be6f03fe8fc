// SPDX-License-Identifier: GPL-2.0

//! `src/domain/logic/text.rs`

use proptest::prelude::*;

use crate::{
    logic::{
        reject::Kind,
        text::{
            at_most,
            decimal, //
        }, //
    },
    texts::kind,
};

#[test]
fn a_decimal_number_is_digits_only() {
    assert_eq!(kind(decimal(b"0")), Ok(0));
    assert_eq!(kind(decimal(b"0042")), Ok(42));
    for text in [
        "", "+1", "-1", " 1", "1 ", "1\n", "0x1", "1_0", "1.0", "a", "1a", "1\0", "\u{661}",
    ] {
        assert_eq!(
            kind(decimal(text.as_bytes())),
            Err(Kind::Invalid),
            "{text:?}"
        );
    }
}

#[test]
fn a_number_that_does_not_fit_is_the_largest_that_does() {
    assert_eq!(kind(decimal(b"18446744073709551614")), Ok(u64::MAX - 1));
    assert_eq!(kind(decimal(b"18446744073709551615")), Ok(u64::MAX));
    assert_eq!(kind(decimal(b"18446744073709551616")), Ok(u64::MAX));
    assert_eq!(kind(decimal(b"18446744073709551620")), Ok(u64::MAX));
    // Once it is too large, no digit makes it smaller.
    assert_eq!(kind(decimal(b"184467440737095516150")), Ok(u64::MAX));
    assert_eq!(kind(decimal(&[b'9'; 4_000])), Ok(u64::MAX));
    assert_eq!(kind(decimal(&[b'0'; 4_000])), Ok(0));
    // Too many digits do not hide that one of them is none.
    let mut text = [b'9'; 4_000];
    text[3_999] = b'x';
    assert_eq!(kind(decimal(&text)), Err(Kind::Invalid));
}

#[test]
fn a_number_may_reach_its_maximum() {
    for (text, expected) in [
        ("0", Ok(0)),
        (" 32768\n", Ok(32_768)),
        ("32769", Err(Kind::Range)),
        ("4294967296", Err(Kind::Range)),
        ("18446744073709551616", Err(Kind::Range)),
        ("", Err(Kind::Invalid)),
        ("\n", Err(Kind::Invalid)),
        ("-1", Err(Kind::Invalid)),
        ("3x", Err(Kind::Invalid)),
        ("3 4", Err(Kind::Invalid)),
    ] {
        let number = kind(at_most(text.as_bytes(), 32_768, &"too many"));
        assert_eq!(number, expected, "{text:?}");
    }
}

#[test]
fn a_number_that_is_too_large_is_rejected_with_the_reason_given() {
    for text in ["4", "4294967296", "18446744073709551616"] {
        let rejection = at_most(text.as_bytes(), 3, &"more than three").unwrap_err();
        assert_eq!(*rejection.reason, "more than three", "{text}");
    }
    assert_eq!(
        *at_most(b" ", 3, &"more than three").unwrap_err().reason,
        "empty"
    );
}

proptest! {
    #[test]
    fn a_number_is_what_was_written(
        number in any::<u128>(),
        shift in 0u32..128,
        zeros in 0usize..4,
    ) {
        let number = number >> shift;
        let text = format!("{}{number}", "0".repeat(zeros));
        let expected = u64::try_from(number).unwrap_or(u64::MAX);
        prop_assert_eq!(kind(decimal(text.as_bytes())), Ok(expected));
    }

    #[test]
    fn a_number_is_limited(number: u64, max: u32, shift in 0u32..64) {
        let number = number >> shift;
        let expected = u32::try_from(number).ok().filter(|&number| number <= max);
        let text = number.to_string();
        prop_assert_eq!(kind(at_most(text.as_bytes(), max, &"")), expected.ok_or(Kind::Range));
    }
}
