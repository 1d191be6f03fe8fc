// SPDX-License-Identifier: GPL-2.0

//! The kernel's tracer.
//!
//! C header: [`include/linux/kernel.h`](srctree/include/linux/kernel.h)

use crate::bindings;

/// Stops the recording of traces, so that what led here is kept. Does nothing on a kernel that has
/// no ftrace.
pub(crate) fn tracing_off() {
    // SAFETY: May be called in any context.
    unsafe { bindings::kthread_counter_tracing_off() };
}
