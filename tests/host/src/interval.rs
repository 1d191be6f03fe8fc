// SPDX-License-Identifier: GPL-2.0

//! `src/domain/logic/interval.rs`

use std::num::NonZeroU32;

use proptest::{
    prelude::*,
    sample::select, //
};

use crate::{
    interval_model as model,
    logic::{
        interval::Interval,
        reject::Kind, //
    },
    texts::{
        self,
        kind,
        Text, //
    },
};

const ALPHABET: &[u8] = b"0123456789HZ/*jsmun \n";
const EVERY_HZ: [u32; 4] = [100, 250, 300, 1_000];
const DAY: u64 = 24 * 60 * 60;

fn parse(text: &str, hz: u32) -> Result<Interval, Kind> {
    parse_bytes(text.as_bytes(), hz)
}

fn parse_bytes(text: &[u8], hz: u32) -> Result<Interval, Kind> {
    kind(Interval::parse(text, NonZeroU32::new(hz).unwrap()))
}

fn nanos(text: &str, hz: u32) -> Result<i64, Kind> {
    parse(text, hz).map(Interval::nanos)
}

fn shown(text: &str, hz: u32) -> String {
    parse(text, hz).unwrap().to_string()
}

#[test]
fn every_form_means_what_the_grammar_says() {
    for hz in EVERY_HZ {
        assert_eq!(nanos("7", hz), Ok(7_000_000_000));
        assert_eq!(nanos("7*HZ", hz), Ok(7_000_000_000));
        assert_eq!(nanos("HZ", hz), Ok(1_000_000_000));
        assert_eq!(nanos("HZ/8", hz), Ok(125_000_000));
        assert_eq!(nanos("7s", hz), Ok(7_000_000_000));
        assert_eq!(nanos("7ms", hz), Ok(7_000_000));
        assert_eq!(nanos("70us", hz), Ok(70_000));
        assert_eq!(nanos("9j", hz), Ok(9_000_000_000 / i64::from(hz)));
    }
}

#[test]
fn the_default_is_one_second() {
    assert_eq!(parse("1", 250), Ok(Interval::DEFAULT));
    assert_eq!(Interval::DEFAULT.nanos(), 1_000_000_000);
    assert_eq!(Interval::DEFAULT.to_string(), "1");
}

#[test]
fn from_50us_on_is_long_enough() {
    for hz in EVERY_HZ {
        for (shortest, shorter) in [("50us", "49us"), ("HZ/20000", "HZ/20001")] {
            assert_eq!(nanos(shortest, hz), Ok(50_000), "{shortest}");
            assert_eq!(nanos(shorter, hz), Err(Kind::Range), "{shorter}");
        }
        for zero in ["0", "0*HZ", "0s", "0ms", "0us", "0j"] {
            assert_eq!(nanos(zero, hz), Err(Kind::Range), "{zero}");
        }
    }
}

#[test]
fn up_to_24_hours_is_short_enough() {
    for hz in EVERY_HZ {
        let jiffies = u64::from(hz);
        let units = [
            ("", 1),
            ("*HZ", 1),
            ("s", 1),
            ("ms", 1_000),
            ("us", 1_000_000),
            ("j", jiffies),
        ];
        for (unit, per_second) in units {
            let longest = format!("{}{unit}", DAY * per_second);
            let longer = format!("{}{unit}", DAY * per_second + 1);
            assert_eq!(nanos(&longest, hz), Ok(86_400_000_000_000), "{longest}");
            assert_eq!(nanos(&longer, hz), Err(Kind::Range), "{longer}");
        }
    }
}

#[test]
fn a_number_of_any_length_is_out_of_range_and_never_wraps() {
    for number in ["4294967297", "18446744073709551615", "18446744073709551617"] {
        for unit in ["", "*HZ", "s", "j"] {
            assert_eq!(nanos(&format!("{number}{unit}"), 250), Err(Kind::Range));
        }
        assert_eq!(nanos(&format!("HZ/{number}"), 250), Err(Kind::Range));
    }
    assert_eq!(nanos(&"9".repeat(3_000), 250), Err(Kind::Range));
    assert_eq!(
        nanos(&format!("{}1", "0".repeat(3_000)), 250),
        Ok(1_000_000_000)
    );
}

