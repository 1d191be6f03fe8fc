// SPDX-License-Identifier: GPL-2.0

//! Numbers for people.

use super::short::Short;

const GIGA: u64 = 1_000_000_000;
const TERA: u64 = 1_000 * GIGA;
const PETA: u64 = 1_000 * TERA;
const EXA: u64 = 1_000 * PETA;

/// A number of five digits, with a point and two letters, is eight characters.
const FEW: u32 = 100_000;

/// What becomes of the digits that are not shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Round {
    Nearest,
    Up,
    Down,
}

impl Round {
    /// What is added before the digits behind `last` are cut off.
    const fn added(self, last: u64) -> u64 {
        match self {
            Self::Nearest => last / 2,
            Self::Up => last - 1,
            Self::Down => 0,
        }
    }
}

/// A time such as `63ns`, `12.3us`, `4.0ms`, `1.02s` or `1031s`.
pub(crate) fn time(ns: i64) -> String {
    short_time(ns).to_string()
}

/// The same, of at most 12 bytes.
pub(crate) fn short_time(ns: i64) -> Short {
    rounded(ns, Round::Nearest, Round::Nearest)
}

/// `≤` and a time: rounded up, as it would be no bound otherwise.
pub(crate) fn at_most(ns: i64) -> String {
    short_at_most(ns).to_string()
}

/// The same, of at most 15 bytes.
pub(crate) fn short_at_most(ns: i64) -> Short {
    short_up(ns).at_most()
}

/// The same, in ASCII.
pub(crate) fn at_most_in_ascii(ns: i64) -> String {
    format!("<={}", short_up(ns))
}

/// `>` and a time: rounded down for the same reason.
pub(crate) fn more_than(ns: i64) -> String {
    format!(">{}", rounded(ns, Round::Down, Round::Up))
}

fn short_up(ns: i64) -> Short {
    rounded(ns, Round::Up, Round::Down)
}

/// Times below 0 are rounded as their distance from it says.
#[inline]
fn rounded(ns: i64, above: Round, below: Round) -> Short {
    match ns < 0 {
        true => distance(ns.unsigned_abs(), below).after(b'-'),
        false => distance(ns.unsigned_abs(), above),
    }
}

#[inline]
fn distance(ns: u64, round: Round) -> Short {
    // A unit ends where rounding would give a thousand of it.
    if ns < 1_000 {
        decimal::<1, 0>(ns, round, b"ns")
    } else if ns < 1_000_000 - round.added(100) {
        decimal::<1_000, 1>(ns, round, b"us")
    } else if ns < GIGA - round.added(100_000) {
        decimal::<1_000_000, 1>(ns, round, b"ms")
    } else if ns < TERA - round.added(10_000_000) {
        decimal::<GIGA, 2>(ns, round, b"s")
    } else {
        decimal::<GIGA, 0>(ns, round, b"s")
    }
}

/// A number such as `99999`, `123k`, `1.2M`: at most six characters.
pub(crate) fn count(number: u64) -> String {
    short_count(number).to_string()
}

pub(crate) fn short_count(number: u64) -> Short {
    match number {
        0..100_000 => decimal::<1, 0>(number, Round::Nearest, b""),
        100_000..999_500 => decimal::<1_000, 0>(number, Round::Nearest, b"k"),
        999_500..999_950_000 => decimal::<1_000_000, 1>(number, Round::Nearest, b"M"),
        999_950_000..999_950_000_000 => decimal::<GIGA, 1>(number, Round::Nearest, b"G"),
        999_950_000_000..999_950_000_000_000 => decimal::<TERA, 1>(number, Round::Nearest, b"T"),
        999_950_000_000_000..999_950_000_000_000_000 => {
            decimal::<PETA, 1>(number, Round::Nearest, b"P")
        }
        _ => decimal::<EXA, 1>(number, Round::Nearest, b"E"),
    }
}

/// `number / UNIT`, rounded to so many decimals, and a name. A unit is a power of ten that has them.
#[inline]
fn decimal<const UNIT: u64, const DECIMALS: u32>(number: u64, round: Round, name: &[u8]) -> Short {
    let last = const {
        match UNIT / 10_u64.pow(DECIMALS) {
            0 => 1,
            last => last,
        }
    };
    let scaled = number.saturating_add(round.added(last)) / last;
    match u32::try_from(scaled) {
        Ok(scaled) if scaled < FEW => few::<DECIMALS>(scaled, name),
        // Only times without decimals are so long.
        _ => whole(scaled, name),
    }
}

