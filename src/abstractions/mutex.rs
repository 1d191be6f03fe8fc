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
///
/// # Context
///
/// What waits sleeps, and deadlocks if this task has the lock.
pub(crate) trait LockOrSignal<T: ?Sized> {
    /// Locks the mutex, unless a signal comes first.
    ///
    /// # Errors
    ///
    /// ERESTARTSYS if the lock is not free and a signal is pending. Given back to user space, the system
    /// call begins anew after a handler that has asked for that, and is EINTR after any other.
    fn lock_interruptible(&self) -> Result<MutexGuard<'_, T>>;

    /// Locks the mutex, unless a signal comes first that kills the task.
    ///
    /// # Errors
    ///
    /// EINTR if the lock is not free and such a signal is pending.
    fn lock_killable(&self) -> Result<MutexGuard<'_, T>>;
}

impl<T> LockOrSignal<T> for Mutex<T> {
    fn lock_interruptible(&self) -> Result<MutexGuard<'_, T>> {
        // SAFETY: The mutex is initialised.
        to_result(unsafe { bindings::kthread_counter_mutex_lock_interruptible(as_raw(self)) })
            .map_err(|_| ERESTARTSYS)?;
        // SAFETY: The mutex has just been locked by this task.
        Ok(unsafe { MutexGuard::new(self, ()) })
    }

    fn lock_killable(&self) -> Result<MutexGuard<'_, T>> {
        // SAFETY: The mutex is initialised.
        to_result(unsafe { bindings::kthread_counter_mutex_lock_killable(as_raw(self)) })?;
        // SAFETY: The mutex has just been locked by this task.
        Ok(unsafe { MutexGuard::new(self, ()) })
    }
}

/// The C mutex, which is initialised: there is no way to borrow a `Mutex` that is not.
fn as_raw<T>(mutex: &Mutex<T>) -> *mut bindings::mutex {
    // CAST: `Lock` is `repr(C)` with the backend's state first, which `Lock::from_raw` relies on
    // too; the state of a `Mutex` is a C mutex.
    core::ptr::from_ref(mutex).cast_mut().cast()
}
