// SPDX-License-Identifier: GPL-2.0

//! Numbers for people.

use super::short::Short;

const GIGA: u64 = 1_000_000_000;
const TERA: u64 = 1_000 * GIGA;
const PETA: u64 = 1_000 * TERA;
const EXA: u64 = 1_000 * PETA;

/// A time such as `63ns`, `12.3us`, `4.0ms`, `1.02s` or `1031s`.
pub(crate) fn time(ns: i64) -> String {
    short_time(ns).to_string()
}

/// The same, of at most 12 bytes.
pub(crate) fn short_time(ns: i64) -> Short {
    let text = match ns.unsigned_abs() {
        // A unit ends where rounding would give a thousand of it.
        ns @ 0..1_000 => decimal::<1, 0>(ns, b"ns"),
        ns @ 1_000..999_950 => decimal::<1_000, 1>(ns, b"us"),
        ns @ 999_950..999_950_000 => decimal::<1_000_000, 1>(ns, b"ms"),
        ns @ 999_950_000..999_995_000_000 => decimal::<GIGA, 2>(ns, b"s"),
        ns => decimal::<GIGA, 0>(ns, b"s"),
    };
    match ns < 0 {
        true => text.after(b'-'),
        false => text,
    }
}

/// A number such as `99999`, `123k`, `1.2M`: at most six characters.
pub(crate) fn count(number: u64) -> String {
    short_count(number).to_string()
}

pub(crate) fn short_count(number: u64) -> Short {
    match number {
        0..100_000 => decimal::<1, 0>(number, b""),
        100_000..999_500 => decimal::<1_000, 0>(number, b"k"),
        999_500..999_950_000 => decimal::<1_000_000, 1>(number, b"M"),
        999_950_000..999_950_000_000 => decimal::<GIGA, 1>(number, b"G"),
        999_950_000_000..999_950_000_000_000 => decimal::<TERA, 1>(number, b"T"),
        999_950_000_000_000..999_950_000_000_000_000 => decimal::<PETA, 1>(number, b"P"),
        _ => decimal::<EXA, 1>(number, b"E"),
    }
}

/// `number / UNIT`, rounded to so many decimals, and a name. A unit is a power of ten that has them.
fn decimal<const UNIT: u64, const DECIMALS: u32>(number: u64, name: &[u8]) -> Short {
    let last = const {
        match UNIT / 10_u64.pow(DECIMALS) {
            0 => 1,
            last => last,
        }
    };
    let mut scaled = number.saturating_add(last / 2) / last;
    // From the last byte to the first.
    let mut text = Short::EMPTY;
    for byte in name.iter().rev() {
        text = text.after(*byte);
    }
    let mut digit = |text: Short| {
        // The remainder is less than ten.
        let digit = b'0' + (scaled % 10) as u8;
        scaled /= 10;
        (text.after(digit), scaled == 0)
    };
    for _ in 0..DECIMALS {
        (text, _) = digit(text);
    }
    if DECIMALS > 0 {
        text = text.after(b'.');
    }
    loop {
        let (longer, is_all) = digit(text);
        text = longer;
        if is_all {
            return text;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_the_unit_that_fits() {
        for (ns, text) in [
            (0, "0ns"),
            (999, "999ns"),
            (12_345, "12.3us"),
            (999_949, "999.9us"),
            (999_950, "1.0ms"),
            (4_000_000, "4.0ms"),
            (999_950_000, "1.00s"),
            (1_020_000_000, "1.02s"),
            (1_030_792_151_039, "1031s"),
            (-4_000_000, "-4.0ms"),
            (i64::MIN, "-9223372037s"),
        ] {
            assert_eq!(time(ns), text);
        }
    }

    #[test]
    fn counts_are_short() {
        for (number, text) in [
            (99_999, "99999"),
            (100_000, "100k"),
            (999_499, "999k"),
            (999_500, "1.0M"),
            (1_234_567, "1.2M"),
            (20_000_000_000, "20.0G"),
            (999_950_000_000_000, "1.0P"),
            (u64::MAX, "18.4E"),
        ] {
            assert_eq!(count(number), text);
        }
    }

    proptest::proptest! {
        #[test]
        fn any_count_takes_6_characters(number: u64) {
            proptest::prop_assert!(count(number).len() <= 6);
        }

        #[test]
        fn a_time_of_up_to_17_minutes_takes_8_characters(ns in -999_949_999_999_i64..=999_949_999_999) {
            proptest::prop_assert!(time(ns).len() <= 8);
        }

        #[test]
        fn longer_times_are_not_shown_as_shorter_in_the_same_unit(a in 1_000_u64..999_950, b in 1_000_u64..999_950) {
            let number = |ns: u64| {
                let text = decimal::<1_000, 1>(ns, b"").to_string();
                text.parse::<f64>().unwrap()
            };
            proptest::prop_assert!(a > b || number(a) <= number(b));
        }
    }
}
