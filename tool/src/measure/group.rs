// SPDX-License-Identifier: GPL-2.0

//! What is shown together: the ticks of one primitive, or of one worker.

use std::collections::HashMap;

use super::distribution::Distribution;

/// Ticks under one name.
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) distribution: Distribution,
    /// The largest lateness, if it is known of all of them.
    pub(crate) max: Option<i64>,
}

/// Groups in the order in which their names came.
#[derive(Default)]
pub(crate) struct Groups(pub(crate) Vec<Group>, HashMap<String, usize>);

impl Groups {
    /// Adds ticks, and the largest lateness among them.
    pub(crate) fn add(&mut self, name: String, distribution: &Distribution, max: Option<i64>) {
        let known = self.1.get(&name).copied();
        if let Some(group) = known.and_then(|place| self.0.get_mut(place)) {
            group.distribution.merge(distribution);
            group.max = group.max.zip(max).map(|(a, b)| a.max(b));
            return;
        }
        self.1.insert(name.clone(), self.0.len());
        self.0.push(Group {
            name,
            distribution: distribution.clone(),
            max,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_maximum_of_a_group_is_known_only_if_all_are() {
        let mut one = Distribution::default();
        one.add(63, 1);
        let mut groups = Groups::default();
        groups.add("idle".into(), &one, Some(5));
        groups.add("work".into(), &one, Some(1));
        groups.add("idle".into(), &one, Some(7));
        groups.add("work".into(), &one, None);
        let seen: Vec<_> = groups
            .0
            .iter()
            .map(|group| (group.name.as_str(), group.distribution.total(), group.max))
            .collect();
        assert_eq!(seen, [("idle", 2, Some(7)), ("work", 2, None)]);
    }
}
