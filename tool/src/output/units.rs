// SPDX-License-Identifier: GPL-2.0

//! Numbers for people.

const GIGA: u64 = 1_000_000_000;
const TERA: u64 = 1_000 * GIGA;
const PETA: u64 = 1_000 * TERA;
const EXA: u64 = 1_000 * PETA;

/// A time such as `63ns`, `12.3us`, `4.0ms`, `1.02s` or `1031s`.
pub(crate) fn time(ns: i64) -> String {
    text(|text| put_time(text, ns))
}

/// Appends a time, in ASCII.
pub(crate) fn put_time(text: &mut Vec<u8>, ns: i64) {
    if ns < 0 {
        text.push(b'-');
    }
    let ns = ns.unsigned_abs();
    // A unit ends where rounding would give a thousand of it.
    match ns {
        0..1_000 => put_decimal::<1, 0>(text, ns, "ns"),
        1_000..999_950 => put_decimal::<1_000, 1>(text, ns, "us"),
        999_950..999_950_000 => put_decimal::<1_000_000, 1>(text, ns, "ms"),
        999_950_000..999_995_000_000 => put_decimal::<GIGA, 2>(text, ns, "s"),
        _ => put_decimal::<GIGA, 0>(text, ns, "s"),
    }
}

/// A number such as `99999`, `123k`, `1.2M`: at most six characters.
pub(crate) fn count(number: u64) -> String {
    text(|text| put_count(text, number))
}

/// Appends a number, in ASCII.
pub(crate) fn put_count(text: &mut Vec<u8>, number: u64) {
    match number {
        0..100_000 => put_number(text, number),
        100_000..999_500 => put_decimal::<1_000, 0>(text, number, "k"),
        999_500..999_950_000 => put_decimal::<1_000_000, 1>(text, number, "M"),
        999_950_000..999_950_000_000 => put_decimal::<GIGA, 1>(text, number, "G"),
        999_950_000_000..999_950_000_000_000 => put_decimal::<TERA, 1>(text, number, "T"),
        999_950_000_000_000..999_950_000_000_000_000 => put_decimal::<PETA, 1>(text, number, "P"),
        _ => put_decimal::<EXA, 1>(text, number, "E"),
    }
}

/// Appends all digits.
pub(crate) fn put_number(text: &mut Vec<u8>, number: u64) {
    put_decimal::<1, 0>(text, number, "");
}

fn text(put: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut text = Vec::new();
    put(&mut text);
    String::from_utf8(text).unwrap_or_default()
}

/// Appends `number / UNIT`, rounded to so many decimals, and a name. A unit is a power of ten that has them.
fn put_decimal<const UNIT: u64, const DECIMALS: u32>(text: &mut Vec<u8>, number: u64, name: &str) {
    let last = const {
        match UNIT / 10_u64.pow(DECIMALS) {
            0 => 1,
            last => last,
        }
    };
    let mut scaled = number.saturating_add(last / 2) / last;
    // From the last byte to the first. 64 bits have 20 digits, and there may be a point and a name of two.
    let mut bytes = [0_u8; 24];
    let mut place = bytes.len();
    let mut put = |byte| {
        place -= 1;
        if let Some(to) = bytes.get_mut(place) {
            *to = byte;
        }
    };
    name.bytes().rev().for_each(&mut put);
    let mut done = 0;
    while scaled > 0 || done <= DECIMALS {
        if done == DECIMALS && DECIMALS > 0 {
            put(b'.');
        }
        put(b'0' + (scaled % 10) as u8);
        scaled /= 10;
        done += 1;
    }
    text.extend_from_slice(bytes.get(place..).unwrap_or_default());
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
                let text = text(|text| put_decimal::<1_000, 1>(text, ns, ""));
                text.parse::<f64>().unwrap()
            };
            proptest::prop_assert!(a > b || number(a) <= number(b));
        }
    }
}
