// SPDX-License-Identifier: GPL-2.0

//! `ssleep`: the classic, which nothing interrupts.
//!
//! A sleep of more than a second has the timer that `msleep` would have, far up the wheel, but a stop
//! and new settings end it. No signal does.

use kernel::time::{
    msecs_to_jiffies,
    Jiffies, //
};

use super::{
    Pace,
    Sleeper,
    Timing,
    Woke, //
};
use crate::abstractions::{
    delay::{
        msleep,
        Milliseconds, //
    },
    jiffies::HZ,
    timer::Timer,
    wait::Waited, //
};

const NANOS_PER_MILLISECOND: u64 = 1_000_000;

/// A stop does not have to wait longer than this, in milliseconds.
const LONGEST_UNHEARD: u32 = 1_000;

/// The thread wakes up this often, or khungtaskd would report it as hung.
const PIECE: Jiffies = 10 * HZ.get() as Jiffies;

pub(super) const TIMING: Timing = Timing::Timed(Pace::Relative);

pub(super) fn sleep(sleeper: &Sleeper<'_>) -> Woke {
    let Some(left) = sleeper.left() else {
        return Woke::Due;
    };
    // No interval is longer than a day, so that it fits.
    let left = left.div_ceil(NANOS_PER_MILLISECOND) as u32;
    if left <= LONGEST_UNHEARD {
        msleep(Milliseconds(left));
        return Woke::Due;
    }
    Timer::with(msecs_to_jiffies(left), |timer| {
        let is_enough = || timer.is_over() || sleeper.is_called_off();
        let queue = sleeper.queue();
        while queue.wait_uninterruptible_timeout(PIECE, is_enough) == Waited::TimedOut {}
        if timer.is_over() {
            Woke::Due
        } else {
            sleeper.cut_short()
        }
    })
}
