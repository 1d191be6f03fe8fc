// SPDX-License-Identifier: GPL-2.0

//! Signals of kernel threads.
//!
//! A kernel thread ignores all signals but those that it allows, and is never interrupted to handle
//! one: it takes pending ones off its queue itself. One that stays there makes every interruptible
//! sleep return at once.
//!
//! C header: [`include/linux/sched/signal.h`](srctree/include/linux/sched/signal.h)

use kernel::{
    error::to_result,
    prelude::*,
    task::Task, //
};

use super::kthread;
use crate::bindings;

/// Whether it is the number of a signal. C indexes tables with it.
fn is_signal(number: c_int) -> bool {
    const LAST: c_int = bindings::_NSIG as c_int;

    (1..=LAST).contains(&number)
}

/// Lets a signal reach `task`. A number that is no signal has no effect.
///
/// # Safety
///
/// The task is a kernel thread that has not run, or is the current one: it has its signal handlers,
/// of its own.
unsafe fn allow(task: &Task, number: c_int) {
    if is_signal(number) {
        // SAFETY: By the requirements of this function, and the number is in the table of them.
        unsafe { bindings::kthread_counter_allow_signal(task.as_ptr(), number) };
    }
}

impl kthread::Created {
    /// Lets a signal reach the thread from its start on, from user space too.
    ///
    /// A number that is no signal has no effect.
    pub(crate) fn allow_signal(&mut self, number: c_int) {
        // SAFETY: It is a kernel thread that has not run.
        unsafe { allow(self.task(), number) };
    }
}

impl kthread::Current<'_> {
    /// Lets a signal reach the thread from now on, from user space too: `allow_signal`.
    ///
    /// A number that is no signal has no effect.
    pub(crate) fn allow_signal(&self, number: c_int) {
        // SAFETY: It is the current task, and a kernel thread.
        unsafe { allow(kernel::current!(), number) };
    }

    /// Takes a pending signal off the queue and returns its number, if there is one.
    pub(crate) fn dequeue_signal(&self) -> Option<c_int> {
        if !self.signal_pending() {
            return None;
        }
        // SAFETY: The current task is a kernel thread.
        let number = unsafe { bindings::kthread_counter_dequeue_signal() };
        (number > 0).then_some(number)
    }

    /// Whether a signal is pending. Also true when the thread is being stopped, and from
    /// [`kthread::Handle::notify`] until that has been noticed.
    #[inline]
    pub(crate) fn signal_pending(&self) -> bool {
        kernel::current!().signal_pending()
    }
}

/// Sends a signal to a task, with the kernel as the sender.
///
/// # Errors
///
/// ESRCH if the task has ended, EINVAL if the number is no signal.
pub(crate) fn send(task: &Task, number: c_int) -> Result {
    if !is_signal(number) {
        return Err(EINVAL);
    }
    // SAFETY: The task is valid, and one that has exited is told apart by the callee. The number is
    // that of a signal; the callee does not check for 0.
    to_result(unsafe { bindings::send_sig(number, task.as_ptr(), 1) })
}
