// SPDX-License-Identifier: GPL-2.0

//! The module's tracepoint, `kthread_counter:kthread_counter_tick`.
//!
//! Its definition is in `src/bindings/trace.h`: the kernel makes it of C macros.

use kernel::prelude::*;

use crate::bindings;

/// Tells those who trace of a tick, where it was, and how much of its lateness passed after the thread had
/// been woken, or -1. Costs a call when nobody traces.
#[inline]
pub(crate) fn tick(id: u32, wait: &'static CStr, late: i64, cpu: u32, to_run: i64) {
    // SAFETY: The name is terminated; it is copied, if at all.
    unsafe { bindings::kthread_counter_trace_tick(id, wait.as_char_ptr(), late, cpu, to_run) };
}
