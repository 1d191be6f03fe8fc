// SPDX-License-Identifier: GPL-2.0

//! Tracepoints of the scheduler.
//!
//! C header: [`include/trace/events/sched.h`](srctree/include/trace/events/sched.h)

use kernel::{
    prelude::*,
    task::Task, //
};

use super::tracepoint::Tracepoint;

/// A task that sleeps is about to be woken, by the current task or an interrupt. Called with interrupts
/// off, and with the lock of the task's wake-ups held, unless the task wakes itself.
pub(crate) struct Waking;

// SAFETY: The types of `sched_waking`. The task is valid during the call.
unsafe impl Tracepoint for Waking {
    const NAME: &'static CStr = c"sched_waking";
    type Function = extern "C" fn(data: *mut c_void, task: &Task);
}

/// The CPU goes from one task to another. Called with interrupts off, and with the lock of the CPU's
/// tasks held: whether it was preempted, the task before, the next one, and the state of that before.
pub(crate) struct Switch;

// SAFETY: The types of `sched_switch`. Both tasks are valid during the call.
unsafe impl Tracepoint for Switch {
    const NAME: &'static CStr = c"sched_switch";
    type Function =
        extern "C" fn(data: *mut c_void, preempt: bool, prev: &Task, next: &Task, state: c_uint);
}
