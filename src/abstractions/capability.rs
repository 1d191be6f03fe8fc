// SPDX-License-Identifier: GPL-2.0

//! What the current task may do.
//!
//! C header: [`include/linux/capability.h`](srctree/include/linux/capability.h)

use crate::bindings;

/// Whether the current task may see what others do, by their names: `perfmon_capable`.
///
/// # Context
///
/// Process context.
pub(crate) fn may_observe() -> bool {
    // SAFETY: There is a current task.
    unsafe { bindings::kthread_counter_perfmon_capable() }
}
