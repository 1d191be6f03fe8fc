// SPDX-License-Identifier: GPL-2.0

//! Completions that are completed more than once, and waited for interruptibly.
//!
//! `kernel::sync::Completion` has `complete_all` and the uninterruptible wait.
//!
//! C header: [`include/linux/completion.h`](srctree/include/linux/completion.h)

use kernel::{
    error::to_result,
    prelude::*,
    types::Opaque, //
};

use crate::bindings;

/// A `struct completion`, which counts how often it has been completed.
///
/// # Invariants
///
/// `inner` is initialised.
#[pin_data]
#[repr(transparent)]
pub(crate) struct Completion {
    #[pin]
    inner: Opaque<bindings::completion>,
}

// SAFETY: A completion may be used from any thread.
unsafe impl Send for Completion {}

// SAFETY: A completion has a lock of its own.
unsafe impl Sync for Completion {}

impl Completion {
    /// Constructs an initialiser.
    pub(crate) fn new() -> impl PinInit<Self> {
        // INVARIANT: Initialised by the C function.
        pin_init!(Self {
            inner <- Opaque::ffi_init(|slot| {
                // SAFETY: `slot` is valid.
                unsafe { bindings::init_completion(slot) }
            }),
        })
    }

    /// Lets one waiter go, now or later. May be called in any context.
    #[inline]
    pub(crate) fn complete(&self) {
        // SAFETY: The completion is initialised.
        unsafe { bindings::complete(self.inner.get()) };
    }

    /// Lets all waiters go, now and from now on. May be called in any context.
    pub(crate) fn complete_all(&self) {
        // SAFETY: The completion is initialised.
        unsafe { bindings::complete_all(self.inner.get()) };
    }

    /// Takes one completion, if there is one, as if it had been waited for. Does not sleep.
    pub(crate) fn try_wait(&self) -> bool {
        // SAFETY: The completion is initialised.
        unsafe { bindings::try_wait_for_completion(self.inner.get()) }
    }

    /// Whether it has been completed more often than waited for: then nobody waits. If it has not,
    /// somebody may. Does not sleep.
    pub(crate) fn is_done(&self) -> bool {
        // SAFETY: The completion is initialised.
        unsafe { bindings::completion_done(self.inner.get()) }
    }

    /// Waits until it has been completed once more than waited for.
    ///
    /// # Context
    ///
    /// Sleeps, uninterruptibly.
    #[inline]
    pub(crate) fn wait(&self) {
        // SAFETY: The completion is initialised.
        unsafe { bindings::wait_for_completion(self.inner.get()) };
    }

    /// Waits until it has been completed once more than waited for, or a signal comes.
    ///
    /// # Context
    ///
    /// Sleeps, interruptibly.
    ///
    /// # Errors
    ///
    /// ERESTARTSYS if a signal is pending.
    pub(crate) fn wait_interruptible(&self) -> Result {
        // SAFETY: The completion is initialised.
        to_result(unsafe { bindings::wait_for_completion_interruptible(self.inner.get()) })
    }
}
