// SPDX-License-Identifier: GPL-2.0

//! Lists of numbers as the module and the kernel write them: `0-3,7`.

use std::ops::RangeInclusive;

/// What the module takes in one list.
pub(crate) const LONGEST_LIST: usize = 32;

/// The runs of neighbours in a list, in its order.
pub(crate) fn ranges(numbers: &[u64]) -> Vec<String> {
    numbers
        .chunk_by(|a, b| a.checked_add(1) == Some(*b))
        .filter_map(|run| match run {
            [one] => Some(one.to_string()),
            [first, .., last] => Some(format!("{first}-{last}")),
            [] => None,
        })
        .collect()
}

/// The same in as many lists as it takes.
pub(crate) fn lists(numbers: &[u64]) -> Vec<String> {
    ranges(numbers)
        .chunks(LONGEST_LIST)
        .map(|ranges| ranges.join(","))
        .collect()
}

/// The ranges of a list, however many: a machine may have more than the module takes.
pub(crate) fn read(text: &str) -> Result<Vec<RangeInclusive<u64>>, &'static str> {
    let number = |text: &str| {
        let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let number: Option<u32> = text.parse().ok().filter(|_| is_number);
        number.map(u64::from).ok_or("there is no such number")
    };
    let range = |text: &str| {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let range = number(first)?..=number(last)?;
        match range.is_empty() {
            true => Err("a range ends before it begins"),
            false => Ok(range),
        }
    };
    match text.trim() {
        "" => Ok(Vec::new()),
        text => text.split(',').map(range).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn neighbours_are_a_range() {
        assert_eq!(ranges(&[0, 1, 2, 7, 3, 4]), ["0-2", "7", "3-4"]);
        assert_eq!(ranges(&[]), [""; 0]);
        let odd: Vec<u64> = (0..70).map(|n| 2 * n).collect();
        let lists = lists(&odd);
        assert_eq!(lists.len(), 3);
        assert!(lists
            .iter()
            .all(|list| list.split(',').count() <= LONGEST_LIST));
    }

    #[test]
    fn what_is_no_list_is_refused() {
        assert_eq!(read("\n"), Ok(Vec::new()));
        for text in [
            "0-",
            "-",
            ",",
            "1,",
            "3-1",
            "+1",
            "0x1",
            "1 2",
            "0-1-2",
            "4294967296",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(numbers in prop::collection::vec(0..1_000_u64, 0..200)) {
            let ranges = read(&ranges(&numbers).join(",")).unwrap();
            prop_assert!(ranges.into_iter().flatten().eq(numbers));
        }
    }
}
