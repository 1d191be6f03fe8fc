// SPDX-License-Identifier: GPL-2.0

//! Wait queues, with a condition and a timeout.
//!
//! C header: [`include/linux/wait.h`](srctree/include/linux/wait.h)

use kernel::{
    prelude::*,
    sync::LockClassKey,
    task::might_sleep,
    time::Jiffies,
    types::Opaque, //
};

use crate::bindings;

/// How a wait ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Waited {
    /// The condition is true.
    Condition,
    /// The time is over, and the condition is still false.
    TimedOut,
    /// A signal is pending, and the condition is still false.
    Interrupted,
}

/// Creates a [`Queue`] initialiser with the given name and a new lock class.
macro_rules! new_wait_queue {
    ($name:literal) => {
        $crate::abstractions::wait::Queue::new(kernel::c_str!($name), kernel::static_lock_class!())
    };
}
pub(crate) use new_wait_queue;

/// A wait queue: `wait_queue_head_t`.
///
/// # Invariants
///
/// `inner` is initialised. An entry is in it only while a wait borrows the queue.
#[pin_data]
pub(crate) struct Queue {
    #[pin]
    inner: Opaque<bindings::wait_queue_head>,
}

// SAFETY: A wait queue may be used from any thread.
unsafe impl Send for Queue {}

// SAFETY: A wait queue has a lock of its own.
unsafe impl Sync for Queue {}

impl Queue {
    /// Constructs an initialiser; use [`new_wait_queue!`].
    pub(crate) fn new(name: &'static CStr, key: Pin<&'static LockClassKey>) -> impl PinInit<Self> {
        // INVARIANT: Initialised by the C function.
        pin_init!(Self {
            inner <- Opaque::ffi_init(|slot| {
                // SAFETY: `slot` is valid, and name and key are static.
                unsafe { bindings::__init_waitqueue_head(slot, name.as_char_ptr(), key.as_ptr()) }
            }),
        })
    }

    /// Wakes all that wait in the queue, to look at their conditions again.
    ///
    /// Does not sleep; on PREEMPT_RT it takes a lock that does.
    #[inline]
    pub(crate) fn wake_up_all(&self) {
        // SAFETY: The queue is initialised, and a null key is allowed.
        unsafe {
            bindings::__wake_up(
                self.inner.get(),
                bindings::TASK_NORMAL,
                0,
                core::ptr::null_mut(),
            )
        };
    }

    /// Sleeps until `condition` is true or a signal is pending: `wait_event_interruptible`.
    ///
    /// The condition is tested before sleeping and after each wake-up. It may be tested when the task
    /// is already marked as sleeping, so it must not sleep itself.
    ///
    /// # Context
    ///
    /// Sleeps, interruptibly.
    pub(crate) fn wait_interruptible(&self, condition: impl FnMut() -> bool) -> Waited {
        self.wait(condition, || {
            // SAFETY: The task's state has been set.
            unsafe { bindings::schedule() };
            false
        })
    }

    /// Sleeps until `condition` is true, whatever signals come: `wait_event`.
    ///
    /// The condition is as for [`Queue::wait_interruptible`].
    ///
    /// # Context
    ///
    /// Sleeps, uninterruptibly.
    pub(crate) fn wait_uninterruptible(&self, condition: impl FnMut() -> bool) {
        self.wait_in(bindings::TASK_UNINTERRUPTIBLE, condition, || {
            // SAFETY: The task's state has been set.
            unsafe { bindings::schedule() };
            false
        });
    }

    /// As [`Queue::wait_uninterruptible`], but for at most `timeout` jiffies: `wait_event_timeout`.
    pub(crate) fn wait_uninterruptible_timeout(
        &self,
        timeout: Jiffies,
        condition: impl FnMut() -> bool,
    ) -> Waited {
        let sleep = schedule_timeout(timeout);
        self.wait_in(bindings::TASK_UNINTERRUPTIBLE, condition, sleep)
    }

    /// As [`Queue::wait_uninterruptible_timeout`], but without counting in the load average:
    /// `wait_event_idle_timeout`.
    pub(crate) fn wait_idle_timeout(
        &self,
        timeout: Jiffies,
        condition: impl FnMut() -> bool,
    ) -> Waited {
        self.wait_in(bindings::TASK_IDLE, condition, schedule_timeout(timeout))
    }

    /// As [`Queue::wait_uninterruptible`], but at most until `deadline` on the monotonic clock, by a
    /// high-resolution timer without slack.
    pub(crate) fn wait_uninterruptible_until(
        &self,
        deadline: i64,
        condition: impl FnMut() -> bool,
    ) -> Waited {
        let sleep = schedule_until(deadline);
        self.wait_in(bindings::TASK_UNINTERRUPTIBLE, condition, sleep)
    }

    /// As [`Queue::wait_interruptible`], but for at most `timeout` jiffies:
    /// `wait_event_interruptible_timeout`.
    pub(crate) fn wait_interruptible_timeout(
        &self,
        timeout: Jiffies,
        condition: impl FnMut() -> bool,
    ) -> Waited {
        self.wait(condition, schedule_timeout(timeout))
    }

    /// What the interruptible waits have in common.
    #[inline]
    fn wait(&self, condition: impl FnMut() -> bool, sleep: impl FnMut() -> bool) -> Waited {
        self.wait_in(bindings::TASK_INTERRUPTIBLE, condition, sleep)
    }

    /// The loop of `___wait_event`. `sleep` returns whether the time is over.
    #[inline]
    fn wait_in(
        &self,
        state: c_uint,
        mut condition: impl FnMut() -> bool,
        mut sleep: impl FnMut() -> bool,
    ) -> Waited {
        might_sleep();
        let entry = Opaque::<bindings::wait_queue_entry>::uninit();
        // SAFETY: `entry` is writable, and it does not move until it has left the queue below.
        unsafe { bindings::init_wait_entry(entry.get(), 0) };

        let waited = loop {
            // SAFETY: Queue and entry are initialised.
            let pending = unsafe {
                bindings::prepare_to_wait_event(self.inner.get(), entry.get(), state as c_int)
            };
            // In this order: what is true or over is never called interrupted.
            if condition() {
                break Waited::Condition;
            }
            if pending != 0 {
                break Waited::Interrupted;
            }
            if sleep() {
                break if condition() {
                    Waited::Condition
                } else {
                    Waited::TimedOut
                };
            }
        };
        // SAFETY: Queue and entry are initialised; after this the entry is in no queue.
        unsafe { bindings::finish_wait(self.inner.get(), entry.get()) };
        waited
    }
}

/// Returns a function that sleeps in the task's current state, for `timeout` jiffies in all its calls
/// together, and returns whether they are over.
#[inline]
fn schedule_timeout(timeout: Jiffies) -> impl FnMut() -> bool {
    let mut left = c_long::try_from(timeout).unwrap_or(c_long::MAX);
    move || {
        // SAFETY: The timeout is not negative.
        left = unsafe { bindings::schedule_timeout(left) };
        left == 0
    }
}

/// Returns a function that sleeps in the task's current state, until `deadline` on the monotonic clock,
/// and returns whether it has come.
#[inline]
fn schedule_until(deadline: i64) -> impl FnMut() -> bool {
    // 0 would be no timer at all; times that have passed are all the same.
    let mut deadline: bindings::ktime_t = deadline.max(1);
    move || {
        // SAFETY: The deadline is valid.
        let interrupted = unsafe {
            bindings::schedule_hrtimeout_range(
                &mut deadline,
                0,
                bindings::hrtimer_mode_HRTIMER_MODE_ABS,
            )
        };
        interrupted == 0
    }
}
