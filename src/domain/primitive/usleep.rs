// SPDX-License-Identifier: GPL-2.0

//! `usleep`: `usleep_range` without a range, a high-resolution timer that nothing interrupts.
//!
//! A sleep of more than a second has the same timer, but a stop and new settings end it.

use super::{
    Pace,
    Sleeper,
    Timing,
    Woke,
    LONGEST_UNHEARD,
    PIECE, //
};
use crate::abstractions::{
    clock,
    delay::{
        usleep,
        Microseconds, //
    },
    wait::Waited, //
};

const NANOS_PER_MICROSECOND: u64 = 1_000;
const PIECE_NANOS: i64 = PIECE as i64 * 1_000_000_000;

pub(super) const TIMING: Timing = Timing::Timed(Pace::Relative);

pub(super) fn sleep(sleeper: &Sleeper<'_>) -> Woke {
    let Some(left) = sleeper.left() else {
        return Woke::Due;
    };
    if left <= LONGEST_UNHEARD {
        usleep(microseconds(left));
        return Woke::Due;
    }
    sleep_long(sleeper, sleeper.deadline() + rounding(left))
}

/// A time in nanoseconds, rounded up.
pub(super) fn microseconds(nanos: u64) -> Microseconds {
    Microseconds(nanos.div_ceil(NANOS_PER_MICROSECOND) as usize)
}

/// What rounding up adds to it.
fn rounding(nanos: u64) -> i64 {
    (nanos.next_multiple_of(NANOS_PER_MICROSECOND) - nanos) as i64
}

/// Sleeps until a point in time. These timers have no grain, so that pieces of them end as one would.
fn sleep_long(sleeper: &Sleeper<'_>, end: i64) -> Woke {
    loop {
        let next = clock::monotonic() + PIECE_NANOS;
        // No short last piece: it would end less late than one long sleep, as the thread has just run.
        let piece = if end > next + PIECE_NANOS { next } else { end };
        let called_off = || sleeper.is_called_off();
        match sleeper
            .queue()
            .wait_uninterruptible_until(piece, called_off)
        {
            Waited::TimedOut if piece == end => return Woke::Due,
            Waited::TimedOut => {}
            Waited::Condition | Waited::Interrupted => return sleeper.cut_short(),
        }
    }
}
