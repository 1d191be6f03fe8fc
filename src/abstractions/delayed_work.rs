// SPDX-License-Identifier: GPL-2.0

//! A delayed work item that notes when it ran, and that can be waited for.
//!
//! C header: [`include/linux/workqueue.h`](srctree/include/linux/workqueue.h)

use kernel::{
    prelude::*,
    sync::atomic::{
        Acquire,
        Atomic,
        Release, //
    },
    time::Jiffies,
    types::Opaque, //
};

use super::{
    clock,
    completion::Completion, //
};
use crate::bindings;

/// A delayed work item on the system's per-CPU workqueue.
///
/// # Invariants
///
/// `work` is initialised with [`Alarm::ring`], which uses the other fields. It is neither pending
/// nor running when the value is dropped.
#[pin_data(PinnedDrop)]
#[repr(C)]
pub(crate) struct Alarm {
    // First, so that a pointer to it is one to the alarm.
    #[pin]
    work: Opaque<bindings::delayed_work>,
    /// When the item last ran, on the monotonic clock.
    rang: Atomic<i64>,
    #[pin]
    done: Completion,
}

// SAFETY: A work item may be queued and cancelled from any thread.
unsafe impl Send for Alarm {}

// SAFETY: As above; the rest is made for sharing.
unsafe impl Sync for Alarm {}

impl Alarm {
    /// Constructs an initialiser.
    pub(crate) fn new() -> impl PinInit<Self> {
        // INVARIANT: Initialised by the C function, and not queued.
        pin_init!(Self {
            work <- Opaque::ffi_init(|slot| {
                // SAFETY: `slot` is valid, and `ring` expects to be called for an `Alarm`.
                unsafe { bindings::kthread_counter_init_delayed_work(slot, Some(Self::ring)) }
            }),
            rang: Atomic::new(0),
            done <- Completion::new(),
        })
    }

    /// Queues the item after `delay` and waits until it has run; returns when that was.
    ///
    /// There is one waiter at a time, by convention: with more of them, each may see another's
    /// alarm.
    ///
    /// # Context
    ///
    /// Sleeps, interruptibly.
    ///
    /// # Errors
    ///
    /// ERESTARTSYS if a signal came first. The item is neither queued nor running then.
    pub(crate) fn wait_interruptible(&self, delay: Jiffies) -> Result<i64> {
        self.done.drain();
        // SAFETY: The work item is initialised, and it stays valid: `drop` cancels it.
        unsafe { bindings::kthread_counter_schedule_delayed_work(self.work.get(), delay) };
        if let Err(error) = self.done.wait_interruptible() {
            self.cancel();
            // It may have run before it could be taken off the queue.
            if !self.done.try_wait() {
                return Err(error);
            }
        }
        Ok(self.rang.load(Acquire))
    }

    /// Takes the item off the queue, or waits until it has run.
    fn cancel(&self) {
        // SAFETY: The work item is initialised.
        unsafe { bindings::cancel_delayed_work_sync(self.work.get()) };
    }

    /// The work item's function.
    ///
    /// # Safety
    ///
    /// Called by the workqueue for the `work` of an alarm.
    unsafe extern "C" fn ring(work: *mut bindings::work_struct) {
        let now = clock::monotonic();
        // SAFETY: The item is the first field of its delayed work, and that of its alarm, which is
        // valid while the item is queued or running.
        let alarm = unsafe { &*work.cast::<Self>() };
        alarm.rang.store(now, Release);
        alarm.done.complete();
    }
}

#[pinned_drop]
impl PinnedDrop for Alarm {
    fn drop(self: Pin<&mut Self>) {
        self.cancel();
    }
}
