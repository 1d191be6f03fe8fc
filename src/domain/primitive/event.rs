// SPDX-License-Identifier: GPL-2.0

//! `event`: a wait queue, which each write of the device wakes.
//!
//! Each worker has a queue of its own. In one that all share, a write would wake them in one walk with
//! interrupts off, and each would have to wait for the queue's lock to leave it.

use super::{
    DeviceCalls,
    Sleeper,
    Timing,
    Woke, //
};
use crate::abstractions::wait::Waited;

pub(super) const TIMING: Timing = Timing::Called(|calls: &DeviceCalls| &calls.writes);

pub(super) fn sleep(sleeper: &Sleeper<'_>) -> Woke {
    let has_call = || sleeper.calls().writes.count() != sleeper.answered();
    match sleeper.queue().wait_interruptible(has_call) {
        Waited::Condition => Woke::Due,
        Waited::Interrupted | Waited::TimedOut => Woke::Early,
    }
}
