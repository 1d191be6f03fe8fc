// SPDX-License-Identifier: GPL-2.0

//! Where and how threads are scheduled.
//!
//! C header: [`include/linux/sched.h`](srctree/include/linux/sched.h)

use kernel::{
    cpu::CpuId,
    error::to_result,
    fmt,
    prelude::*,
    task::Task, //
};

use super::kthread;
use crate::bindings;

/// A scheduling policy that a kernel thread may be given.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Policy {
    /// SCHED_NORMAL.
    Normal,
    /// SCHED_FIFO, below other real-time threads.
    FifoLow,
    /// SCHED_FIFO, the kernel's default priority for it.
    Fifo,
}

/// Sets the policy of a task.
pub(crate) fn set_policy(task: &Task, policy: Policy) {
    let task = task.as_ptr();
    match policy {
        // SAFETY: The task is valid, also if it has exited.
        Policy::Normal => unsafe { bindings::sched_set_normal(task, 0) },
        // SAFETY: As above.
        Policy::FifoLow => unsafe { bindings::sched_set_fifo_low(task) },
        // SAFETY: As above.
        Policy::Fifo => unsafe { bindings::sched_set_fifo(task) },
    }
}

impl kthread::Created {
    /// Sets the policy that the thread starts with.
    pub(crate) fn set_policy(&mut self, policy: Policy) {
        set_policy(self.task(), policy);
    }
}

/// Moves a task to a CPU, or lets it run on any that the kernel has for it.
///
/// # Context
///
/// Sleeps.
///
/// # Errors
///
/// EINVAL if the CPU is not online.
pub(crate) fn set_cpu(task: &Task, cpu: Option<CpuId>) -> Result {
    let cpu = cpu.map_or(-1, |cpu| cpu.as_u32() as c_int);
    // SAFETY: The task is valid, and the CPU is one that the kernel has, or -1.
    to_result(unsafe { bindings::kthread_counter_set_cpu(task.as_ptr(), cpu) })
}

/// The CPU with a number, if it is online now.
#[inline]
pub(crate) fn online_cpu(number: u32) -> Option<CpuId> {
    let cpu = CpuId::from_u32(number)?;
    // SAFETY: The number is less than that of CPUs that there may be.
    unsafe { bindings::kthread_counter_cpu_online(number) }.then_some(cpu)
}

/// The name of a task, of which there are 15 bytes: `current->comm`.
pub(crate) struct Comm([u8; bindings::TASK_COMM_LEN as usize]);

impl Comm {
    /// That of the current task.
    pub(crate) fn current() -> Self {
        let mut name = [0; bindings::TASK_COMM_LEN as usize];
        // SAFETY: The array has the length that the callee fills.
        unsafe { bindings::kthread_counter_current_comm(name.as_mut_ptr().cast()) };
        Self(name)
    }
}

impl fmt::Display for Comm {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = CStr::from_bytes_until_nul(&self.0).map_err(|_| fmt::Error)?;
        f.write_str(name.to_str().map_err(|_| fmt::Error)?)
    }
}

/// Whether this code runs for a task, and not in an interrupt.
pub(crate) fn in_task() -> bool {
    // SAFETY: It may be called anywhere.
    unsafe { bindings::kthread_counter_in_task() }
}

/// Lets others have the CPU, if somebody waits for it: `cond_resched`. For long walks.
///
/// # Context
///
/// May sleep.
pub(crate) fn cond_resched() {
    // SAFETY: Where sleeping is not allowed this is a bug, but not a matter of memory safety.
    unsafe { bindings::kthread_counter_cond_resched() };
}
