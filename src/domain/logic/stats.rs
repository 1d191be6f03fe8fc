// SPDX-License-Identifier: GPL-2.0

//! What a worker counts, and the arithmetic of being late.
//!
//! All times are nanoseconds on one monotonic clock. Lateness is signed: a primitive may wake its
//! thread before the intended time.

use super::sums::{
    Summary,
    Sums, //
};

/// What the next deadline is counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// From the start of the sleep: the time between two sleeps adds up as drift.
    Relative,
    /// From the worker's start: a whole number of intervals later.
    Absolute,
}

/// One sleep of a worker: until when, and for how long.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sleep {
    /// When the worker should be woken.
    pub(crate) deadline: i64,
    interval: i64,
    /// When it woke before, or when it started: what drift is measured from.
    previous: i64,
}

impl Sleep {
    /// A worker's first sleep, or its first after a change of its settings.
    pub(crate) const fn first(now: i64, interval: i64) -> Self {
        Self {
            deadline: now + interval,
            interval,
            previous: now,
        }
    }

    /// What waking at `woken` means.
    #[inline]
    pub(crate) fn tick(&self, woken: i64) -> Tick {
        let late = woken - self.deadline;
        Tick {
            late,
            missed: self.missed(late),
            drift: woken - self.previous - self.interval,
        }
    }

    /// How many whole intervals a wake is late. Most often none, and then there is nothing to divide.
    #[inline]
    fn missed(&self, late: i64) -> u64 {
        if late < self.interval {
            return 0;
        }
        late.max(0).checked_div(self.interval).unwrap_or(0) as u64
    }

    /// The sleep after one that ended at `woken`, begun at `now`.
    #[inline]
    pub(crate) fn next(&self, pace: Pace, woken: i64, now: i64) -> Self {
        let deadline = match pace {
            Pace::Relative => now + self.interval,
            Pace::Absolute => {
                // What has been missed is not made up for.
                let missed = self.missed(woken - self.deadline) as i64;
                self.deadline + (missed + 1) * self.interval
            }
        };
        Self {
            deadline,
            interval: self.interval,
            previous: woken,
        }
    }
}

/// One tick, measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tick {
    /// How late the thread ran.
    pub(crate) late: i64,
    /// How many whole intervals passed without a tick.
    pub(crate) missed: u64,
    /// How much further the worker fell behind.
    pub(crate) drift: i64,
}

impl Tick {
    /// A tick that was called for at `called`, and has no deadline to miss.
    pub(crate) const fn called(called: i64, woken: i64) -> Self {
        Self {
            late: woken - called,
            missed: 0,
            drift: 0,
        }
    }
}

/// A worker's counters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stats {
    /// Times that the worker woke because its primitive was due.
    pub(crate) ticks: u64,
    /// Whole intervals that passed without a tick.
    pub(crate) missed: u64,
    /// Wakes before the deadline.
    pub(crate) early: u64,
    /// Signals that were only to be counted.
    pub(crate) signals: u64,
    /// How far the worker is behind `start + ticks * interval`, summed over its starts.
    pub(crate) drift: i64,
    late: Lateness,
}

/// Lateness over all ticks.
///
/// # Invariants
///
/// Without meaning before the first tick; after it `min <= last <= max`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Lateness {
    last: i64,
    min: i64,
    sums: Sums,
}

/// Lateness as it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LateSummary {
    /// At the last tick.
    pub(crate) last: i64,
    /// The least.
    pub(crate) min: i64,
    /// The mean.
    pub(crate) avg: i64,
    /// The most.
    pub(crate) max: i64,
    /// The sum, an early wake counting as 0, so that it never falls.
    pub(crate) sum: u64,
}

impl Stats {
    /// Counts a tick.
    #[inline]
    pub(crate) fn count(&mut self, tick: Tick) {
        let late = tick.late;
        let is_first = self.ticks == 0;
        if is_first || late < self.late.min {
            self.late.min = late;
        }
        self.late.sums.add(late, is_first);
        self.late.last = late;
        self.ticks += 1;
        self.missed = self.missed.saturating_add(tick.missed);
        self.drift = self.drift.saturating_add(tick.drift);
    }

    /// The least lateness; 0 before the first tick.
    pub(crate) fn least(&self) -> i64 {
        self.late.min
    }

    /// Lateness, once there has been a tick.
    pub(crate) fn late(&self) -> Option<LateSummary> {
        let Lateness { last, min, sums } = self.late;
        let Summary { avg, max, sum } = sums.summary(self.ticks)?;
        Some(LateSummary {
            last,
            min,
            avg: avg.max(min),
            max,
            sum,
        })
    }

    /// The counters of two together: sums, and the extremes of lateness.
    ///
    /// The last lateness and the drift mean nothing for several workers together.
    pub(crate) fn merged(self, other: Self) -> Self {
        Self {
            ticks: self.ticks + other.ticks,
            missed: self.missed.saturating_add(other.missed),
            early: self.early + other.early,
            signals: self.signals + other.signals,
            drift: 0,
            late: match (self.ticks, other.ticks) {
                (_, 0) => self.late,
                (0, _) => other.late,
                _ => Lateness {
                    last: other.late.last,
                    min: self.late.min.min(other.late.min),
                    sums: self.late.sums.merged(other.late.sums),
                },
            },
        }
    }
}
