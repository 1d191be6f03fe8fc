// SPDX-License-Identifier: GPL-2.0

//! The order of the rows.

use std::cmp::Ordering;

use clap::ValueEnum;

use super::model::Item;

/// By what rows are sorted: the largest first, but for the id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Sort {
    /// As the file has them
    Id,
    /// Ticks in each second
    Rate,
    /// Intervals that passed without a tick
    Missed,
    /// The worst lateness since the last reading
    Worst,
    /// The median
    P50,
    /// The 99th percentile
    P99,
    /// The largest lateness
    Max,
}

impl Sort {
    /// The key of the next or of the previous column.
    pub(crate) fn step(self, back: bool) -> Self {
        let all = Self::value_variants();
        let place = all.iter().position(|&sort| sort == self).unwrap_or(0);
        let step = if back { all.len() - 1 } else { 1 };
        all.get((place + step) % all.len()).copied().unwrap_or(self)
    }

    /// As it is named on the command line.
    pub(crate) fn name(self) -> String {
        let value = self.to_possible_value();
        value.map_or(String::new(), |value| value.get_name().to_owned())
    }

    /// Sorts; what is not known comes last in either direction.
    pub(crate) fn sort(self, items: &mut [Item], reverse: bool) {
        items.sort_by(|a, b| {
            let known = self.is_known(b).cmp(&self.is_known(a));
            let order = self.compare(a, b);
            known.then(if reverse { order.reverse() } else { order })
        });
    }

    fn is_known(self, item: &Item) -> bool {
        match self {
            Self::Id => true,
            Self::Rate => item.rate.is_some(),
            Self::Missed => item.missed.is_some(),
            Self::Worst => item.worst.is_some(),
            Self::P50 => item.p50.is_some(),
            Self::P99 => item.p99.is_some(),
            Self::Max => item.max.is_some(),
        }
    }

    fn compare(self, a: &Item, b: &Item) -> Ordering {
        match self {
            Self::Id => a.place.cmp(&b.place),
            Self::Rate => {
                let rate = |item: &Item| item.rate.unwrap_or(0.0);
                rate(b).total_cmp(&rate(a))
            }
            Self::Missed => b.missed.cmp(&a.missed),
            Self::Worst => b.worst.cmp(&a.worst),
            Self::P50 => b.p50.cmp(&a.p50),
            Self::P99 => b.p99.cmp(&a.p99),
            Self::Max => b.max.cmp(&a.max),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unknown_is_last_in_both_directions() {
        let item = |place, max| Item {
            place,
            max,
            ..Item::default()
        };
        let mut items = [
            item(0, None),
            item(1, Some(5)),
            item(2, Some(9)),
            item(3, Some(5)),
        ];
        let places = |items: &[Item]| items.iter().map(|item| item.place).collect::<Vec<_>>();
        Sort::Max.sort(&mut items, false);
        assert_eq!(places(&items), [2, 1, 3, 0]);
        Sort::Max.sort(&mut items, true);
        assert_eq!(places(&items), [1, 3, 2, 0]);
        Sort::Id.sort(&mut items, true);
        assert_eq!(places(&items), [3, 2, 1, 0]);
    }

    #[test]
    fn all_keys_are_reached_in_both_directions() {
        for &sort in Sort::value_variants() {
            assert_eq!(sort.step(false).step(true), sort);
            assert_ne!(sort.step(false), sort);
        }
    }
}
