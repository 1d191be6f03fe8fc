// SPDX-License-Identifier: GPL-2.0

//! The counters of all workers together.

use super::{
    logic::stats::Stats,
    roster::Roster, //
};

/// Sums and extremes.
#[derive(Default)]
pub(crate) struct Total {
    /// Sums, and the extremes of lateness.
    pub(crate) stats: Stats,
    /// The largest drift of the workers that have a deadline.
    pub(crate) drift: Option<i64>,
}

impl Total {
    /// That of the first `count` workers.
    ///
    /// # Context
    ///
    /// May sleep.
    pub(super) fn of(roster: &Roster, count: u32) -> Self {
        let mut total = Self::default();
        roster.look_at(count, |worker| {
            let shown = worker.shown();
            total.stats = total.stats.merged(shown.stats);
            if shown.settings.wait.has_deadline() {
                total.drift = total.drift.max(Some(shown.stats.drift));
            }
        });
        total
    }
}
