// SPDX-License-Identifier: GPL-2.0

//! Sleeping for a time that nothing shortens.
//!
//! C header: [`include/linux/delay.h`](srctree/include/linux/delay.h)

use crate::bindings;

/// A time in milliseconds.
#[derive(Clone, Copy)]
pub(crate) struct Milliseconds(pub(crate) u32);

/// Sleeps for at least `time`, rounded up to jiffies and then to what the timer wheel can do.
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
