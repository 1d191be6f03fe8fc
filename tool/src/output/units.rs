// SPDX-License-Identifier: GPL-2.0

//! Numbers for people.

const GIGA: u64 = 1_000_000_000;
const TERA: u64 = 1_000 * GIGA;
const PETA: u64 = 1_000 * TERA;
const EXA: u64 = 1_000 * PETA;

/// A time such as `63ns`, `12.3us`, `4.0ms`, `1.02s` or `1031s`.
pub(crate) fn time(ns: i64) -> String {
    let mut text = String::new();
    put_time(&mut text, ns);
    text
}

/// Appends a time.
pub(crate) fn put_time(text: &mut String, ns: i64) {
    if ns < 0 {
        text.push('-');
    }
    let ns = ns.unsigned_abs();
    // A unit ends where rounding would give a thousand of it.
    let unit = match ns {
        0..1_000 => put_decimal(text, ns, 1, 0, "ns"),
        1_000..999_950 => put_decimal(text, ns, 1_000, 1, "us"),
        999_950..999_950_000 => put_decimal(text, ns, 1_000_000, 1, "ms"),
        999_950_000..999_995_000_000 => put_decimal(text, ns, GIGA, 2, "s"),
        _ => put_decimal(text, ns, GIGA, 0, "s"),
    };
    text.push_str(unit);
}

/// A number such as `99999`, `123k`, `1.2M`: at most six characters.
pub(crate) fn count(number: u64) -> String {
    let mut text = String::new();
    put_count(&mut text, number);
    text
}

/// Appends a number.
pub(crate) fn put_count(text: &mut String, number: u64) {
    let unit = match number {
        0..100_000 => put_decimal(text, number, 1, 0, ""),
        100_000..999_500 => put_decimal(text, number, 1_000, 0, "k"),
        999_500..999_950_000 => put_decimal(text, number, 1_000_000, 1, "M"),
        999_950_000..999_950_000_000 => put_decimal(text, number, GIGA, 1, "G"),
        999_950_000_000..999_950_000_000_000 => put_decimal(text, number, TERA, 1, "T"),
        999_950_000_000_000..999_950_000_000_000_000 => put_decimal(text, number, PETA, 1, "P"),
        _ => put_decimal(text, number, EXA, 1, "E"),
    };
    text.push_str(unit);
}

/// Appends all digits.
pub(crate) fn put_number(text: &mut String, number: u64) {
    put_decimal(text, number, 1, 0, "");
}

/// Appends `number / unit`, rounded to so many decimals. A unit is a power of ten that has them.
fn put_decimal<'a>(
    text: &mut String,
    number: u64,
    unit: u64,
    decimals: u32,
    name: &'a str,
) -> &'a str {
    let last = (unit / 10_u64.pow(decimals)).max(1);
    let mut scaled = number.saturating_add(last / 2) / last;
    // From the last digit to the first. 64 bits have 20, and there may be a point.
    let mut digits = [0_u8; 24];
    let mut place = digits.len();
    let mut done = 0;
    while scaled > 0 || done <= decimals {
        if done == decimals && decimals > 0 {
            place -= 1;
            if let Some(point) = digits.get_mut(place) {
                *point = b'.';
            }
        }
        place -= 1;
        if let Some(digit) = digits.get_mut(place) {
            *digit = b'0' + (scaled % 10) as u8;
        }
        scaled /= 10;
        done += 1;
    }
    let digits = digits.get(place..).unwrap_or_default();
    text.push_str(std::str::from_utf8(digits).unwrap_or_default());
    name
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
                let mut text = String::new();
                put_decimal(&mut text, ns, 1_000, 1, "");
                text.parse::<f64>().unwrap()
            };
            proptest::prop_assert!(a > b || number(a) <= number(b));
        }
    }
}
