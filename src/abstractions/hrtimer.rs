// SPDX-License-Identifier: GPL-2.0

//! High-resolution timers, for sleeping.
//!
//! C header: [`include/linux/hrtimer.h`](srctree/include/linux/hrtimer.h)

use kernel::task::might_sleep;

use crate::bindings;

/// Sleeps until `deadline` on the monotonic clock, by a timer without slack, or until the thread is woken: by a
/// signal, a stop, [`super::kthread::Handle::notify`], or for a reason of the kernel's own. Returns whether the
/// deadline has come. If not, the caller looks for news, and sleeps again if there are none.
///
/// A notification that came before is not missed: it leaves a signal pending, with which nothing sleeps
/// interruptibly.
///
/// # Context
///
/// Sleeps, interruptibly.
#[inline]
pub(crate) fn sleep_until(deadline: i64) -> bool {
    might_sleep();
    // SAFETY: May be called with any time wherever sleeping is allowed; elsewhere it is a bug, but not a
    // matter of memory safety.
    unsafe { bindings::kthread_counter_sleep_until(deadline) == 0 }
}
