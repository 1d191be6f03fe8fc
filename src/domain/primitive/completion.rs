// SPDX-License-Identifier: GPL-2.0

//! `completion`: a completion, which each read of the device completes.

use super::{
    DeviceCalls,
    Sleeper,
    Timing,
    Woke, //
};

pub(super) const TIMING: Timing = Timing::Called(|calls: &DeviceCalls| &calls.reads);

pub(super) fn sleep(sleeper: &Sleeper<'_>) -> Woke {
    match sleeper.completion().wait_interruptible() {
        Ok(()) => Woke::Due,
        Err(_) => Woke::Early,
    }
}
