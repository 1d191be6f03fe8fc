// SPDX-License-Identifier: GPL-2.0

//! Probes that note, for each thread of [`super::kthread`], when it was woken and who had the CPU before
//! it: see [`super::kthread_waking`].
//!
//! They see every task of the machine, and let all others go after a look at their flags and, if they are
//! kernel threads, their function. They take no lock: at the tracepoints the scheduler's are held, and on
//! PREEMPT_RT the others sleep.

use kernel::{
    prelude::*,
    task::Task, //
};

use super::{
    kthread_payload::Shared,
    kthread_waking::Comm,
    preempt::Unpreempted,
    sched_events::{
        OnSwitch,
        OnWaking,
        SchedSwitch,
        SchedWaking, //
    },
    tracepoint::Probe, //
};
use crate::bindings;

/// While it exists, the waking of threads is noted.
pub(crate) struct Probes {
    _waking: Probe<SchedWaking>,
    _switch: Probe<SchedSwitch>,
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
            _waking: Probe::on_waking::<Note>()?,
            _switch: Probe::on_switch::<Note>()?,
        })
    }
}

/// What the probes do.
struct Note;

impl OnWaking for Note {
    #[inline]
    fn waking(task: &Task, unpreempted: &Unpreempted) {
        if Shared::is_of(task) {
            // SAFETY: `is_of` has just said so.
            unsafe { note_waking(task, unpreempted) };
        }
    }
}

impl OnSwitch for Note {
    #[inline]
    fn switch(prev: &Task, next: &Task, unpreempted: &Unpreempted) {
        if Shared::is_of(next) {
            // SAFETY: As above.
            unsafe { note_switch(prev, next, unpreempted) };
        }
    }
}

/// A thread is woken. Not part of the function above, which is called for every task.
///
/// # Safety
///
/// [`Shared::is_of`] has said so of the task.
#[inline(never)]
unsafe fn note_waking(task: &Task, unpreempted: &Unpreempted) {
    if waits_for_lock(task) {
        return;
    }
    // SAFETY: By the requirements of this function.
    if let Some(waking) = unsafe { Shared::waking_of(task, unpreempted) } {
        // SAFETY: It may be called in any context.
        waking.note_waking(unsafe { bindings::ktime_get_mono_fast_ns() } as i64);
    }
}

/// A thread gets the CPU.
///
/// # Safety
///
/// [`Shared::is_of`] has said so of `next`.
#[inline(never)]
unsafe fn note_switch(prev: &Task, next: &Task, unpreempted: &Unpreempted) {
    // SAFETY: By the requirements of this function.
    let Some(waking) = (unsafe { Shared::waking_of(next, unpreempted) }) else {
        return;
    };
    if !waking.wants_task() {
        return;
    }
    let prev = prev.as_ptr();
    // SAFETY: The task is valid. Others may rename it meanwhile: then the name is partly that before, and
    // ends with a zero all the same.
    let comm = unsafe { (&raw const (*prev).comm).cast::<Comm>().read_volatile() };
    // SAFETY: The task is valid, and `exec` writes the number as one word.
    let pid = unsafe { (&raw const (*prev).pid).read_volatile() };
    waking.note_task(comm, pid);
}

// So that a name can be read as words.
const _: () =
    assert!(core::mem::offset_of!(kernel::bindings::task_struct, comm) % align_of::<Comm>() == 0);

/// Whether the task waits for a spin lock, which sleeps on PREEMPT_RT. Its wake-up then is not that of the
/// sleep that it has asked for.
#[inline]
fn waits_for_lock(task: &Task) -> bool {
    // SAFETY: The task is valid, and its state is an aligned word.
    let state = unsafe { (&raw const (*task.as_ptr()).__state).read_volatile() };
    state & bindings::TASK_RTLOCK_WAIT != 0
}