#[test]
fn division_by_zero_is_out_of_range() {
    assert_eq!(nanos("HZ/0", 250), Err(Kind::Range));
    assert_eq!(nanos("HZ/000", 250), Err(Kind::Range));
}

#[test]
fn what_the_grammar_does_not_have_is_invalid() {
    let texts = [
        "", " ", "\n", "HZ/", "HZ/x", "HZ/-1", "HZ/1s", "HZ*2", "HZs", "hz", "Hz", "hz/10", "/10",
        "2HZ", "2*hz", "2*HZ/3", "2*", "*HZ", "1 s", "1s s", "1S", "1MS", "1m", "1ns", "1h", "1jj",
        "j", "s", "ms", "-1", "+1", "1.5", "0x10", "1e3", "1_000", "HZ /10", "HZ/ 10", "1,2",
        "1\0", "\u{661}", " 1", "1 ", "1\n", " HZ", "HZ\n", "HZ/10\n", "10ms\n",
    ];
    for text in texts {
        assert_eq!(nanos(text, 250), Err(Kind::Invalid), "{text:?}");
    }
}

#[test]
fn a_rejection_says_why() {
    const GRAMMAR: &str = "expected N, N*HZ, HZ, HZ/D, Nj, Ns, Nms or Nus";
    let reasons = [
        ("", "a number is missing"),
        (" 1", GRAMMAR),
        ("1\n", GRAMMAR),
        ("0", "shorter than 50us"),
        ("HZ/99999999999999999999", "shorter than 50us"),
        ("86401", "longer than 24h"),
        ("99999999999999999999us", "longer than 24h"),
        ("576460752303423488", "longer than 24h"), // 2^59: a multiple of 2^64, if it is scaled
        ("HZ/0", "division by zero"),
        ("HZ2", GRAMMAR),
        ("ms", "a number is missing"),
        ("*HZ", "a number is missing"),
        ("x", GRAMMAR),
        ("HZ/", "a number is missing"),
        ("HZ/x", "not a decimal number"),
        ("1h", GRAMMAR),
    ];
    let hz = NonZeroU32::new(250).unwrap();
    for (text, reason) in reasons {
        let rejection = Interval::parse(text.as_bytes(), hz).unwrap_err();
        assert_eq!(*rejection.reason, reason, "{text:?}");
    }
}

#[test]
fn reading_gives_the_shortest_form_and_the_first_on_a_tie() {
    let forms = [
        ("HZ", "1"),
        ("HZ/1", "1"),
        ("60*HZ", "60"),
        ("007s", "7"),
        ("1000ms", "1"),
        ("1500ms", "1500ms"),
        ("100ms", "HZ/10"), // a tie
        ("500000us", "HZ/2"),
        ("HZ/100", "10ms"),
        ("HZ/3", "HZ/3"),
        ("HZ/20000", "50us"),
        ("1000us", "1ms"),
        ("1j", "1j"),
        ("250j", "1"),
        ("25j", "25j"),
        ("HZ/250", "4ms"),
        ("3750000j", "15000"),
    ];
    for (written, read) in forms {
        assert_eq!(shown(written, 250), read, "{written}");
    }
}

#[test]
fn jiffies_are_shown_only_if_they_were_written() {
    assert_eq!(shown("4ms", 250), "4ms");
    assert_eq!(shown("1j", 250), "1j");
    // No other form has this time.
    assert_eq!(shown("7j", 300), "7j");
    assert_eq!(shown("2j", 300), "2j");
    assert_eq!(shown("HZ/150", 300), "HZ/150");
}

#[test]
fn nanoseconds_are_rounded_down() {
    assert_eq!(nanos("HZ/3", 250), Ok(333_333_333));
    assert_eq!(nanos("HZ/7", 250), Ok(142_857_142));
    assert_eq!(nanos("1j", 300), Ok(3_333_333));
    assert_eq!(nanos("599j", 300), Ok(1_996_666_666));
}

