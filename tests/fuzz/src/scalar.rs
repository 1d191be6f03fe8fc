// SPDX-License-Identifier: GPL-2.0

//! Values that are one word: numbers, permission bits.

use crate::{
    kind,
    logic::{
        mode::Mode,
        reject::Kind,
        text::{
            at_most,
            decimal, //
        }, //
    },
};

pub fn check(text: &[u8]) {
    check_decimal(text);
    check_limited(text);
    check_mode(text);
}

/// The number in a text of nothing but digits; one of any length fits well enough.
fn number(text: &[u8], radix: u32) -> Option<u128> {
    let text = std::str::from_utf8(text).ok()?;
    let is_number = !text.is_empty() && text.chars().all(|c| c.is_digit(radix));
    is_number.then(|| u128::from_str_radix(text, radix).unwrap_or(u128::MAX))
}

fn check_decimal(text: &[u8]) {
    let expected = number(text, 10).map(|number| number.min(u64::MAX.into()));
    assert_eq!(
        kind(decimal(text)).map(u128::from),
        expected.ok_or(Kind::Invalid)
    );
}

fn check_limited(text: &[u8]) {
    let number = number(text.trim_ascii(), 10);
    for max in [0, 32_768, u32::MAX] {
        let expected = match number {
            None => Err(Kind::Invalid),
            Some(number) if number > max.into() => Err(Kind::Range),
            Some(number) => Ok(number as u32),
        };
        assert_eq!(kind(at_most(text, max, &"too large")), expected);
    }
}

fn check_mode(text: &[u8]) {
    let expected = match number(text.trim_ascii(), 8) {
        None => Err(Kind::Invalid),
        Some(bits) if bits > 0o777 => Err(Kind::Range),
        Some(bits) => Ok(bits as u16),
    };
    let mode = kind(Mode::parse(text));
    assert_eq!(mode.map(Mode::bits), expected);
    if let Ok(mode) = mode {
        let shown = mode.to_string();
        assert_eq!(shown.len(), 4);
        assert_eq!(Mode::parse(shown.as_bytes()), Ok(mode));
    }
}
