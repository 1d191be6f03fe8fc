// SPDX-License-Identifier: GPL-2.0

//! Kernel threads.
//!
//! A thread is [`Created`], may then be bound to a CPU, and is started, which gives a [`Handle`].
//! Stopping takes two steps, so that many threads stop in the time of one: [`Handle::request_stop`]
//! asks and wakes, [`Handle::stop`] (or dropping the handle) waits until the thread has returned. That
//! wait is uninterruptible, and without end if the thread gets no CPU. [`Handle::wait_interruptible`]
//! can be interrupted by a signal; `stop` after it only waits for the kernel's own few instructions
//! between the end of the closure and the end of the thread.
//!
//! C header: [`include/linux/kthread.h`](srctree/include/linux/kthread.h)
//!
//! # Examples
//!
//! ```ignore
//! let thread = kthread::Created::new(c"example/0", None, |thread| {
//!     while !thread.should_stop() {
//!         delay::msleep(Milliseconds(1000));
//!     }
//!     0
//! })?
//! .start();
//!
//! thread.request_stop();
//! let code = thread.stop();
//! ```

use core::ptr::NonNull;

use kernel::{
    cpu::CpuId,
    prelude::*,
    sync::{
        aref::ARef,
        atomic::{
            Full,
            Relaxed, //
        }, //
    },
    task::{
        Pid,
        Task, //
    }, //
};

pub(crate) use super::kthread_payload::Current;
use super::{
    kthread_create::create,
    kthread_payload::{
        entry,
        Payload,
        Shared, //
    },
    topology::Node, //
};
use crate::bindings;

