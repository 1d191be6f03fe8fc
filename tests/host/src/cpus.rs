// SPDX-License-Identifier: GPL-2.0

//! `src/domain/logic/cpus.rs`

use proptest::prelude::*;

use crate::{
    logic::{
        cpus::Cpus,
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

const ALPHABET: &[u8] = b"0123456789,,-- \n";

fn parse(text: &str) -> Result<Cpus, Kind> {
    kind(Cpus::parse(text.as_bytes()))
}

/// All CPUs of a list, in its order.
fn all(cpus: &Cpus) -> impl Iterator<Item = u32> + '_ {
    cpus.ranges().iter().flat_map(|range| range.numbers())
}

fn numbers(text: &str) -> Vec<u32> {
    all(&parse(text).unwrap()).collect()
}

#[test]
fn without_a_list_nobody_is_bound() {
    for text in ["", " ", "\n", " \t\r\n"] {
        let cpus = parse(text).unwrap();
        assert_eq!(cpus, Cpus::UNBOUND, "{text:?}");
        assert_eq!(all(&cpus).next(), None);
        assert_eq!(cpus.to_string(), "");
        for id in [0, 1, u32::MAX] {
            assert_eq!(cpus.dealt(id), None);
        }
    }
    assert_ne!(parse("0"), Ok(Cpus::UNBOUND));
}

#[test]
fn a_list_names_cpus_in_its_order() {
    assert_eq!(numbers("0"), [0]);
    assert_eq!(numbers("0-3,7\n"), [0, 1, 2, 3, 7]);
    assert_eq!(numbers("7,0-3"), [7, 0, 1, 2, 3]);
    assert_eq!(numbers("1-2,2,1"), [1, 2, 2, 1]);
}

#[test]
fn workers_are_dealt_cpus_in_turn() {
    let cpus = parse("4-5,1,7-8").unwrap();
    let dealt: Vec<_> = (0..12).filter_map(|id| cpus.dealt(id)).collect();
    assert_eq!(dealt, [4, 5, 1, 7, 8, 4, 5, 1, 7, 8, 4, 5]);
}

#[test]
fn a_list_reads_in_its_shortest_form() {
    for (written, read) in [
        ("0-3,7\n", "0-3,7"),
        ("7,0-3", "7,0-3"),
        ("4-4,007", "4,7"),
        ("0,1,2", "0,1,2"),
        ("99999999999", "4294967295"),
    ] {
        assert_eq!(parse(written).unwrap().to_string(), read, "{written}");
    }
}

#[test]
fn what_is_not_a_list_is_invalid() {
    let texts = [
        ",", "1,", ",1", "1,,2", "-", "-1", "1-", "3-1", "1-2-3", "1 2", "1, 2", "1 ,2", "+1",
        "0x1", "all", "any", "0-3:1/2", "1\0", "\0",
    ];
    for text in texts {
        assert_eq!(parse(text), Err(Kind::Invalid), "{text:?}");
    }
}

#[test]
fn a_list_takes_32_items() {
    let list = |length: usize| vec!["0-1"; length].join(",");
    assert_eq!(numbers(&list(32)).len(), 64);
    assert_eq!(parse(&list(33)), Err(Kind::Invalid));
}

#[test]
fn ranges_wider_than_any_machine_are_dealt_without_wrapping() {
    let cpus = parse("0-4294967295").unwrap();
    for id in [0, 1, u32::MAX] {
        assert_eq!(cpus.dealt(id), Some(id));
    }
    let cpus = parse("9,0-4294967295").unwrap();
    assert_eq!(cpus.dealt(0), Some(9));
    assert_eq!(cpus.dealt(u32::MAX), Some(u32::MAX - 1));
    let cpus = parse(&["0-4294967295"; 32].join(",")).unwrap();
    assert_eq!(cpus.dealt(u32::MAX), Some(u32::MAX));
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
    fn a_list_is_its_ranges_one_after_the_other(ranges in ranges(), id: u32) {
        let cpus = parse(&list(&ranges)).unwrap();
        let numbers: Vec<u32> = ranges.iter().flat_map(|&(first, last)| first..=last).collect();
        prop_assert_eq!(all(&cpus).collect::<Vec<_>>(), numbers.clone());
        for (id, &cpu) in (0..200).zip(numbers.iter().cycle()) {
            prop_assert_eq!(cpus.dealt(id), Some(cpu), "id {}", id);
        }
        prop_assert_eq!(cpus.dealt(id), Some(numbers[id as usize % numbers.len()]));
    }

    #[test]
    fn what_is_read_can_be_written_back(ranges in ranges()) {
        let text = list(&ranges);
        let cpus = parse(&text).unwrap();
        prop_assert_eq!(cpus.to_string(), text.clone());
        prop_assert_eq!(parse(&format!("{text}\n")), Ok(cpus));
    }

    #[test]
    fn parsing_agrees_with_the_model(text in nearly()) {
        let expected = match text.trim_ascii() {
            b"" => Ok(vec![]),
            text => model::parse(text),
        };
        // All of the first ranges; the numbers of a wide one cannot all be compared.
        let some = |ranges: Vec<(u128, u128)>| -> Vec<u128> {
            ranges.iter().flat_map(|&(first, last)| first..=last).take(1_000).collect()
        };
        let cpus = kind(Cpus::parse(&text));
        prop_assert_eq!(
            cpus.map(|cpus| all(&cpus).take(1_000).map(u128::from).collect::<Vec<_>>()),
            expected.map(some)
        );
    }
}
