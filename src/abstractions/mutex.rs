// SPDX-License-Identifier: GPL-2.0

//! Locking a mutex in a way that a signal can interrupt.
//!
//! C header: [`include/linux/mutex.h`](srctree/include/linux/mutex.h)

use kernel::{
    error::to_result,
    prelude::*,
    sync::{
        lock::mutex::MutexGuard,
        Mutex, //
    }, //
};

use crate::bindings;

/// What [`Mutex`] lacks.
pub(crate) trait LockInterruptible<T: ?Sized> {
    /// Locks the mutex, unless a signal comes first.
    ///
    /// # Context
    ///
    /// Sleeps, interruptibly.
    ///
    /// # Errors
    ///
    /// EINTR if the lock is not free and a signal is pending.
    fn lock_interruptible(&self) -> Result<MutexGuard<'_, T>>;
}

impl<T> LockInterruptible<T> for Mutex<T> {
    fn lock_interruptible(&self) -> Result<MutexGuard<'_, T>> {
        // CAST: `Lock` is `repr(C)` with the backend's state first, which `Lock::from_raw` relies on
        // too; the state of a `Mutex` is a C mutex.
        let raw = core::ptr::from_ref(self)
            .cast_mut()
            .cast::<bindings::mutex>();
        // SAFETY: A `Mutex` that can be borrowed has been initialised.
        to_result(unsafe { bindings::kthread_counter_mutex_lock_interruptible(raw) })?;
        // SAFETY: The mutex has just been locked by this task.
        Ok(unsafe { MutexGuard::new(self, ()) })
    }
}
