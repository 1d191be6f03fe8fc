// SPDX-License-Identifier: GPL-2.0

//! A timer of the wheel that wakes the thread that has set it, as `schedule_timeout` has one.
//!
//! Other events may wake the thread before the timer expires. It can then go on sleeping on the same
//! timer.
//!
//! C header: [`include/linux/timer.h`](srctree/include/linux/timer.h)

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

use super::jiffies;
use crate::bindings;

/// A timer that has been set.
///
/// # Invariants
///
/// `timer` is initialised, with a callback that expects it to be part of a `Timer`. `task` is the
/// thread on whose stack this is.
#[repr(C)]
pub(crate) struct Timer {
    // First, so that a pointer to it is one to the whole.
    timer: Opaque<bindings::timer_list>,
    task: *mut bindings::task_struct,
    is_over: Atomic<bool>,
}

impl Timer {
    /// Sets a timer that wakes this thread when `timeout` jiffies are over, and calls `body`. Whatever
    /// sleeps in it is woken, if it looks at [`Timer::is_over`] after it has said that it sleeps.
    ///
    /// # Context
    ///
    /// May sleep.
    pub(crate) fn with<R>(timeout: Jiffies, body: impl FnOnce(&Self) -> R) -> R {
        let timer = Self {
            timer: Opaque::uninit(),
            task: kernel::current!().as_ptr(),
            is_over: Atomic::new(false),
        };
        // CAST: The first field, by a pointer that is good for the whole of it.
        let raw = (&raw const timer).cast_mut().cast::<bindings::timer_list>();
        // SAFETY: It is on the stack, where it stays until it is deleted and destroyed below.
        unsafe { bindings::kthread_counter_timer_setup_on_stack(raw, Some(Self::expired)) };
        // SAFETY: It is initialised, and nobody else knows it.
        unsafe { (*raw).expires = jiffies::now().wrapping_add(timeout) };
        // SAFETY: It is initialised and not pending. The thread does not end before it is deleted.
        unsafe { bindings::add_timer(raw) };
        let result = body(&timer);
        // SAFETY: It is initialised. After this it is neither pending nor being called.
        unsafe { bindings::timer_delete_sync(raw) };
        // SAFETY: It has been set up on the stack, and deleted.
        unsafe { bindings::kthread_counter_timer_destroy_on_stack(raw) };
        result
    }

    /// Whether its time is over.
    #[inline]
    pub(crate) fn is_over(&self) -> bool {
        // Pairs with `expired`. That a thread that sees false is woken is a matter between
        // `wake_up_process` and whoever sets the thread's state, which are full barriers.
        self.is_over.load(Acquire)
    }

    /// What the timer does, in an interrupt.
    ///
    /// # Safety
    ///
    /// `timer` is that of a `Timer`, which is valid while this runs.
    unsafe extern "C" fn expired(timer: *mut bindings::timer_list) {
        // SAFETY: It is the first field of a `Timer`.
        let timer = unsafe { &*timer.cast::<Self>() };
        timer.is_over.store(true, Release);
        // SAFETY: The thread is in `with`, so that it has not ended.
        unsafe { bindings::wake_up_process(timer.task) };
    }
}
