// SPDX-License-Identifier: GPL-2.0

//! Probes that note, for each thread of [`super::kthread`], when it was woken and who had the CPU before
//! it: see [`super::kthread_waking`].
//!
//! They see every task of the machine, and let all others go after a look at their flags and, if they are
//! kernel threads, their function. They take no lock: at one of the tracepoints the scheduler's are held,
//! and on PREEMPT_RT the others sleep.

use kernel::{
    prelude::*,
    task::Task, //
};

use super::{
    kthread_payload::Shared,
    kthread_waking::Comm,
    sched_events,
    tracepoint::Probe, //
};
use crate::bindings;

/// While it exists, the waking of threads is noted.
pub(crate) struct Probes {
    _waking: Probe<sched_events::Waking>,
    _switch: Probe<sched_events::Switch>,
}

impl Probes {
    /// Attaches them. What is noted of a sleep that began before may be incomplete.
    ///
    /// # Context
    ///
    /// Sleeps, as dropping them does.
    ///
    /// # Errors
    ///
    /// As for [`Probe::attach`]. There is one of this type at a time, or it is EEXIST.
    pub(crate) fn attach() -> Result<Self> {
        Ok(Self {
            _waking: Probe::<sched_events::Waking>::attach(waking)?,
            _switch: Probe::<sched_events::Switch>::attach(switch)?,
        })
    }
}

extern "C" fn waking(_data: *mut c_void, task: &Task) {
    Shared::with_waking_of(task, |waking| {
        if !waits_for_lock(task) {
            // SAFETY: It may be called in any context.
            waking.note_waking(unsafe { bindings::ktime_get_mono_fast_ns() } as i64);
        }
    });
}

extern "C" fn switch(_data: *mut c_void, _preempt: bool, prev: &Task, next: &Task, _state: c_uint) {
    Shared::with_waking_of(next, |waking| {
        let prev = prev.as_ptr();
        // SAFETY: The task is valid during the call. Its name is aligned to words by the kernel, which copies
        // it likewise while it may change, and it has as many.
        let comm = unsafe { (&raw const (*prev).comm).cast::<Comm>().read_unaligned() };
        // SAFETY: As above; the number does not change.
        waking.note_switch(comm, unsafe { (*prev).pid });
    });
}

/// Whether the task sleeps because on PREEMPT_RT spin locks are locks that sleep: that is no wake-up of
/// what it does.
#[inline]
fn waits_for_lock(task: &Task) -> bool {
    // SAFETY: The task is valid, and its state is an aligned word.
    let state = unsafe { (&raw const (*task.as_ptr()).__state).read_volatile() };
    state & bindings::TASK_RTLOCK_WAIT != 0
}
