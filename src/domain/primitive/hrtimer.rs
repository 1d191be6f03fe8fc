// SPDX-License-Identifier: GPL-2.0

//! `hrtimer`: a high-resolution timer, set to a point in time.

use super::{
    Pace,
    Sleeper,
    Timing,
    Woke, //
};
use crate::abstractions::hrtimer;

pub(super) const TIMING: Timing = Timing::Timed(Pace::Absolute);

pub(super) fn sleep(sleeper: &Sleeper<'_>) -> Woke {
    if hrtimer::sleep_until(sleeper.deadline()) {
        Woke::Due
    } else {
        sleeper.cut_short()
    }
}
