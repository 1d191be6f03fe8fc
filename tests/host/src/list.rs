// SPDX-License-Identifier: GPL-2.0

//! `src/domain/logic/list.rs`

use proptest::{
    collection::vec,
    prelude::*, //
};

use crate::{
    logic::{
        list::{
            List,
            CAPACITY, //
        },
        reject::Kind,
        text::{
            at_most,
            decimal, //
        }, //
    },
    texts::kind,
};

fn parse(text: &str) -> Result<List<u64>, Kind> {
    let mut list = List::one(0);
    kind(list.parse(text.as_bytes(), decimal)).map(|()| list)
}

fn text(items: &[u64]) -> String {
    let items: Vec<_> = items.iter().map(u64::to_string).collect();
    items.join(",")
}

#[test]
fn a_list_of_one_is_dealt_to_everyone() {
    let list: List<u64> = List::one(7);
    assert_eq!(list.as_slice(), [7]);
    for id in [0, 1, 2, 32_767, u32::MAX] {
        assert_eq!(list.dealt(id), 7);
    }
    assert_eq!(Ok(list), parse("7"));
}

#[test]
fn an_empty_text_or_item_is_invalid() {
    for text in ["", " ", "\n", ",", "1,", ",1", "1,,2", "1,2,\n"] {
        assert_eq!(parse(text), Err(Kind::Invalid), "{text:?}");
    }
}

#[test]
fn a_parameter_takes_32_items() {
    assert_eq!(CAPACITY, 32);
    let items: Vec<u64> = (0..33).collect();
    assert_eq!(parse(&text(&items[..32])).unwrap().as_slice(), &items[..32]);
    assert_eq!(parse(&text(&items)), Err(Kind::Invalid));
    let rejection = List::<u64>::one(0).parse(text(&items).as_bytes(), decimal);
    assert_eq!(*rejection.unwrap_err().reason, "too many list items");
}

#[test]
fn one_bad_item_is_the_fault_of_the_list() {
    assert_eq!(parse("1,x,3"), Err(Kind::Invalid));
    let at_most_9 = |item: &[u8]| at_most(item, 9, &"more than nine");
    let rejection = List::<u32>::one(0).parse(b"1,10,x", at_most_9);
    assert_eq!(*rejection.unwrap_err().reason, "more than nine");
}

#[test]
fn nothing_is_left_of_what_was_in_the_list() {
    let mut list = parse("1,2,3").unwrap();
    assert_eq!(kind(list.parse(b"7", decimal)), Ok(()));
    assert_eq!(list, List::one(7));
}

#[test]
fn white_space_belongs_around_a_list_and_not_into_it() {
    assert_eq!(parse(" \t1,2\r\n"), parse("1,2"));
    for text in ["1, 2", "1 ,2", "1,\n2", "1 2", "1, ,2", "1,2, "] {
        assert_eq!(parse(text), Err(Kind::Invalid), "{text:?}");
    }
}

#[test]
fn lists_of_different_lengths_differ() {
    assert_ne!(parse("1"), parse("1,1"));
    assert_ne!(parse("1,2"), parse("1"));
    assert_ne!(parse("1,2"), parse("2,1"));
    assert_eq!(parse("1,2"), parse(" 01,2\n"));
}

proptest! {
    #[test]
    fn items_are_kept_in_order_and_shown(items in vec(any::<u64>(), 1..=CAPACITY)) {
        let list = parse(&text(&items)).unwrap();
        prop_assert_eq!(list.as_slice(), &items[..]);
        prop_assert_eq!(list.to_string(), text(&items));
    }

    #[test]
    fn items_are_dealt_in_turn(items in vec(any::<u64>(), 1..=CAPACITY), offset: u32) {
        let list = parse(&text(&items)).unwrap();
        for (id, &item) in (0..100).zip(items.iter().cycle()) {
            prop_assert_eq!(list.dealt(id), item);
        }
        let turn = u64::from(offset) % items.len() as u64;
        prop_assert_eq!(list.dealt(offset), items[turn as usize]);
    }

    #[test]
    fn lists_are_equal_if_their_items_are(
        a in vec(0u64..2, 1..=3),
        b in vec(0u64..2, 1..=3),
    ) {
        prop_assert_eq!(parse(&text(&a)) == parse(&text(&b)), a == b);
    }
}
