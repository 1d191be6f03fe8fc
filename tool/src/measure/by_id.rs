// SPDX-License-Identifier: GPL-2.0

//! What belongs to workers, by their ids. Up to 32,768 come in the order of their ids, again and again: that makes a
//! sorted list quicker than a tree.

use std::mem;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ById<T>(Vec<(u64, T)>);

impl<T> Default for ById<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> ById<T> {
    /// In any order. What has the same id is merged into the first of them.
    pub(crate) fn merged(mut all: Vec<(u64, T)>, mut merge: impl FnMut(&mut T, &mut T)) -> Self {
        // One pass if they are sorted.
        all.sort_by_key(|(id, _)| *id);
        all.dedup_by(|(id, later), (first, earlier)| {
            let is_same = id == first;
            if is_same {
                merge(earlier, later);
            }
            is_same
        });
        Self(all)
    }

    pub(crate) fn get(&self, id: u64) -> Option<&T> {
        self.0.get(self.place(id)?).map(|(_, one)| one)
    }

    pub(crate) fn get_mut(&mut self, id: u64) -> Option<&mut T> {
        let place = self.place(id)?;
        self.0.get_mut(place).map(|(_, one)| one)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (u64, &T)> {
        self.0.iter().map(|(id, one)| (*id, one))
    }

    fn place(&self, id: u64) -> Option<usize> {
        // Where it is if there are all from 0 on, as nearly always.
        let guess = usize::try_from(id).unwrap_or(usize::MAX);
        match self.0.get(guess) {
            Some((there, _)) if *there == id => Some(guess),
            _ => self.0.binary_search_by_key(&id, |(id, _)| *id).ok(),
        }
    }
}

/// The last of those with the same id stays.
impl<T> FromIterator<(u64, T)> for ById<T> {
    fn from_iter<I: IntoIterator<Item = (u64, T)>>(all: I) -> Self {
        Self::merged(all.into_iter().collect(), mem::swap)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::collections::BTreeMap;

    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_as_a_tree(all in prop::collection::vec((0_u64..20, any::<u8>()), 0..20)) {
            let tree: BTreeMap<_, _> = all.iter().copied().collect();
            let mut ours: ById<_> = all.iter().copied().collect();
            for id in 0..20 {
                prop_assert_eq!(ours.get(id), tree.get(&id));
                prop_assert_eq!(ours.get_mut(id).copied(), tree.get(&id).copied());
            }
            prop_assert!(ours.iter().eq(tree.iter().map(|(id, one)| (*id, one))));
            let sums = ById::merged(all.clone(), |sum, more| *sum = sum.wrapping_add(*more));
            for (id, sum) in sums.iter() {
                let of_id = all.iter().filter(|(other, _)| *other == id);
                prop_assert_eq!(*sum, of_id.fold(0_u8, |sum, (_, more)| sum.wrapping_add(*more)));
            }
        }
    }
}
