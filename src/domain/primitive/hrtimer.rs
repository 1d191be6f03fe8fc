// SPDX-License-Identifier: GPL-2.0

//! `hrtimer`: a wait queue with a high-resolution timer, set to a point in time.

use super::{
    Pace,
    Sleeper,
    Timing,
    Woke, //
};
use crate::abstractions::wait::Waited;

pub(super) const TIMING: Timing = Timing::Timed(Pace::Absolute);

pub(super) fn sleep(sleeper: &Sleeper<'_>) -> Woke {
    let deadline = sleeper.deadline();
    match sleeper.queue().wait_interruptible_until(deadline, || false) {
        Waited::TimedOut => Woke::Due,
        Waited::Condition | Waited::Interrupted => sleeper.cut_short(),
    }
}