/// A number below [`FEW`], of which so many digits are decimals, and a name of at most two characters: all of it fits a
/// register, as nearly all times and counts do.
#[inline]
fn few<const DECIMALS: u32>(mut scaled: u32, name: &[u8]) -> Short {
    let (mut text, mut bytes) = (u64::from_ne_bytes([b' '; 8]), 0);
    // From the last byte to the first.
    let mut before = |byte: u8| {
        text = (text << 8) | u64::from(byte);
        bytes += 1;
    };
    name.iter().rev().for_each(|byte| before(*byte));
    let mut digit = || {
        // The remainder is less than ten.
        let digit = b'0' + (scaled % 10) as u8;
        scaled /= 10;
        (digit, scaled == 0)
    };
    for _ in 0..DECIMALS {
        before(digit().0);
    }
    if DECIMALS > 0 {
        before(b'.');
    }
    loop {
        let (digit, is_all) = digit();
        before(digit);
        if is_all {
            return Short::of_few(text, bytes);
        }
    }
}

/// Any number, and a name.
#[cold]
fn whole(mut number: u64, name: &[u8]) -> Short {
    let mut text = Short::EMPTY;
    for byte in name.iter().rev() {
        text = text.after(*byte);
    }
    loop {
        text = text.after(b'0' + (number % 10) as u8);
        number /= 10;
        if number == 0 {
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
    fn a_bound_is_not_below_what_it_bounds() {
        for (ns, text) in [
            (0, "≤0ns"),
            (999, "≤999ns"),
            (12_300, "≤12.3us"),
            (12_301, "≤12.4us"),
            (12_340, "≤12.4us"),
            (999_900, "≤999.9us"),
            (999_901, "≤1.0ms"),
            (4_194_303, "≤4.2ms"),
            (999_900_001, "≤1.00s"),
            (1_020_000_001, "≤1.03s"),
            (999_990_000_001, "≤1000s"),
            (1_030_792_151_039, "≤1031s"),
            (-12_340, "≤-12.3us"),
            (-999_999, "≤-999.9us"),
            (i64::MIN, "≤-9223372036s"),
            (i64::MAX, "≤9223372037s"),
        ] {
            assert_eq!(at_most(ns), text);
            assert_eq!(at_most_in_ascii(ns), text.replace('≤', "<="));
        }
        assert_eq!(more_than(1_030_792_151_039), ">1030s");
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

    /// The nanoseconds that a text stands for, and those of its last digit.
    fn read(text: &str) -> (i128, i128) {
        let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let unit = match text.strip_prefix(number) {
            Some("ns") => 1,
            Some("us") => 1_000,
            Some("ms") => 1_000_000,
            Some("s") => 1_000_000_000,
            _ => panic!("{text}"),
        };
        let (_, decimals) = number.split_once('.').unwrap_or(("", ""));
        let last = unit / 10_i128.pow(decimals.len() as u32);
        (
            number.replace('.', "").parse::<i128>().unwrap() * last,
            last,
        )
    }

    fn any_time() -> impl proptest::strategy::Strategy<Value = i64> {
        use proptest::prelude::*;

        // As many of each length, and those beside the ends of units.
        let of_length = (any::<i64>(), 0..63_u32).prop_map(|(ns, shift)| ns >> shift);
        let powers =
            (0..19_u32, -99_i64..99).prop_map(|(n, near)| 10_i64.pow(n).saturating_add(near));
        prop_oneof![
            any::<i64>(),
            of_length,
            powers.clone(),
            powers.prop_map(|ns| -ns)
        ]
    }

    proptest::proptest! {
        #[test]
        fn any_bound_stays_one(ns in any_time()) {
            let text = at_most(ns);
            let (shown, last) = read(text.strip_prefix('≤').unwrap());
            let ns = i128::from(ns);
            proptest::prop_assert!((ns..ns + last).contains(&shown), "{} is {}", ns, text);
        }

        #[test]
        fn what_is_more_stays_more(ns in any_time()) {
            let text = more_than(ns);
            let (shown, last) = read(text.strip_prefix('>').unwrap());
            let ns = i128::from(ns);
            proptest::prop_assert!(shown <= ns && ns - shown < last, "{} is {}", ns, text);
        }

        #[test]
        fn other_times_are_rounded_to_the_nearest(ns in any_time()) {
            let text = time(ns);
            let (shown, last) = read(&text);
            proptest::prop_assert!((shown - i128::from(ns)).abs() * 2 <= last, "{} is {}", ns, text);
        }

        #[test]
        fn a_bound_of_up_to_17_minutes_takes_9_characters(ns in -999_949_999_999_i64..=999_949_999_999) {
            proptest::prop_assert!(at_most(ns).chars().count() <= 9);
        }

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
                let text = decimal::<1_000, 1>(ns, Round::Nearest, b"").to_string();
                text.parse::<f64>().unwrap()
            };
            proptest::prop_assert!(a > b || number(a) <= number(b));
        }
    }
}
