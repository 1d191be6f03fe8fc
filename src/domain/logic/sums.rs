// SPDX-License-Identifier: GPL-2.0

//! Sums of times, and lateness split by its causes.
//!
//! All times are nanoseconds. They may be negative: something was early.

/// Times added up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
// Packed: an i128 would align this type, and each type that contains it, to 16 bytes.
#[repr(C, packed(8))]
pub(crate) struct Sums {
    max: i64,
    /// Of many workers it outgrows 64 bits in days.
    sum: i128,
    /// The same, with negative times as 0.
    sum_late: u64,
}

/// Sums as they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Summary {
    /// The mean.
    pub(crate) avg: i64,
    /// The most.
    pub(crate) max: i64,
    /// The sum, a negative time counting as 0, so that it never falls.
    pub(crate) sum: u64,
}

impl Sums {
    /// Adds a time; what was there before the first one does not matter.
    #[inline]
    pub(crate) fn add(&mut self, time: i64, is_first: bool) {
        if is_first || time > self.max {
            self.max = time;
        }
        self.sum += i128::from(time);
        self.sum_late = self.sum_late.saturating_add(time.max(0) as u64);
    }

    /// How `count` times are shown, if there are any.
    #[inline(never)] // A row has several.
    pub(crate) fn summary(self, count: u64) -> Option<Summary> {
        (count > 0).then(|| Summary {
            avg: mean(self.sum, count).min(self.max),
            max: self.max,
            sum: self.sum_late,
        })
    }

    /// Both together; there are times in both.
    #[inline]
    pub(crate) fn merged(self, other: Self) -> Self {
        Self {
            max: core::cmp::max(self.max, other.max),
            sum: self.sum + other.sum,
            sum_late: self.sum_late.saturating_add(other.sum_late),
        }
    }
}

/// How much of a tick's lateness passed after its thread had been woken.
// One word and no `Option`: each tick passes it on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ToRun(i64);

impl ToRun {
    /// Nobody has watched.
    pub(crate) const UNKNOWN: Self = Self(-1);

    /// So many nanoseconds, and not less than 0.
    pub(crate) fn new(nanos: i64) -> Self {
        Self(nanos.max(0))
    }

    /// The nanoseconds, if they are known.
    #[inline]
    pub(crate) fn nanos(self) -> Option<i64> {
        (self.0 >= 0).then_some(self.0)
    }

    /// The nanoseconds, or -1.
    #[inline]
    pub(crate) fn raw(self) -> i64 {
        self.0
    }
}

/// Lateness in two parts, which add up to it: until the thread was woken, and from there until it ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Split {
    /// Of how many ticks.
    pub(crate) ticks: u64,
    to_wake: Sums,
    to_run: Sums,
}

impl Split {
    /// Adds a tick that was `late`, and took `to_run` of it.
    pub(crate) fn add(&mut self, late: i64, to_run: i64) {
        let is_first = self.ticks == 0;
        self.to_wake.add(late - to_run, is_first);
        self.to_run.add(to_run, is_first);
        self.ticks += 1;
    }

    /// The first part, once there has been a tick.
    pub(crate) fn wake_part(&self) -> Option<Summary> {
        self.to_wake.summary(self.ticks)
    }

    /// The second part, likewise.
    pub(crate) fn run_part(&self) -> Option<Summary> {
        self.to_run.summary(self.ticks)
    }

    /// Both together.
    pub(crate) fn merged(self, other: Self) -> Self {
        match (self.ticks, other.ticks) {
            (_, 0) => self,
            (0, _) => other,
            _ => Self {
                ticks: self.ticks + other.ticks,
                to_wake: self.to_wake.merged(other.to_wake),
                to_run: self.to_run.merged(other.to_run),
            },
        }
    }
}

/// `sum / count`, where that fits.
///
/// The kernel has no 128-bit division. If the sum does not fit in 64 bits, sum and count lose the same
/// number of low bits: the count is so large then that they hardly matter.
fn mean(sum: i128, count: u64) -> i64 {
    let bits = i128::BITS - sum.unsigned_abs().leading_zeros();
    let excess = bits.saturating_sub(i64::BITS - 1);
    let count = i64::try_from(count >> excess).unwrap_or(i64::MAX);
    ((sum >> excess) as i64).checked_div(count).unwrap_or(0)
}
