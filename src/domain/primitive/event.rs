// SPDX-License-Identifier: GPL-2.0

//! `event`: a wait queue, which each write of the device wakes.

use super::{
    Environment,
    Sleeper,
    Timing,
    Woke, //
};
use crate::abstractions::wait::Waited;

pub(super) const TIMING: Timing = Timing::Called(Environment::writes);

pub(super) fn sleep(sleeper: &Sleeper<'_>) -> Woke {
    let writes = sleeper.environment().writes();
    let has_call = || writes.count() != sleeper.answered();
    match writes.queue().wait_interruptible(has_call) {
        Waited::Condition => Woke::Due,
        Waited::Interrupted | Waited::TimedOut => Woke::Early,
    }
}
