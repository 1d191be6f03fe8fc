// SPDX-License-Identifier: GPL-2.0

//! `ssleep`: the classic, which nothing interrupts.
//!
//! It sleeps in pieces of at most a second, so that a stop does not wait longer than that.

use super::{
    Pace,
    Sleeper,
    Timing,
    Woke, //
};
use crate::abstractions::delay::{
    msleep,
    Milliseconds, //
};

const LONGEST_PIECE: u64 = 1_000;
const NANOS_PER_MILLISECOND: u64 = 1_000_000;

pub(super) const TIMING: Timing = Timing::Timed(Pace::Relative);

pub(super) fn sleep(sleeper: &Sleeper<'_>) -> Woke {
    while let Some(left) = sleeper.left() {
        let left = left.div_ceil(NANOS_PER_MILLISECOND);
        // At most `LONGEST_PIECE`, so that it fits.
        msleep(Milliseconds(left.min(LONGEST_PIECE) as u32));
        if left <= LONGEST_PIECE {
            break;
        }
        if sleeper.has_news() {
            return sleeper.cut_short();
        }
    }
    Woke::Due
}
