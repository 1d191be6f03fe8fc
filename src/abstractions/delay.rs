// SPDX-License-Identifier: GPL-2.0

//! Sleeping for a time.
//!
//! C headers: [`include/linux/delay.h`](srctree/include/linux/delay.h),
//! [`include/linux/sched.h`](srctree/include/linux/sched.h)

use kernel::{
    prelude::*,
    time::Jiffies, //
};

use crate::bindings;

/// A time in milliseconds.
#[derive(Clone, Copy)]
pub(crate) struct Milliseconds(pub(crate) u32);

/// Sleeps for at least `time`, which nothing shortens, rounded up to jiffies and then to what the
/// timer wheel can do.
///
/// `ssleep(n)` in C is `msleep(n * 1000)`.
///
/// # Context
///
/// Sleeps, uninterruptibly.
#[inline]
pub(crate) fn msleep(time: Milliseconds) {
    // SAFETY: `msleep` may be called with any value wherever sleeping is allowed; elsewhere it is a
    // bug, but not a matter of memory safety.
    unsafe { bindings::msleep(time.0) };
}

/// A time in microseconds.
#[derive(Clone, Copy)]
pub(crate) struct Microseconds(pub(crate) usize);

/// Sleeps for `time`, which nothing shortens, by a high-resolution timer without slack:
/// `usleep_range(time, time)`.
///
/// # Context
///
/// Sleeps, uninterruptibly.
pub(crate) fn usleep(time: Microseconds) {
    // SAFETY: May be called with any value wherever sleeping is allowed; elsewhere it is a bug, but not a
    // matter of memory safety.
    unsafe { bindings::usleep_range_state(time.0, time.0, bindings::TASK_UNINTERRUPTIBLE) };
}

/// Sleeps for `time`, which nothing shortens, or at most a quarter more: by what the kernel takes for such
/// a time.
///
/// # Context
///
/// Sleeps, uninterruptibly, or is busy for at most 10 microseconds.
pub(crate) fn fsleep(time: Microseconds) {
    // SAFETY: As for `usleep`.
    unsafe { bindings::kthread_counter_fsleep(time.0) };
}

/// Sleeps for `timeout` jiffies, or until the thread is woken: `schedule_timeout_idle`. It does not count in
/// the load average meanwhile. No signal wakes it, [`super::kthread::Handle::notify`] does. Returns how many
/// jiffies are left.
///
/// # Context
///
/// Sleeps, uninterruptibly.
pub(crate) fn schedule_timeout_idle(timeout: Jiffies) -> Jiffies {
    let timeout = c_long::try_from(timeout).unwrap_or(c_long::MAX);
    // SAFETY: The timeout is not negative. Where sleeping is not allowed this is a bug, but not a matter of
    // memory safety.
    let left = unsafe { bindings::schedule_timeout_idle(timeout) };
    left as Jiffies // never negative
}

/// Sleeps for `timeout` jiffies, or until a signal comes or the thread is being stopped.
///
/// # Context
///
/// Sleeps, interruptibly.
pub(crate) fn schedule_timeout_interruptible(timeout: Jiffies) {
    let timeout = c_long::try_from(timeout).unwrap_or(c_long::MAX);
    // SAFETY: The timeout is not negative. Where sleeping is not allowed this is a bug, but not a
    // matter of memory safety.
    unsafe { bindings::schedule_timeout_interruptible(timeout) };
}
