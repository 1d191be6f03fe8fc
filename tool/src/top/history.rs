// SPDX-License-Identifier: GPL-2.0

//! The worst lateness of each interval, of all that is shown.

use std::collections::{
    BTreeMap,
    VecDeque, //
};

/// How far back: what a wide terminal shows. Of 32,768 workers it takes 32 MiB.
const LENGTH: usize = 120;
/// An interval of which nothing is known: no tick, or the counters began anew.
const UNKNOWN: i64 = i64::MIN;

/// By worker or by primitive.
pub(crate) struct History<K> {
    of: BTreeMap<K, VecDeque<i64>>,
}

impl<K> Default for History<K> {
    fn default() -> Self {
        Self {
            of: BTreeMap::new(),
        }
    }
}

impl<K: Ord + Clone> History<K> {
    /// Adds an interval.
    pub(crate) fn add(&mut self, key: &K, worst: Option<i64>) {
        let worst = worst.unwrap_or(UNKNOWN);
        match self.of.get_mut(key) {
            Some(past) => {
                if past.len() == LENGTH {
                    past.pop_front();
                }
                past.push_back(worst);
            }
            None => {
                self.of.insert(key.clone(), VecDeque::from([worst]));
            }
        }
    }

    pub(crate) fn forget(&mut self, key: &K) {
        self.of.remove(key);
    }

    /// The last intervals of one, the oldest first.
    pub(crate) fn last(&self, key: &K, most: usize) -> Vec<Option<i64>> {
        let Some(past) = self.of.get(key) else {
            return Vec::new();
        };
        past.iter()
            .skip(past.len().saturating_sub(most))
            .map(|&worst| (worst != UNKNOWN).then_some(worst))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_intervals_are_kept() {
        let mut history = History::default();
        (0..200).for_each(|n| history.add(&"idle", (n % 2 == 0).then_some(n)));
        assert_eq!(history.last(&"idle", 1_000).len(), LENGTH);
        assert_eq!(history.last(&"idle", 3), [None, Some(198), None]);
        assert_eq!(history.last(&"work", 3), []);
        history.forget(&"idle");
        assert_eq!(history.last(&"idle", 3), []);
    }
}
