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
    Woke,
    LONGEST_UNHEARD,
    PIECE, //
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

const PIECE_JIFFIES: Jiffies = (PIECE * HZ.get()) as Jiffies;

pub(super) const TIMING: Timing = Timing::Timed(Pace::Relative);

pub(super) fn sleep(sleeper: &Sleeper<'_>) -> Woke {
    let Some(left) = sleeper.left() else {
        return Woke::Due;
    };
    let time = milliseconds(left);
    if left <= LONGEST_UNHEARD {
        msleep(time);
        return Woke::Due;
    }
    sleep_long(sleeper, time)
}

/// A time in nanoseconds, rounded up.
pub(super) fn milliseconds(nanos: u64) -> Milliseconds {
    // No interval is longer than a day, so that it fits.
    Milliseconds(nanos.div_ceil(NANOS_PER_MILLISECOND) as u32)
}

/// Sleeps as `msleep` does, but a stop and new settings end it.
pub(super) fn sleep_long(sleeper: &Sleeper<'_>, time: Milliseconds) -> Woke {
    Timer::with(msecs_to_jiffies(time.0), |timer| {
        let is_enough = || timer.is_over() || sleeper.is_called_off();
        let queue = sleeper.queue();
        while queue.wait_uninterruptible_timeout(PIECE_JIFFIES, is_enough) == Waited::TimedOut {}
        if timer.is_over() {
            Woke::Due
        } else {
            sleeper.cut_short()
        }
    })
}
