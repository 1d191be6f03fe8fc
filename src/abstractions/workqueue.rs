// SPDX-License-Identifier: GPL-2.0

//! Work items on the system's workqueue: a function that one of the kernel's own threads runs.
//!
//! `kernel::workqueue` has items that own themselves while they are queued, and that nobody can
//! flush or cancel.
//!
//! C header: [`include/linux/workqueue.h`](srctree/include/linux/workqueue.h)

use core::ops::Deref;

use kernel::{
    prelude::*,
    time::Jiffies,
    types::Opaque, //
};

use crate::bindings;

/// What an item does.
pub(crate) trait Run: Send + Sync + 'static {
    /// Runs in process context, and may sleep. An item never runs twice at the same time.
    fn run(&self);
}

/// What can be done with an item, whoever runs it.
///
/// # Context
///
/// What waits for the item deadlocks if it is called by the item itself, and so does dropping it
/// there; on a thread of one's own, by any item of that thread.
pub(crate) trait Deferred {
    /// Queues the item after `delay`, unless it is queued or being cancelled; whether it has done so.
    /// Does not sleep.
    fn queue(&self, delay: Jiffies) -> bool;

    /// Waits until the item has run that is queued now, if it is. Sleeps.
    fn flush(&self);

    /// Takes the item off the queue, and waits until it has run if it is running or being flushed;
    /// whether it was on the queue. Sleeps.
    fn cancel(&self) -> bool;
}

/// A delayed work item on the system's per-CPU workqueue. Cancelled on drop.
///
/// # Invariants
///
/// `work` is initialised with [`Item::run`], which uses `inner`. It is neither pending nor running
/// when the value is dropped.
#[pin_data(PinnedDrop)]
#[repr(C)]
pub(crate) struct Item<T: Run> {
    // First, so that a pointer to it is one to the item.
    #[pin]
    work: Opaque<bindings::delayed_work>,
    #[pin]
    inner: T,
}

// SAFETY: A work item may be queued and cancelled from any thread; `T` is `Send`.
unsafe impl<T: Run> Send for Item<T> {}

// SAFETY: As above; `T` is `Sync`.
unsafe impl<T: Run> Sync for Item<T> {}

impl<T: Run> Item<T> {
    /// Constructs an initialiser.
    pub(crate) fn new(inner: impl PinInit<T>) -> impl PinInit<Self> {
        // INVARIANT: Initialised by the C function, and not queued.
        pin_init!(Self {
            work <- Opaque::ffi_init(|slot| {
                // SAFETY: `slot` is valid, and `run` expects to be called for an `Item<T>`.
                unsafe { bindings::kthread_counter_init_delayed_work(slot, Some(Self::run)) }
            }),
            inner <- inner,
        })
    }

    /// The work item's function.
    ///
    /// # Safety
    ///
    /// Called by the workqueue for the `work` of an item.
    unsafe extern "C" fn run(work: *mut bindings::work_struct) {
        // SAFETY: It is the first field of its delayed work, and that of its item, which is valid
        // while the work is queued or running.
        let item = unsafe { &*work.cast::<Self>() };
        item.inner.run();
    }
}

impl<T: Run> Deref for Item<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.inner
    }
}

impl<T: Run> Deferred for Item<T> {
    /// `schedule_delayed_work`.
    fn queue(&self, delay: Jiffies) -> bool {
        // SAFETY: The work item is initialised, and it stays valid: `drop` cancels it.
        unsafe { bindings::kthread_counter_schedule_delayed_work(self.work.get(), delay) }
    }

    /// `flush_delayed_work`: what waits for its time is queued at once.
    fn flush(&self) {
        // SAFETY: The work item is initialised.
        unsafe { bindings::flush_delayed_work(self.work.get()) };
    }

    /// `cancel_delayed_work_sync`.
    fn cancel(&self) -> bool {
        // SAFETY: The work item is initialised.
        unsafe { bindings::cancel_delayed_work_sync(self.work.get()) }
    }
}

#[pinned_drop]
impl<T: Run> PinnedDrop for Item<T> {
    fn drop(self: Pin<&mut Self>) {
        self.cancel();
    }
}
