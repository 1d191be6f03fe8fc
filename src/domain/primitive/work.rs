// SPDX-License-Identifier: GPL-2.0

//! `work`: a delayed work item; what counts is when and where it runs, not when the thread does. That
//! of a worker that is bound to a CPU is queued there.

use super::{
    Pace,
    Sleeper,
    Timing,
    Woke, //
};
use crate::abstractions::jiffies;

pub(super) const TIMING: Timing = Timing::Timed(Pace::Relative);

pub(super) fn sleep(sleeper: &Sleeper<'_>) -> Woke {
    // However late it is: what counts is when the item runs.
    let left = sleeper.left().unwrap_or(0);
    match sleeper
        .alarm()
        .wait_interruptible(jiffies::from_nanos(left), sleeper.cpu())
    {
        Ok(rang) => Woke::DueElsewhere {
            at: rang.at,
            cpu: rang.cpu,
        },
        Err(_) => Woke::Early,
    }
}
