// SPDX-License-Identifier: GPL-2.0

//! The monotonic clock.
//!
//! C header: [`include/linux/timekeeping.h`](srctree/include/linux/timekeeping.h)

use crate::bindings;

/// Nanoseconds on the kernel's monotonic clock, which is the one that timers use.
///
/// May be called in any context but NMI.
#[inline]
pub(crate) fn monotonic() -> i64 {
    // SAFETY: No thread and no work item of this module runs in an NMI.
    unsafe { bindings::ktime_get() }
}
