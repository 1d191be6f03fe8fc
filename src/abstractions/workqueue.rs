// SPDX-License-Identifier: GPL-2.0

//! The system's workqueues, whose items the kernel's own threads run.
//!
//! C header: [`include/linux/workqueue.h`](srctree/include/linux/workqueue.h)

use kernel::{
    cpu::CpuId,
    prelude::*,
    time::Jiffies,
    types::Opaque, //
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

/// Calls `work` and, if one of the kernel's threads begins with it before that has returned, also there, at the
/// same time. For work that is divided among all who do it, and of which nothing is left when one returns.
///
/// # Context
///
/// Sleeps, uninterruptibly, until all have returned.
pub(crate) fn share<F: Fn() + Sync>(work: &F) {
    /// What the kernel's thread is given.
    #[repr(C)]
    struct Helper<'a, F> {
        // First, so that a pointer to it is one to the helper.
        item: Opaque<bindings::work_struct>,
        work: &'a F,
    }

    /// # Safety
    ///
    /// `item` is that of a valid `Helper<'_, F>`.
    unsafe extern "C" fn run<F: Fn() + Sync>(item: *mut bindings::work_struct) {
        // SAFETY: By the requirement of this function.
        let helper = unsafe { &*item.cast::<Helper<'_, F>>() };
        (helper.work)();
    }

    let helper = Helper {
        item: Opaque::uninit(),
        work,
    };
    let item = (&raw const helper).cast_mut().cast();
    // SAFETY: The helper stays where it is until the end of this function, where nobody uses it any more. What
    // its work borrows may be used by another thread, as it is `Sync`.
    unsafe { bindings::kthread_counter_begin_work(item, Some(run::<F>)) };
    work();
    // SAFETY: The item was begun above.
    unsafe { bindings::kthread_counter_end_work(item) };
}
