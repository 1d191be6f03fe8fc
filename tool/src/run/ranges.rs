// SPDX-License-Identifier: GPL-2.0

//! Lists of numbers as the module reads them: `0-3,7`.

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

#[cfg(test)]
mod tests {
    use super::*;

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
}
