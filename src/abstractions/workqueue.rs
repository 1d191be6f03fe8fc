// SPDX-License-Identifier: GPL-2.0

//! The system's workqueue, whose items the kernel's own threads run.
//!
//! C header: [`include/linux/workqueue.h`](srctree/include/linux/workqueue.h)

use kernel::{
    cpu::CpuId,
    prelude::*,
    time::Jiffies, //
};

use super::work::{
    Class,
    Item,
    Queue,
    Run, //
};
use crate::bindings;

/// The system's per-CPU workqueue.
pub(crate) struct System;

// SAFETY: The workqueue clears the pending bit, which only a queue that succeeds sets, before it calls the
// function, in a thread of its own, and does not run an item that is running elsewhere.
// `cancel_delayed_work_sync` keeps it from being queued until it is neither pending nor running. All
// three take the workqueue's own locks.
unsafe impl Queue for System {
    type Work = bindings::delayed_work;
    type Started = bindings::work_struct;

    #[inline]
    unsafe fn init(
        work: *mut Self::Work,
        run: unsafe extern "C" fn(*mut Self::Started),
        class: &Class,
    ) {
        // SAFETY: By the requirements of this function; name and keys are static.
        unsafe {
            bindings::kthread_counter_init_delayed_work(
                work,
                Some(run),
                class.name.as_char_ptr(),
                class.work.as_ptr(),
                class.timer.as_ptr(),
            )
        };
    }

    /// `schedule_delayed_work`.
    #[inline]
    unsafe fn queue(&self, work: *mut Self::Work, delay: Jiffies) -> bool {
        // SAFETY: By the requirements of this function.
        unsafe { bindings::kthread_counter_schedule_delayed_work(work, delay) }
    }

    /// `flush_delayed_work`.
    #[inline]
    unsafe fn flush(&self, work: *mut Self::Work) {
        // SAFETY: By the requirements of this function.
        unsafe { bindings::flush_delayed_work(work) };
    }

    /// `cancel_delayed_work_sync`.
    #[inline]
    unsafe fn cancel(&self, work: *mut Self::Work) -> bool {
        // SAFETY: By the requirements of this function.
        unsafe { bindings::cancel_delayed_work_sync(work) }
    }
}

impl<T: Run> Item<System, T> {
    /// As [`Item::queue`], but the item runs on `cpu`, if that is online: `queue_delayed_work_on`.
    ///
    /// # Context
    ///
    /// Sleeps while CPUs come or go.
    pub(crate) fn queue_on(&self, cpu: CpuId, delay: Jiffies) -> bool {
        // SAFETY: The item is initialised for this workqueue, pinned, and cancelled when it is dropped.
        // The number is less than that of CPUs that there may be.
        unsafe {
            bindings::kthread_counter_queue_delayed_work_on(
                cpu.as_u32() as c_int,
                self.as_raw(),
                delay,
            )
        }
    }
}
