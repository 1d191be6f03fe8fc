// SPDX-License-Identifier: GPL-2.0

//! Intervals, one and a list of them.

use std::num::NonZeroU32;

use crate::{
    interval_model::{
        self as model,
        Time, //
    },
    kind,
    logic::{
        interval::Interval,
        list::{
            List,
            CAPACITY, //
        },
        reject::Kind, //
    },
};

const LIMITS: std::ops::RangeInclusive<i64> = 50_000..=86_400_000_000_000;

/// For each HZ that a kernel can have.
pub fn check(text: &[u8]) {
    for hz in [100, 250, 300, 1_000] {
        check_one(text, hz);
        check_list(text, hz);
    }
}

fn parse(text: &[u8], hz: u32) -> Result<Interval, Kind> {
    kind(Interval::parse(text, NonZeroU32::new(hz).unwrap()))
}

fn parse_list(text: &[u8], hz: u32) -> Result<List<Interval>, Kind> {
    let hz = NonZeroU32::new(hz).unwrap();
    let mut list = List::one(Interval::DEFAULT);
    kind(list.parse(text, |item| Interval::parse(item, hz))).map(|()| list)
}

fn check_one(text: &[u8], hz: u32) {
    let expected = model::parse(text, hz.into());
    let interval = parse(text, hz);
    assert_eq!(interval.map(drop), expected.map(drop));
    let (Ok(interval), Ok(expected)) = (interval, expected) else {
        return;
    };
    check_value(interval, expected);

    let again = parse(interval.to_string().as_bytes(), hz).unwrap();
    check_value(again, expected);
}

fn check_value(interval: Interval, expected: Time) {
    assert!(LIMITS.contains(&interval.nanos()));
    assert_eq!(interval.nanos() as u128, expected.nanos());
    assert_eq!(interval.to_string(), expected.shortest_form());
}

fn check_list(text: &[u8], hz: u32) {
    let expected = list_model(text, hz);
    let list = parse_list(text, hz);
    assert_eq!(list.map(drop), expected.clone().map(drop));
    let (Ok(list), Ok(expected)) = (list, expected) else {
        return;
    };

    assert_eq!(list.as_slice().len(), expected.len());
    for (&interval, &expected) in list.as_slice().iter().zip(&expected) {
        check_value(interval, expected);
    }
    for id in [0, 1, 31, 32, u32::MAX] {
        check_value(list.dealt(id), expected[id as usize % expected.len()]);
    }

    // A shorter form may have forgotten that it was written in jiffies, but not what it was.
    let shown = list.to_string();
    let again = parse_list(shown.as_bytes(), hz).unwrap();
    assert_eq!(again.to_string(), shown);
    let nanos = |list: &List<Interval>| {
        list.as_slice()
            .iter()
            .map(|i| i.nanos())
            .collect::<Vec<_>>()
    };
    assert_eq!(nanos(&again), nanos(&list));
}

fn list_model(text: &[u8], hz: u32) -> Result<Vec<Time>, Kind> {
    let items = text.trim_ascii().split(|&byte| byte == b',');
    // What is wrong first decides; the item after the last that there is room for is looked at.
    let times = items
        .take(CAPACITY + 1)
        .map(|item| model::parse(item, hz.into()));
    let times = times.collect::<Result<Vec<_>, _>>()?;
    (times.len() <= CAPACITY)
        .then_some(times)
        .ok_or(Kind::Invalid)
}
