// SPDX-License-Identifier: GPL-2.0

//! Numbers for people.

const GIGA: u64 = 1_000_000_000;
const TERA: u64 = 1_000 * GIGA;
const PETA: u64 = 1_000 * TERA;
const EXA: u64 = 1_000 * PETA;

/// A time such as `63ns`, `12.3us`, `4.0ms`, `1.02s` or `1031s`.
pub(crate) fn time(ns: i64) -> String {
    let sign = if ns < 0 { "-" } else { "" };
    let ns = ns.unsigned_abs();
    // A unit ends where rounding would give a thousand of it.
    match ns {
        0..1_000 => format!("{sign}{ns}ns"),
        1_000..999_950 => format!("{sign}{}us", decimal(ns, 1_000, 1)),
        999_950..999_950_000 => format!("{sign}{}ms", decimal(ns, 1_000_000, 1)),
        999_950_000..999_995_000_000 => format!("{sign}{}s", decimal(ns, 1_000_000_000, 2)),
        _ => format!("{sign}{}s", decimal(ns, 1_000_000_000, 0)),
    }
}

/// A number such as `99999`, `123k`, `1.2M`: at most six characters.
pub(crate) fn count(number: u64) -> String {
    match number {
        0..100_000 => number.to_string(),
        100_000..999_500 => format!("{}k", decimal(number, 1_000, 0)),
        999_500..999_950_000 => format!("{}M", decimal(number, 1_000_000, 1)),
        999_950_000..999_950_000_000 => format!("{}G", decimal(number, GIGA, 1)),
        999_950_000_000..999_950_000_000_000 => format!("{}T", decimal(number, TERA, 1)),
        999_950_000_000_000..999_950_000_000_000_000 => format!("{}P", decimal(number, PETA, 1)),
        _ => format!("{}E", decimal(number, EXA, 1)),
    }
}

/// `number / unit`, rounded to so many decimals.
fn decimal(number: u64, unit: u64, decimals: u32) -> String {
    let scale = 10_u128.pow(decimals);
    let unit = u128::from(unit);
    let scaled = (u128::from(number) * scale + unit / 2) / unit;
    match decimals {
        0 => scaled.to_string(),
        _ => format!(
            "{}.{:0width$}",
            scaled / scale,
            scaled % scale,
            width = decimals as usize
        ),
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
            let number = |ns: u64| decimal(ns, 1_000, 1).parse::<f64>().unwrap();
            proptest::prop_assert!(a > b || number(a) <= number(b));
        }
    }
}
