// SPDX-License-Identifier: GPL-2.0

//! Tracepoints of the scheduler.
//!
//! C header: [`include/trace/events/sched.h`](srctree/include/trace/events/sched.h)

use kernel::{
    prelude::*,
    task::Task, //
};

use super::{
    preempt::Unpreempted,
    tracepoint::{
        Probe,
        Tracepoint, //
    }, //
};
use crate::bindings;

/// `sched_waking`: a task that sleeps is about to be woken, by the current task or an interrupt.
pub(crate) struct SchedWaking;

// SAFETY: `helpers.c` has the compiler check that its probes have this type.
unsafe impl Tracepoint for SchedWaking {
    const NAME: &'static CStr = c"sched_waking";
    type Function = unsafe extern "C" fn(*mut c_void, *mut bindings::task_struct);
}

/// What is called at [`SchedWaking`].
pub(crate) trait OnWaking: 'static {
    /// # Context
    ///
    /// With preemption off. Unless the task is the current one, with interrupts off and its `pi_lock` held,
    /// too.
    fn waking(task: &Task, unpreempted: &Unpreempted);
}

impl Probe<SchedWaking> {
    /// Attaches a probe.
    ///
    /// # Context
    ///
    /// Sleeps.
    ///
    /// # Errors
    ///
    /// As for [`Probe::attach`].
    pub(crate) fn on_waking<P: OnWaking>() -> Result<Self> {
        /// # Safety
        ///
        /// Called by the kernel at the tracepoint.
        unsafe extern "C" fn call<P: OnWaking>(_: *mut c_void, task: *mut bindings::task_struct) {
            // SAFETY: `try_to_wake_up` turns preemption off.
            let unpreempted = unsafe { Unpreempted::new() };
            // SAFETY: The task is valid during the call, and a `Task` is one.
            P::waking(unsafe { &*task.cast::<Task>() }, &unpreempted);
        }

        // SAFETY: `call` has the type of its probes, and needs no more than that its tasks are valid.
        unsafe { Self::attach(call::<P>) }
    }
}

/// `sched_switch`: a CPU goes from one task to another.
pub(crate) struct SchedSwitch;

// SAFETY: `helpers.c` has the compiler check that its probes have this type.
unsafe impl Tracepoint for SchedSwitch {
    const NAME: &'static CStr = c"sched_switch";
    type Function = unsafe extern "C" fn(
        *mut c_void,
        bool,
        *mut bindings::task_struct,
        *mut bindings::task_struct,
        c_uint,
    );
}

/// What is called at [`SchedSwitch`].
pub(crate) trait OnSwitch: 'static {
    /// # Context
    ///
    /// With interrupts off and the lock of the CPU's run queue held.
    fn switch(prev: &Task, next: &Task, unpreempted: &Unpreempted);
}

impl Probe<SchedSwitch> {
    /// Attaches a probe.
    ///
    /// # Context
    ///
    /// Sleeps.
    ///
    /// # Errors
    ///
    /// As for [`Probe::attach`].
    pub(crate) fn on_switch<P: OnSwitch>() -> Result<Self> {
        /// # Safety
        ///
        /// Called by the kernel at the tracepoint.
        unsafe extern "C" fn call<P: OnSwitch>(
            _: *mut c_void,
            _preempt: bool,
            prev: *mut bindings::task_struct,
            next: *mut bindings::task_struct,
            _state: c_uint,
        ) {
            // SAFETY: The task is valid during the call, and a `Task` is one.
            let prev = unsafe { &*prev.cast::<Task>() };
            // SAFETY: As above.
            let next = unsafe { &*next.cast::<Task>() };
            // SAFETY: `__schedule` has interrupts off.
            P::switch(prev, next, &unsafe { Unpreempted::new() });
        }

        // SAFETY: `call` has the type of its probes, and needs no more than that its tasks are valid.
        unsafe { Self::attach(call::<P>) }
    }
}
