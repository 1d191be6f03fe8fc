// SPDX-License-Identifier: GPL-2.0

//! A thread of one's own that runs work items, one after the other: a `kthread_worker`.
//!
//! C header: [`include/linux/kthread.h`](srctree/include/linux/kthread.h)

use core::{
    ops::Deref,
    ptr::NonNull, //
};

use kernel::{
    error::from_err_ptr,
    new_mutex,
    prelude::*,
    sync::{
        Arc,
        Mutex, //
    },
    time::Jiffies,
    types::Opaque, //
};

use super::workqueue::{
    Deferred,
    Run, //
};
use crate::bindings;

/// The thread. Ended on drop.
///
/// # Invariants
///
/// The pointer is a worker that `kthread_create_worker` made, and its thread has been woken. Each
/// item that is queued on it holds a reference to this value.
pub(crate) struct Worker(NonNull<bindings::kthread_worker>);

// SAFETY: A worker may be ended by any thread but its own.
unsafe impl Send for Worker {}

// SAFETY: A worker has a lock of its own.
unsafe impl Sync for Worker {}

impl Worker {
    /// Creates and starts the thread: `kthread_run_worker`.
    ///
    /// # Context
    ///
    /// Sleeps until the thread exists.
    ///
    /// # Errors
    ///
    /// As for [`super::kthread::Created::new`].
    pub(crate) fn new(name: &CStr) -> Result<Self> {
        // SAFETY: The format takes one string, and gets one that is terminated.
        let worker = from_err_ptr(unsafe {
            bindings::kthread_create_worker_on_node(
                0,
                bindings::NUMA_NO_NODE,
                c"%s".as_char_ptr(),
                name.as_char_ptr(),
            )
        })?;
        // SAFETY: The worker was just created, with a thread that nothing else ends.
        unsafe { bindings::wake_up_process((*worker).task) };
        // INVARIANT: Just made so. No item is queued.
        //
        // SAFETY: It is not null: there is a worker.
        Ok(Self(unsafe { NonNull::new_unchecked(worker) }))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // SAFETY: The worker is valid by the invariant. No item is queued: none is left.
        unsafe { bindings::kthread_destroy_worker(self.0.as_ptr()) };
    }
}

/// A work item that one worker runs. Cancelled on drop.
///
/// # Invariants
///
/// `work` is initialised with [`Item::run`], which uses `inner`, and is only queued on `worker`. It
/// is neither pending nor running when the value is dropped.
#[pin_data(PinnedDrop)]
#[repr(C)]
pub(crate) struct Item<T: Run> {
    // First, so that a pointer to it is one to the item.
    #[pin]
    work: Opaque<bindings::kthread_delayed_work>,
    worker: Arc<Worker>,
    /// Held to flush and to cancel: on its way from its timer to the queue an item is not cancelled.
    #[pin]
    turn: Mutex<()>,
    #[pin]
    inner: T,
}

// SAFETY: A work item may be queued and cancelled from any thread; `T` is `Send`.
unsafe impl<T: Run> Send for Item<T> {}

// SAFETY: As above; `T` is `Sync`.
unsafe impl<T: Run> Sync for Item<T> {}

impl<T: Run> Item<T> {
    /// Constructs an initialiser.
    pub(crate) fn new(worker: Arc<Worker>, inner: impl PinInit<T>) -> impl PinInit<Self> {
        // INVARIANT: Initialised by the C function, and not queued.
        pin_init!(Self {
            work <- Opaque::ffi_init(|slot| {
                // SAFETY: `slot` is valid, and `run` expects to be called for an `Item<T>`.
                unsafe { bindings::kthread_counter_init_kthread_work(slot, Some(Self::run)) }
            }),
            worker,
            turn <- new_mutex!((), "Item::turn"),
            inner <- inner,
        })
    }

    /// The work item's function.
    ///
    /// # Safety
    ///
    /// Called by the worker for the `work` of an item.
    unsafe extern "C" fn run(work: *mut bindings::kthread_work) {
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
    /// `kthread_queue_delayed_work`.
    fn queue(&self, delay: Jiffies) -> bool {
        // SAFETY: The work item is initialised, and it stays valid, as the worker does: `drop`
        // cancels it.
        unsafe {
            bindings::kthread_queue_delayed_work(self.worker.0.as_ptr(), self.work.get(), delay)
        }
    }

    /// What `flush_delayed_work` does: what waits for its time is queued at once.
    fn flush(&self) {
        let _turn = self.turn.lock();
        // SAFETY: The work item is initialised, its worker is valid, and others cancel it in turn.
        unsafe {
            bindings::kthread_counter_flush_kthread_work(self.worker.0.as_ptr(), self.work.get())
        };
    }

    /// `kthread_cancel_delayed_work_sync`.
    fn cancel(&self) -> bool {
        let _turn = self.turn.lock();
        // SAFETY: The work item is initialised, and its worker is valid.
        unsafe { bindings::kthread_cancel_delayed_work_sync(self.work.get()) }
    }
}

#[pinned_drop]
impl<T: Run> PinnedDrop for Item<T> {
    fn drop(self: Pin<&mut Self>) {
        self.cancel();
    }
}
