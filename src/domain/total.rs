// SPDX-License-Identifier: GPL-2.0

//! The counters of all workers together.

use super::{
    logic::{
        stats::Stats,
        sums::Split, //
    },
    roster::Roster, //
};

/// Sums and extremes.
#[derive(Default)]
pub(crate) struct Total {
    /// Sums, and the extremes of lateness.
    pub(crate) stats: Stats,
    /// The largest drift of the workers that have a deadline.
    pub(crate) drift: Option<i64>,
    /// The lateness, split by its causes, if they are watched.
    pub(crate) split: Option<Split>,
}

impl Total {
    /// That of the first `count` workers. Of the causes of their lateness, what `watch` has seen.
    ///
    /// # Context
    ///
    /// May sleep.
    pub(super) fn of(roster: &Roster, count: u32, watch: u32) -> Self {
        let mut total = Self {
            split: (watch != 0).then(Split::default),
            ..Self::default()
        };
        roster.look_at(count, &mut |worker| {
            // Another watch may begin meanwhile.
            let (shown, split) = worker.shown_to(watch);
            total.split = total.split.map(|sum| sum.merged(split.unwrap_or_default()));
            total.stats = total.stats.merged(shown.stats);
            if shown.settings.wait.has_deadline() {
                total.drift = total.drift.max(Some(shown.stats.drift));
            }
        });
        total
    }
}
