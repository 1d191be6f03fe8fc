// SPDX-License-Identifier: GPL-2.0

//! Which workers a command is for.

use crate::{
    kind,
    logic::{
        ids::Ids,
        reject::Kind, //
    },
    range_model as model,
};

pub fn check(text: &[u8]) {
    let ids = kind(Ids::parse(text));
    if text.trim_ascii() == b"all" {
        assert_eq!(ids, Ok(Ids::ALL));
        return;
    }
    let expected = model::parse(text);
    assert_eq!(ids.map(drop), expected.clone().map(drop));
    if let (Ok(ids), Ok(ranges)) = (ids, expected) {
        check_list(ids, &ranges);
    }
}

fn check_list(ids: Ids, ranges: &[(u128, u128)]) {
    assert!(!ids.are_all());
    let ends = ranges
        .iter()
        .flat_map(|&(first, last)| [first as u32, last as u32]);
    let around = |id: u32| [id.saturating_sub(1), id, id.saturating_add(1)];
    for id in ends.flat_map(around).chain([0, 32_767, u32::MAX]) {
        let is_in = |&(first, last): &(u128, u128)| (first..=last).contains(&id.into());
        assert_eq!(ids.contains(id), ranges.iter().any(is_in));
        let all_exist = ranges.iter().all(|&(_, last)| last < id.into());
        assert_eq!(
            kind(ids.check(id)),
            all_exist.then_some(()).ok_or(Kind::NoSuch)
        );
    }
}
