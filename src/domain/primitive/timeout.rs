// SPDX-License-Identifier: GPL-2.0

//! `timeout`: a wait queue with a timeout, in jiffies.

use super::{
    Pace,
    Sleeper,
    Timing,
    Woke, //
};
use crate::abstractions::{
    jiffies,
    wait::Waited, //
};

pub(super) const TIMING: Timing = Timing::Timed(Pace::Relative);

pub(super) fn sleep(sleeper: &Sleeper<'_>) -> Woke {
    let Some(left) = sleeper.left() else {
        return Woke::Due;
    };
    let timeout = jiffies::from_nanos(left);
    match sleeper
        .queue()
        .wait_interruptible_timeout(timeout, || false)
    {
        Waited::TimedOut => Woke::Due,
        Waited::Condition | Waited::Interrupted => sleeper.cut_short(),
    }
}
