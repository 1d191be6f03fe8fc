// SPDX-License-Identifier: GPL-2.0

//! Kernel threads that nobody stops: they end by themselves, and say so as the last thing they do.
//!
//! C header: [`include/linux/kthread.h`](srctree/include/linux/kthread.h)

use core::{
    cell::UnsafeCell,
    ptr::NonNull, //
};

use kernel::prelude::*;

use super::{
    completion::Completion,
    kthread_create::create, //
};
use crate::bindings;

/// A thread that runs, or has ended: `kthread_complete_and_exit`.
///
/// Dropping it waits for the end; one that is leaked runs on, so a module must not leak one. What
/// makes the thread end is a matter between its closure and whoever drops this.
///
/// # Invariants
///
/// `done` is the first field of a [`Payload<F>`] that this value owns, and `free` is
/// [`Payload::<F>::free`] for the same `F`. A thread was started with that payload, and completes
/// `done` when it uses it for the last time.
pub(crate) struct Finishing {
    done: NonNull<Completion>,
    free: unsafe fn(NonNull<Completion>),
}

// SAFETY: The closure is `Send`, and only the thread touches it. A completion may be waited for
// from any thread.
unsafe impl Send for Finishing {}

// SAFETY: There is nothing that can be done with a shared reference.
unsafe impl Sync for Finishing {}

impl Finishing {
    /// Creates and starts a thread that runs `function` and exits with what it returns.
    ///
    /// # Context
    ///
    /// Sleeps until the thread exists.
    ///
    /// # Errors
    ///
    /// As for [`super::kthread::Created::new`].
    pub(crate) fn run<F>(name: &CStr, function: F) -> Result<Self>
    where
        F: FnOnce() -> c_int + Send + 'static,
    {
        let payload = pin_init!(Payload {
            done <- Completion::new(),
            function: UnsafeCell::new(Some(function)),
        });
        let payload = KBox::pin_init(payload, GFP_KERNEL)?;
        // SAFETY: `entry` is for a payload of this type, which lives until the thread has used it for
        // the last time: `drop` waits for that.
        let (task, payload) = unsafe { create(name, None, Payload::<F>::entry, payload)? };
        // SAFETY: The task was just created, and cannot exit before it is woken.
        unsafe { bindings::wake_up_process(task.as_ptr()) };
        // INVARIANT: The payload belongs to the thread that was just started with it.
        Ok(Self {
            done: payload.cast(),
            free: Payload::<F>::free,
        })
    }
}

impl Drop for Finishing {
    /// Sleeps, uninterruptibly, until the thread has ended.
    #[inline]
    fn drop(&mut self) {
        // SAFETY: The completion is valid by the invariant.
        unsafe { self.done.as_ref() }.wait();
        // SAFETY: The thread has used it for the last time, and this is the owner.
        unsafe { (self.free)(self.done) };
    }
}

/// The one allocation of a thread.
#[pin_data]
#[repr(C)]
struct Payload<F> {
    // First, so that a pointer to it is one to the payload.
    #[pin]
    done: Completion,
    /// Taken by the thread when it runs.
    function: UnsafeCell<Option<F>>,
}

impl<F> Payload<F>
where
    F: FnOnce() -> c_int + Send + 'static,
{
    /// The thread's function as C calls it.
    ///
    /// # Safety
    ///
    /// `data` is a `Payload<F>` that stays valid until `done` is completed. Called once, by the
    /// kernel, in the new thread.
    unsafe extern "C" fn entry(data: *mut c_void) -> c_int {
        let payload = data.cast::<Self>();
        // SAFETY: The payload is valid, and only this thread touches the closure.
        let function = unsafe { (*(*payload).function.get()).take() };
        // There is a closure, because this is called once.
        let code = function.map_or(0, |function| function());
        // SAFETY: The completion is valid. It is the first field of the payload, which nothing uses
        // after this; nor is any of the module's code run by this thread, as it does not return.
        unsafe { bindings::kthread_complete_and_exit(payload.cast(), code as c_long) }
    }

    /// Frees the payload.
    ///
    /// # Safety
    ///
    /// `done` is the first field of a `Payload<F>` that came from a `KBox` and that nothing uses any
    /// more.
    unsafe fn free(done: NonNull<Completion>) {
        // SAFETY: By the requirements of this function, and the layout of `Payload`.
        drop(unsafe { KBox::from_raw(done.cast::<Self>().as_ptr()) });
    }
}
