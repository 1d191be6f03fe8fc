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
pub(crate) fn msleep(time: Milliseconds) {
    // SAFETY: `msleep` may be called with any value wherever sleeping is allowed; elsewhere it is a
    // bug, but not a matter of memory safety.
    unsafe { bindings::msleep(time.0) };
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
