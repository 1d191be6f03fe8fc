// SPDX-License-Identifier: GPL-2.0

//! A thread of one's own that runs work items, one after the other: a `kthread_worker`.
//!
//! C header: [`include/linux/kthread.h`](srctree/include/linux/kthread.h)

use core::ptr::NonNull;

use kernel::{
    error::from_err_ptr,
    new_mutex,
    prelude::*,
    sync::{
        Arc,
        Mutex, //
    },
    time::Jiffies, //
};

use super::work;
use crate::bindings;

/// The thread. Ended on drop.
///
/// # Invariants
///
/// The pointer is a worker that `kthread_create_worker` made, and its thread has been woken. Each
/// item that is queued on it has a [`Queue`] with a reference to this value.
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
    #[inline]
    fn drop(&mut self) {
        // SAFETY: The worker is valid by the invariant. No item is queued: none is left.
        unsafe { bindings::kthread_destroy_worker(self.0.as_ptr()) };
    }
}

/// The queue of one work item on a worker, which stays as long as the item is there.
#[pin_data]
pub(crate) struct Queue {
    worker: Arc<Worker>,
    /// Held to flush and to cancel: on its way from its timer to the queue an item is not cancelled.
    #[pin]
    turn: Mutex<()>,
}

impl Queue {
    /// Constructs an initialiser.
    pub(crate) fn new(worker: Arc<Worker>) -> impl PinInit<Self> {
        pin_init!(Self {
            worker,
            turn <- new_mutex!((), "Queue::turn"),
        })
    }
}

// SAFETY: The worker's one thread takes an item off its list, where only a queue that succeeds puts it,
// before it calls the function. `kthread_cancel_delayed_work_sync` keeps it from being queued until it is
// neither there nor running, which holds only if nobody flushes it meanwhile: that is what `turn` is
// for. All else is under the worker's own lock.
unsafe impl work::Queue for Queue {
    type Work = bindings::kthread_delayed_work;
    type Started = bindings::kthread_work;

    /// Lockdep knows of such an item only the timer.
    #[inline]
    unsafe fn init(
        work: *mut Self::Work,
        run: unsafe extern "C" fn(*mut Self::Started),
        class: &work::Class,
    ) {
        // SAFETY: By the requirements of this function; name and key are static.
        unsafe {
            bindings::kthread_counter_init_kthread_work(
                work,
                Some(run),
                class.name.as_char_ptr(),
                class.timer.as_ptr(),
            )
        };
    }

    /// `kthread_queue_delayed_work`.
    #[inline]
    unsafe fn queue(&self, work: *mut Self::Work, delay: Jiffies) -> bool {
        // SAFETY: By the requirements of this function, and the worker is valid.
        unsafe { bindings::kthread_queue_delayed_work(self.worker.0.as_ptr(), work, delay) }
    }

    /// What `flush_delayed_work` does.
    #[inline]
    unsafe fn flush(&self, work: *mut Self::Work) {
        let _turn = self.turn.lock();
        // SAFETY: By the requirements of this function, the worker is valid, and others cancel the item
        // in turn.
        unsafe { bindings::kthread_counter_flush_kthread_work(self.worker.0.as_ptr(), work) };
    }

    /// `kthread_cancel_delayed_work_sync`: false also if the time of an item has come just now. An item
    /// that is being flushed runs.
    #[inline]
    unsafe fn cancel(&self, work: *mut Self::Work) -> bool {
        let _turn = self.turn.lock();
        // SAFETY: By the requirements of this function, and the worker is valid.
        unsafe { bindings::kthread_cancel_delayed_work_sync(work) }
    }
}
