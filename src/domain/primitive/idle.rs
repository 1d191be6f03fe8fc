// SPDX-License-Identifier: GPL-2.0

//! `idle`: as `ssleep`, but a thread that sleeps so does not count in the load average, and nobody calls it
//! hung.

use super::{
    Pace,
    Sleeper,
    Timing,
    Woke,
    LONGEST_UNHEARD, //
};
use crate::abstractions::{
    delay::schedule_timeout_idle,
    jiffies,
    wait::Waited, //
};

pub(super) const TIMING: Timing = Timing::Timed(Pace::Relative);

pub(super) fn sleep(sleeper: &Sleeper<'_>) -> Woke {
    let Some(left) = sleeper.left() else {
        return Woke::Due;
    };
    let timeout = jiffies::from_nanos(left);
    if left <= LONGEST_UNHEARD {
        let rest = schedule_timeout_idle(timeout);
        // In the last jiffy, nothing is left when a change wakes it.
        return if rest == 0 && !sleeper.is_called_off() {
            Woke::Due
        } else {
            sleeper.cut_short()
        };
    }
    match sleeper
        .queue()
        .wait_idle_timeout(timeout, || sleeper.is_called_off())
    {
        Waited::TimedOut => Woke::Due,
        Waited::Condition | Waited::Interrupted => sleeper.cut_short(),
    }
}
