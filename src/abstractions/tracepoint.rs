// SPDX-License-Identifier: GPL-2.0

//! Probes: functions of a module that the kernel calls at one of its tracepoints.
//!
//! A tracepoint is a type with the tracepoint's name and the C type of its probes. Those of
//! [`super::sched_events`] show how few lines one takes, and have safe probes.
//!
//! C header: [`include/linux/tracepoint.h`](srctree/include/linux/tracepoint.h)
//!
//! # Examples
//!
//! ```ignore
//! struct Count;
//!
//! impl OnWaking for Count {
//!     fn waking(_task: &Task, _: &Unpreempted) {
//!         WAKINGS.fetch_add(1, Relaxed);
//!     }
//! }
//!
//! let probe = Probe::<SchedWaking>::on_waking::<Count>()?;
//! drop(probe); // it is not called any more
//! ```

use core::ptr::NonNull;

use kernel::{
    error::to_result,
    prelude::*, //
};

use crate::bindings;

/// A tracepoint of the kernel itself, which does not go away.
///
/// # Safety
///
/// `Function` is a pointer to a C function that the kernel may call with a null pointer and then the
/// arguments of the tracepoint. `helpers.c` lets the compiler check the types.
pub(crate) unsafe trait Tracepoint {
    /// The tracepoint's name.
    const NAME: &'static CStr;

    /// What the kernel calls.
    type Function: Copy;
}

/// A function that is called whenever the kernel passes a tracepoint: until it is dropped, and never after
/// that.
///
/// # Context
///
/// The function may do what one may do at the tracepoint: it never sleeps. Dropping the probe does.
///
/// # Invariants
///
/// `function` is attached to `tracepoint`, once.
pub(crate) struct Probe<T: Tracepoint> {
    tracepoint: NonNull<bindings::tracepoint>,
    function: T::Function,
}

// SAFETY: The kernel has a lock of its own for attaching and detaching, and functions may be called from
// anywhere.
unsafe impl<T: Tracepoint> Send for Probe<T> {}

impl<T: Tracepoint> Probe<T> {
    /// Has `function` called from now on, from several CPUs at the same time.
    ///
    /// # Context
    ///
    /// Sleeps.
    ///
    /// # Errors
    ///
    /// EOPNOTSUPP if the kernel has no such tracepoint, EEXIST if the function is attached to it
    /// already, ENOMEM.
    ///
    /// # Safety
    ///
    /// The function may be called as the tracepoint calls its probes.
    pub(super) unsafe fn attach(function: T::Function) -> Result<Self> {
        // SAFETY: The name is terminated.
        let tracepoint =
            unsafe { bindings::kthread_counter_find_tracepoint(T::NAME.as_char_ptr()) };
        let tracepoint = NonNull::new(tracepoint).ok_or_else(not_supported)?;
        // SAFETY: The tracepoint is one of the kernel itself. By the requirements of this function and of the
        // trait it may call the function, which stays until it is detached: a module that leaks it must not
        // be unloaded.
        to_result(unsafe {
            bindings::kthread_counter_attach_probe(tracepoint.as_ptr(), as_pointer::<T>(function))
        })?;
        // INVARIANT: It has been attached.
        Ok(Self {
            tracepoint,
            function,
        })
    }
}

impl<T: Tracepoint> Drop for Probe<T> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: By the type invariant it is attached. This returns when nobody executes it any more.
        unsafe {
            bindings::kthread_counter_detach_probe(
                self.tracepoint.as_ptr(),
                as_pointer::<T>(self.function),
            )
        };
    }
}

/// EOPNOTSUPP, which the `kernel` crate does not name: the kernel has no such tracepoint.
pub(crate) fn not_supported() -> Error {
    Error::from_errno(-(bindings::EOPNOTSUPP as c_int))
}

fn as_pointer<T: Tracepoint>(function: T::Function) -> *mut c_void {
    const { assert!(size_of::<T::Function>() == size_of::<*mut c_void>()) };
    // SAFETY: By the requirements of the trait it is a pointer to a function, and has its size.
    unsafe { core::mem::transmute_copy(&function) }
}
