// SPDX-License-Identifier: GPL-2.0

//! `src/domain/logic/ids.rs`

use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::{
    logic::{
        ids::Ids,
        reject::Kind, //
    },
    range_model::{
        self as model,
        list,
        ranges, //
    },
    texts::{
        self,
        kind,
        Text, //
    },
};

const ALPHABET: &[u8] = b"0123456789,,--al \n";

fn parse(text: &str) -> Result<Ids, Kind> {
    kind(Ids::parse(text.as_bytes()))
}

/// The ids below `count` that the text names.
fn named(text: &str, count: u32) -> Vec<u32> {
    let ids = parse(text).unwrap();
    (0..count).filter(|&id| ids.contains(id)).collect()
}

#[test]
fn all_is_everyone() {
    for text in ["all", " all\n"] {
        assert_eq!(parse(text), Ok(Ids::ALL));
        assert_eq!(named(text, 3), [0, 1, 2]);
        assert!(parse(text).unwrap().are_all());
        assert_eq!(kind(parse(text).unwrap().check(0)), Ok(()));
    }
}

#[test]
fn a_list_is_not_all_whatever_it_names() {
    for text in ["0", "0-2", "0-4294967295"] {
        assert!(!parse(text).unwrap().are_all(), "{text}");
    }
}

#[test]
fn every_worker_from_one_on_is_not_all() {
    for first in [0, 1, 7, u32::MAX] {
        let ids = Ids::from(first);
        assert!(!ids.are_all(), "{first}");
        for id in [0, 1, 6, 7, 8, u32::MAX - 1, u32::MAX] {
            assert_eq!(ids.contains(id), id >= first, "{id} from {first}");
        }
    }
}

#[test]
fn a_list_names_ids_and_ranges() {
    assert_eq!(named("0", 9), [0]);
    assert_eq!(named("1-3,5", 9), [1, 2, 3, 5]);
    assert_eq!(named("5,1-3\n", 9), [1, 2, 3, 5]);
    assert_eq!(named("4-4", 9), [4]);
    assert_eq!(named("1-3,2-4,2", 9), [1, 2, 3, 4]);
    assert_eq!(named("007", 9), [7]);
}

#[test]
fn what_is_not_a_list_is_invalid() {
    let texts = [
        "", "\n", ",", "1,", ",1", "1,,2", "-", "-1", "1-", "1--2", "1-2-3", "1 2", "1, 2", "1 ,2",
        "1 -2", "+1", "0x1", "a", "All", "ALL", "all,1", "1,all", "all all", "1-all", "1.5", "1;2",
        "1\0",
    ];
    for text in texts {
        assert_eq!(parse(text), Err(Kind::Invalid), "{text:?}");
    }
}

#[test]
fn a_range_that_runs_backwards_is_invalid() {
    assert_eq!(parse("3-1"), Err(Kind::Invalid));
    assert_eq!(parse("0,1-0"), Err(Kind::Invalid));
    assert_eq!(parse("99999999999-1"), Err(Kind::Invalid));
}

#[test]
fn an_id_that_nobody_has_does_not_exist() {
    for (text, count, expected) in [
        ("0", 1, Ok(())),
        ("0", 0, Err(Kind::NoSuch)),
        ("1", 1, Err(Kind::NoSuch)),
        ("0-3", 4, Ok(())),
        ("0-4", 4, Err(Kind::NoSuch)),
        ("4,0", 4, Err(Kind::NoSuch)),
        ("0,4,1", 4, Err(Kind::NoSuch)),
        ("32767", 32_768, Ok(())),
    ] {
        assert_eq!(
            kind(parse(text).unwrap().check(count)),
            expected,
            "{text:?} of {count}"
        );
    }
}

#[test]
fn an_id_that_is_too_large_for_any_type_does_not_exist() {
    for text in [
        "4294967295",
        "4294967296",
        "18446744073709551616",
        "0-4294967296",
    ] {
        for count in [0, 1, 32_768, u32::MAX] {
            let ids = parse(text).unwrap();
            assert_eq!(
                kind(ids.check(count)),
                Err(Kind::NoSuch),
                "{text:?} of {count}"
            );
        }
    }
    // It does not wrap to an id that exists.
    assert_eq!(named("4294967296", 9), []);
}

#[test]
fn a_list_takes_32_items() {
    let list = |length: usize| vec!["1"; length].join(",");
    assert!(parse(&list(32)).is_ok());
    assert_eq!(parse(&list(33)), Err(Kind::Invalid));
    assert_eq!(parse(&list(2_000)), Err(Kind::Invalid));
}

#[test]
fn the_last_of_32_items_counts() {
    let mut items = vec!["1"; 31];
    items.push("7");
    assert_eq!(named(&items.join(","), 9), [1, 7]);
}

fn nearly() -> impl Strategy<Value = Text> {
    let right = || texts::padded(ranges().prop_map(|ranges| list(&ranges)));
    prop_oneof![
        1 => right(),
        2 => texts::broken(right(), ALPHABET),
        1 => texts::of(ALPHABET, 10),
    ]
}

proptest! {
    #[test]
    fn a_list_is_the_set_of_its_ids(ranges in ranges(), count in 0u32..50) {
        let ids = parse(&list(&ranges)).unwrap();
        let set: BTreeSet<u32> = ranges.iter().flat_map(|&(first, last)| first..=last).collect();
        for id in 0..60 {
            prop_assert_eq!(ids.contains(id), set.contains(&id), "id {}", id);
        }
        let all_exist = set.iter().all(|&id| id < count);
        prop_assert_eq!(kind(ids.check(count)), all_exist.then_some(()).ok_or(Kind::NoSuch));
    }

    #[test]
    fn parsing_agrees_with_the_model(text in nearly()) {
        prop_assume!(text.trim_ascii() != b"all");
        let expected = model::parse(&text);
        let ids = kind(Ids::parse(&text));
        prop_assert_eq!(ids.map(drop), expected.clone().map(drop));
        if let (Ok(ids), Ok(ranges)) = (ids, expected) {
            for id in 0..60u32 {
                let id_of = |&(first, last): &(u128, u128)| (first..=last).contains(&id.into());
                let is_named = ranges.iter().any(id_of);
                prop_assert_eq!(ids.contains(id), is_named, "id {}", id);
            }
            let last = ranges.iter().map(|&(_, last)| last).max().unwrap();
            prop_assert_eq!(ids.check(50).is_ok(), last < 50);
        }
    }

    #[test]
    fn only_existing_ids_pass_the_check(number in any::<u128>(), shift in 0u32..128, count: u32) {
        let number = number >> shift;
        let ids = parse(&number.to_string()).unwrap();
        prop_assert_eq!(ids.check(count).is_ok(), number < count.into());
    }
}