/// Creates a thread and starts it: `kthread_run`.
///
/// # Context
///
/// Sleeps until the thread exists.
///
/// # Errors
///
/// As for [`Created::new`].
pub(crate) fn run<F>(name: &CStr, function: F) -> Result<Handle>
where
    F: FnOnce(&Current<'_>) -> c_int + Send + 'static,
{
    Ok(Created::new(name, None, function)?.start())
}

/// A thread that has been created and has not run yet.
///
/// Dropping it ends the thread without running its closure.
pub(crate) struct Created(Thread);

impl Created {
    /// Creates a thread that will run `function` once it is started.
    ///
    /// What `function` returns is the thread's exit code: 0, or a negative errno. The name is shown
    /// in full by `ps`; it is data, and percent signs in it mean nothing. The thread's memory comes
    /// from `node`, if one is given.
    ///
    /// # Context
    ///
    /// Sleeps until the thread exists.
    ///
    /// # Errors
    ///
    /// ENOMEM or EAGAIN if the kernel has no room for another thread, EINTR if the caller is killed
    /// meanwhile.
    pub(crate) fn new<F>(name: &CStr, node: Option<Node>, function: F) -> Result<Self>
    where
        F: FnOnce(&Current<'_>) -> c_int + Send + 'static,
    {
        let payload = KBox::pin_init(Payload::new(function), GFP_KERNEL)?;
        // SAFETY: `entry` is for a payload, which lives until the thread has returned: if there is a
        // thread, `Thread::drop` joins it before it frees the payload.
        let (task, payload) = unsafe { create(name, node, entry, payload)? };

        // The task may end by itself at any time after its start: it is referenced from now on.
        //
        // SAFETY: The task was just created, and cannot exit before its start.
        let task = unsafe { ARef::from(task.cast::<Task>().as_ref()) };

        // INVARIANT: The payload belongs to the thread that was just created with it.
        Ok(Self(Thread {
            task,
            payload: payload.cast(),
            joined: false,
        }))
    }

    /// Binds the thread to a CPU, where only the kernel can take it away from. Only possible before
    /// it has run.
    pub(crate) fn bind(&mut self, cpu: CpuId) {
        // SAFETY: The thread is valid and has not been started, and `cpu` is a number that a mask of
        // CPUs has.
        unsafe { bindings::kthread_bind(self.0.task.as_ptr(), cpu.as_u32()) };
    }

    /// The thread's process id.
    pub(crate) fn pid(&self) -> Pid {
        self.0.task.pid()
    }

    /// The task. Only for this layer: waking it would start it.
    pub(super) fn task(&self) -> &Task {
        &self.0.task
    }

    /// Lets the thread run.
    pub(crate) fn start(self) -> Handle {
        self.0.task.wake_up();
        Handle(self.0)
    }
}

/// A thread that has been started.
///
/// It may have returned by itself; the handle is valid all the same. Dropping the handle stops the
/// thread and waits for it. A handle that is leaked leaves the thread running, with its closure:
/// that is safe as long as the code is there, so a module must not leak one.
pub(crate) struct Handle(Thread);

impl Handle {
    /// Asks the thread to return, and cuts its interruptible sleep short.
    ///
    /// Does not wait, so it may be called in any context but NMI.
    pub(crate) fn request_stop(&self) {
        self.0.request_stop();
    }

    /// Asks the thread to return and waits until it has.
    ///
    /// Returns its exit code; none if it was stopped before its closure ran.
    ///
    /// # Context
    ///
    /// Sleeps, uninterruptibly.
    pub(crate) fn stop(mut self) -> Option<c_int> {
        self.0.join()
    }

    /// Waits until the closure has returned, or a signal comes. Returns at once if it has, also when
    /// it did so by itself. Waits for ever if nothing makes it return.
    ///
    /// # Context
    ///
    /// Sleeps, interruptibly.
    ///
    /// # Errors
    ///
    /// ERESTARTSYS if a signal is pending.
    pub(crate) fn wait_interruptible(&self) -> Result {
        self.0.shared().done.wait_interruptible()
    }

    /// Whether the closure has returned.
    pub(crate) fn has_returned(&self) -> bool {
        self.0.shared().done.is_done()
    }

    /// Makes the thread's interruptible sleep return, now or the next time, as a signal would. Other
    /// sleeps look at what they wait for once more, and go on.
    ///
    /// Does not wait, so it may be called in any context but NMI.
    pub(crate) fn notify(&self) {
        self.0.notify();
    }

    /// The task, for example to send it a signal. Valid also when the thread has ended.
    pub(crate) fn task(&self) -> &Task {
        &self.0.task
    }
}

/// What [`Created`] and [`Handle`] have in common.
///
/// # Invariants
///
/// - `task` is a kernel thread that was created with `payload` as its data, and that nobody else
///   stops. It has been waited for if and only if `joined`.
/// - `payload` is owned by this value: only [`Shared::free`] is left to do with it once the thread is gone.
struct Thread {
    task: ARef<Task>,
    payload: NonNull<Shared>,
    joined: bool,
}

// SAFETY: The closure is `Send`, and it is only touched by the thread, or by `drop` when the thread
// is gone. Everything else is made for sharing.
unsafe impl Send for Thread {}

// SAFETY: As above; methods that take `&self` only read the task and use atomic flags.
unsafe impl Sync for Thread {}

impl Thread {
    fn shared(&self) -> &Shared {
        // SAFETY: By the type invariant the payload is valid until `drop` frees it.
        unsafe { self.payload.as_ref() }
    }

    fn notify(&self) {
        // SAFETY: The task is referenced, and may have exited.
        unsafe { bindings::kthread_counter_set_notify_signal(self.task.as_ptr()) };
    }

    fn request_stop(&self) {
        // Before the notification, and visible before it: the thread either sees the flag before it
        // sleeps, or does not sleep.
        self.shared().should_stop.store(true, Relaxed);
        self.notify();
    }

    /// Waits for the end of the thread; its code, if its closure has run.
    fn join(&mut self) -> Option<c_int> {
        if self.joined {
            return None;
        }
        // No notification here: the kernel wakes the thread after it has marked it as stopped, so
        // that one that has not run yet never does.
        //
        // Fully ordered, because the kernel has no barrier before it makes a signal pending: a thread
        // that sees the signal has to see the flag. Pairs with the barrier in `clear_notify_signal`.
        self.shared().should_stop.xchg(true, Full);
        // SAFETY: The task is a kernel thread by the type invariant, and it is referenced, so that
        // it may have exited by itself. It has not been waited for: that works only once.
        let code = unsafe { bindings::kthread_stop(self.task.as_ptr()) };
        // INVARIANT: It has been waited for.
        self.joined = true;
        self.shared().has_run.load(Relaxed).then_some(code)
    }
}

impl Drop for Thread {
    #[inline]
    fn drop(&mut self) {
        self.join();
        // SAFETY: The thread has returned, and nothing but probes uses the payload after this.
        unsafe { Shared::free(self.payload) };
    }
}
