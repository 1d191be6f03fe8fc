// SPDX-License-Identifier: GPL-2.0

//! `src/domain/logic/decimal.rs`

use proptest::prelude::*;

use crate::logic::decimal::{write, FIELD};

fn text(field: [u8; FIELD], len: usize) -> String {
    let (text, rest) = field.split_at(len);
    assert!(rest.iter().all(|&character| character == b' '));
    String::from_utf8(text.to_vec()).unwrap()
}

fn unsigned(number: u64) -> String {
    let mut field = [b'x'; FIELD];
    let len = write(false, number, &mut field);
    text(field, len)
}

fn signed(number: i64) -> String {
    let mut field = [b'x'; FIELD];
    let len = write(number < 0, number.unsigned_abs(), &mut field);
    text(field, len)
}

#[test]
fn numbers_of_each_length() {
    assert_eq!(unsigned(0), "0");
    for power in 0..20 {
        let number = 10u64.pow(power);
        for near in [number - 1, number, number + 1] {
            assert_eq!(unsigned(near), near.to_string());
        }
    }
    assert_eq!(unsigned(u64::MAX), "18446744073709551615");
}

#[test]
fn extremes_with_a_sign() {
    assert_eq!(signed(i64::MIN), "-9223372036854775808");
    assert_eq!(signed(i64::MAX), "9223372036854775807");
    assert_eq!(signed(-1), "-1");
    assert_eq!(signed(0), "0");
}

proptest! {
    #[test]
    fn as_the_standard_library_has_it(number in any::<i64>(), shift in 0u32..64) {
        let number = number >> shift;
        prop_assert_eq!(signed(number), number.to_string());
        prop_assert_eq!(unsigned(number as u64), (number as u64).to_string());
    }
}