/// Numbers of all sizes, and those on both sides of a bound.
fn number() -> impl Strategy<Value = String> {
    let bounds = select(
        &[
            0, 1, 49, 50, 51, 19_999, 20_000, 20_001, 86_399, 86_400, 86_401,
        ][..],
    );
    let scales = select(&[1u128, 100, 250, 300, 1_000, 1_000_000][..]);
    let at_a_bound = (bounds, scales, 0u128..3)
        .prop_map(|(bound, scale, above): (u128, _, _)| (bound * scale + above).saturating_sub(1));
    let of_any_size = (any::<u128>(), 0u32..128).prop_map(|(number, shift)| number >> shift);
    let number = prop_oneof![2 => at_a_bound, 1 => of_any_size, 1 => 1u128..1_000];
    (select(&["", "", "0", "00"][..]), number)
        .prop_map(|(zeros, number)| format!("{zeros}{number}"))
}

fn written() -> impl Strategy<Value = Text> {
    let forms = select(&["N", "N*HZ", "HZ", "HZ/N", "Nj", "Ns", "Nms", "Nus"][..]);
    (forms, number()).prop_map(|(form, number)| Text(form.replace('N', &number).into_bytes()))
}

fn nearly() -> impl Strategy<Value = Text> {
    prop_oneof![
        8 => written(),
        1 => texts::padded(Just(String::from("HZ/10"))),
        2 => texts::broken(written(), ALPHABET),
        2 => texts::of(ALPHABET, 12),
    ]
}

fn hz() -> impl Strategy<Value = u32> {
    select(&EVERY_HZ[..])
}

#[test]
fn a_second_is_a_second() {
    let hz = 250;
    for text in ["1*HZ", "HZ", "250j", "1s", "1000ms", "1000000us", "HZ/1"] {
        assert!(
            parse("1", hz)
                .unwrap()
                .is_same_time(parse(text, hz).unwrap()),
            "{text}"
        );
    }
    assert!(!parse("1", hz)
        .unwrap()
        .is_same_time(parse("1001ms", hz).unwrap()));
}

proptest! {
    #[test]
    fn parsing_agrees_with_the_model(text in nearly(), hz in hz()) {
        let expected = model::parse(&text, hz.into());
        let interval = parse_bytes(&text, hz);
        prop_assert_eq!(
            interval.map(|interval| interval.nanos() as u128),
            expected.map(|time| time.nanos())
        );
    }

    #[test]
    fn reading_is_exact_and_shortest(text in written(), hz in hz()) {
        if let Ok(time) = model::parse(&text, hz.into()) {
            let read = parse_bytes(&text, hz).unwrap().to_string();
            prop_assert_eq!(&read, &time.shortest_form());
            prop_assert_eq!(model::parse(read.as_bytes(), hz.into()), Ok(time));
        }
    }

    #[test]
    fn what_is_read_can_be_written_back(text in written(), hz in hz()) {
        if let Ok(interval) = parse_bytes(&text, hz) {
            let read = interval.to_string();
            let again = parse(&read, hz).unwrap();
            prop_assert_eq!(again.nanos(), interval.nanos());
            prop_assert_eq!(again.to_string(), read);
            prop_assert!(again.is_same_time(interval));
        }
    }

    #[test]
    fn the_same_time_may_be_written_in_two_ways(one in written(), other in written(), hz in hz()) {
        if let (Ok(one), Ok(other)) = (parse_bytes(&one, hz), parse_bytes(&other, hz)) {
            // What differs by less than a nanosecond may not be the same.
            prop_assert!(one.nanos() == other.nanos() || !one.is_same_time(other));
        }
    }

    #[test]
    fn what_is_accepted_is_within_the_bounds(text in nearly(), hz in hz()) {
        if let Ok(interval) = parse_bytes(&text, hz) {
            prop_assert!((50_000..=86_400_000_000_000).contains(&interval.nanos()));
        }
    }
}
