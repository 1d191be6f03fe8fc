// SPDX-License-Identifier: GPL-2.0

//! `src/domain/logic/range.rs`

use proptest::prelude::*;

use crate::{
    logic::{
        range::Range,
        reject::Kind, //
    },
    range_model as model,
    texts::{
        self,
        kind,
        Text, //
    },
};

const ALPHABET: &[u8] = b"0123456789,-- \n";

fn parse(text: &str) -> Result<Range, Kind> {
    kind(Range::parse(text.as_bytes()))
}

#[test]
fn a_range_is_one_number_or_two() {
    for (text, numbers) in [
        ("0", &[0][..]),
        ("3", &[3]),
        ("3-3", &[3]),
        ("0-3", &[0, 1, 2, 3]),
        ("07-009", &[7, 8, 9]),
    ] {
        let range = parse(text).unwrap();
        assert_eq!(range.numbers().collect::<Vec<_>>(), numbers, "{text}");
        assert_eq!(range.len(), numbers.len() as u64, "{text}");
        assert_eq!(Some(&range.last()), numbers.last(), "{text}");
    }
}

#[test]
fn what_is_not_a_range_is_invalid() {
    let texts = [
        "", "-", "1-", "-1", "1--2", "1-2-3", "1-2-", "2-1", " 1", "1 ", "1\n", "1 -2", "1- 2",
        "+1", "0x1", "a", "1-a", "1,2", "all", "1\0", "\u{661}",
    ];
    for text in texts {
        assert_eq!(parse(text), Err(Kind::Invalid), "{text:?}");
    }
    let reason = |text: &[u8]| *Range::parse(text).unwrap_err().reason;
    assert_eq!(reason(b"2-1"), "range runs backwards");
    assert_eq!(reason(b"2-"), "a number is missing");
    assert_eq!(reason(b"1-2-3"), "not a decimal number");
}

#[test]
fn all_numbers_are_in_the_range_of_all() {
    assert_eq!(parse("0-4294967295"), Ok(Range::ALL));
    assert_eq!(Range::ALL.len(), 1 << 32);
    assert_eq!(Range::ALL.last(), u32::MAX);
    for number in [0, 1, u32::MAX] {
        assert!(Range::ALL.contains(number));
    }
}

#[test]
fn a_number_that_does_not_fit_is_the_largest_that_does() {
    let largest = parse("4294967295").unwrap();
    assert_eq!(largest.len(), 1);
    for text in [
        "4294967296",
        "4294967297-4294967296",
        "99999999999999999999",
    ] {
        assert_eq!(parse(text), Ok(largest), "{text}");
    }
    assert_eq!(parse("0-99999999999999999999"), Ok(Range::ALL));
}

/// Ranges of all sizes.
fn ends() -> impl Strategy<Value = (u32, u32)> {
    (any::<u32>(), any::<u32>(), 0u32..32).prop_map(|(one, other, shift)| {
        let (one, other) = (one >> shift, other >> shift);
        (one.min(other), one.max(other))
    })
}

fn nearly() -> impl Strategy<Value = Text> {
    let right = || ends().prop_map(|ends| Text(model::list(&[ends]).into_bytes()));
    prop_oneof![
        1 => right(),
        2 => texts::broken(right(), ALPHABET),
        1 => texts::of(ALPHABET, 8),
    ]
}

proptest! {
    #[test]
    fn a_range_is_what_is_between_its_ends(
        (first, last) in ends(),
        other: u32,
        shift in 0u32..32,
    ) {
        let range = parse(&format!("{first}-{last}")).unwrap();
        prop_assert_eq!(range.last(), last);
        prop_assert_eq!(range.len(), u64::from(last) - u64::from(first) + 1);
        prop_assert_eq!(range.numbers().next(), Some(first));
        let at_the_ends = [first, first.wrapping_sub(1), last, last.wrapping_add(1)];
        for number in at_the_ends.into_iter().chain([other >> shift]) {
            let is_between = first <= number && number <= last;
            prop_assert_eq!(range.contains(number), is_between, "{}", number);
        }
    }

    #[test]
    fn a_range_reads_as_it_is_written(ends in ends()) {
        let text = model::list(&[ends]);
        prop_assert_eq!(parse(&text).unwrap().to_string(), text);
    }

    #[test]
    fn parsing_agrees_with_the_model(text in nearly()) {
        let range = kind(Range::parse(&text));
        let ends = range.map(|range| (range.numbers().next().unwrap().into(), range.last().into()));
        prop_assert_eq!(ends, model::parse_one(&text));
    }
}
