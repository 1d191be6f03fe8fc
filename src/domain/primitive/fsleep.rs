// SPDX-License-Identifier: GPL-2.0

//! `fsleep`: what the kernel takes for a time of that length. That is `usleep_range` with a slack of a
//! quarter for short ones, and `msleep` for longer ones. The slack is lateness.

use super::{
    ssleep,
    usleep,
    Pace,
    Sleeper,
    Timing,
    Woke,
    LONGEST_UNHEARD, //
};
use crate::abstractions::delay::fsleep;

pub(super) const TIMING: Timing = Timing::Timed(Pace::Relative);

pub(super) fn sleep(sleeper: &Sleeper<'_>) -> Woke {
    let Some(left) = sleeper.left() else {
        return Woke::Due;
    };
    if left <= LONGEST_UNHEARD {
        fsleep(usleep::microseconds(left));
        return Woke::Due;
    }
    // What is so long is `msleep`.
    ssleep::sleep_long(sleeper, ssleep::milliseconds(left))
}
