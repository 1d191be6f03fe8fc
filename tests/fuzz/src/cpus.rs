// SPDX-License-Identifier: GPL-2.0

//! CPU lists, and the ranges that they are made of.

use crate::{
    kind,
    logic::{
        cpus::Cpus,
        range::Range, //
    },
    range_model as model,
};

pub fn check(text: &[u8]) {
    check_range(text);
    check_list(text);
}

fn check_range(text: &[u8]) {
    let range = kind(Range::parse(text));
    let ends = |range: Range| (range.numbers().next().unwrap().into(), range.last().into());
    assert_eq!(range.map(ends), model::parse_one(text));
    if let Ok(range) = range {
        assert_eq!(Range::parse(range.to_string().as_bytes()), Ok(range));
        let (first, last): (u128, u128) = ends(range);
        assert_eq!(u128::from(range.len()), last - first + 1);
        for number in [0, 1, last as u32, u32::MAX] {
            assert_eq!(
                range.contains(number),
                (first..=last).contains(&number.into())
            );
        }
    }
}

fn check_list(text: &[u8]) {
    let expected = match text.trim_ascii() {
        b"" => Ok(vec![]),
        text => model::parse(text),
    };
    let cpus = kind(Cpus::parse(text));
    assert_eq!(cpus.map(drop), expected.clone().map(drop));
    let (Ok(cpus), Ok(ranges)) = (cpus, expected) else {
        return;
    };

    // Enough of them: a range may have all numbers that there are.
    let all = || {
        ranges
            .iter()
            .flat_map(|&(first, last)| first..=last)
            .take(500)
    };
    assert!(cpus
        .ranges()
        .iter()
        .flat_map(|range| range.numbers())
        .take(500)
        .map(u128::from)
        .eq(all()));
    for id in [0, 1, 2, 499, u32::MAX] {
        assert_eq!(cpus.dealt(id).map(u128::from), dealt(&ranges, id.into()));
    }

    let shown = cpus.to_string();
    assert_eq!(Cpus::parse(shown.as_bytes()), Ok(cpus));
    assert!(shown.len() <= text.len().max("4294967295".len() * 32 * 2));
}

/// The number at `index`, counted round and round.
fn dealt(ranges: &[(u128, u128)], index: u128) -> Option<u128> {
    let count: u128 = ranges.iter().map(|(first, last)| last - first + 1).sum();
    let mut left = index.checked_rem(count)?;
    for (first, last) in ranges {
        if first + left <= *last {
            return Some(first + left);
        }
        left -= last - first + 1;
    }
    None
}
