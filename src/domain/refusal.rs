// SPDX-License-Identifier: GPL-2.0

//! Why something was not done: an errno for the program and a reason for the person.

use kernel::{
    alloc::AllocError,
    prelude::*, //
};

use super::logic::reject::{
    Kind,
    Rejection, //
};
use crate::abstractions::tracepoint::not_supported;

/// Why something was not done. Nothing has changed then.
#[derive(Clone, Copy)]
pub(crate) struct Refusal {
    /// What the writer gets.
    pub(crate) error: Error,
    /// What `last_error` shows.
    // Behind a reference, as in a rejection.
    pub(crate) reason: &'static &'static str,
}

impl Refusal {
    /// There is no module to do it: it is being loaded or unloaded.
    pub(crate) const NOT_LIVE: Self = Self {
        error: ENODEV,
        reason: &"the module is not live",
    };

    /// A signal came while others had their turn.
    pub(crate) const INTERRUPTED: Self = Self {
        error: ERESTARTSYS,
        reason: &"interrupted while waiting for another write",
    };

    /// A signal came while a thread that is to stop got no CPU.
    pub(crate) const STILL_STOPPING: Self = Self {
        error: ERESTARTSYS,
        reason: &"interrupted while waiting for a thread to stop, which it is still asked to",
    };

    /// The kernel has no memory for it.
    pub(crate) const NO_MEMORY: Self = Self {
        error: ENOMEM,
        reason: &"no memory",
    };

    /// The kernel did not take a probe.
    pub(crate) fn no_probe(error: Error) -> Self {
        let reason = if error == not_supported() {
            &"this kernel has no tracepoints"
        } else if error == ENOMEM {
            Self::NO_MEMORY.reason
        } else {
            &"the kernel cannot attach the probe"
        };
        Self { error, reason }
    }

    /// The kernel did not give a thread.
    pub(crate) const fn no_thread(error: Error) -> Self {
        let reason = match error {
            EAGAIN => &"no more threads: kernel.pid_max or kernel.threads-max is reached",
            _ => &"the kernel cannot create the thread",
        };
        Self { error, reason }
    }
}

impl From<Rejection> for Refusal {
    fn from(rejection: Rejection) -> Self {
        Self {
            error: match rejection.kind {
                Kind::Invalid => EINVAL,
                Kind::Range => ERANGE,
                Kind::NoSuch => ESRCH,
            },
            reason: rejection.reason,
        }
    }
}

impl From<AllocError> for Refusal {
    fn from(_: AllocError) -> Self {
        Self::NO_MEMORY
    }
}
