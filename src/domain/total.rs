// SPDX-License-Identifier: GPL-2.0

//! The counters of all workers together.

use super::{
    logic::{
        stats::Stats,
        sums::Split, //
    },
    roster::{
        Roster,
        Visitor, //
    },
    worker::Worker, //
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
        let mut adder = Adder {
            total: Self {
                split: (watch != 0).then(Split::default),
                ..Self::default()
            },
            watch,
        };
        roster.look_at(count, &mut adder);
        adder.total
    }
}

/// Adds up what it sees.
struct Adder {
    total: Total,
    watch: u32,
}

impl Visitor for Adder {
    fn look(&mut self, worker: &Worker) {
        let total = &mut self.total;
        // Another watch may begin meanwhile.
        let (shown, split) = worker.shown_to(self.watch);
        if let (Some(sum), Some(split)) = (&mut total.split, split) {
            *sum = sum.merged(split);
        }
        total.stats = total.stats.merged(shown.stats);
        if shown.settings.wait.has_deadline() {
            total.drift = total.drift.max(Some(shown.stats.drift));
        }
    }
}
