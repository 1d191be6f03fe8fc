// SPDX-License-Identifier: GPL-2.0

//! A spin lock that spins on PREEMPT_RT, too, where that of the `kernel` crate sleeps.
//!
//! C header: [`include/linux/spinlock.h`](srctree/include/linux/spinlock.h)

use kernel::{
    ffi::c_char,
    sync::lock::{
        Backend,
        Lock, //
    }, //
};

use crate::bindings;

/// A lock that is held for a short and bounded time, as who waits for it spins, and who holds it cannot be preempted.
///
/// # Context
///
/// Whoever holds it must not sleep. On PREEMPT_RT that excludes what sleeps only there, such as a `SpinLock`, and
/// allocating or freeing memory. It must not be taken in an interrupt: it is taken with interrupts on.
pub(crate) type RawSpinLock<T> = Lock<T, RawSpinLockBackend>;

/// The kernel's `raw_spinlock_t`.
pub(crate) struct RawSpinLockBackend;

/// An initialiser for a [`RawSpinLock`], with a name for lockdep (`c"…"`) and a class of its own.
macro_rules! new_raw_spinlock {
    ($inner:expr, $name:literal $(,)?) => {
        $crate::abstractions::raw_spin_lock::RawSpinLock::new(
            $inner,
            $name,
            ::kernel::static_lock_class!(),
        )
    };
}
pub(crate) use new_raw_spinlock;

// SAFETY: A `raw_spinlock_t` excludes all others from taking it to giving it back, and `relock` takes it as `lock` does.
unsafe impl Backend for RawSpinLockBackend {
    type State = bindings::raw_spinlock_t;
    type GuardState = ();

    #[inline]
    unsafe fn init(
        lock: *mut Self::State,
        name: *const c_char,
        class: *mut bindings::lock_class_key,
    ) {
        // SAFETY: By the requirements of `Backend::init`, `lock` is valid for writes, and name and class stay for ever.
        unsafe { bindings::kthread_counter_raw_spin_lock_init(lock, name, class) }
    }

    #[inline]
    unsafe fn lock(lock: *mut Self::State) {
        // SAFETY: By the requirements of `Backend`, `init` was called before, and a `Lock` is pinned from then on.
        unsafe { bindings::kthread_counter_raw_spin_lock(lock) }
    }

    #[inline]
    unsafe fn unlock(lock: *mut Self::State, (): &()) {
        // SAFETY: By the requirements of `Backend::unlock`, the caller owns the lock.
        unsafe { bindings::kthread_counter_raw_spin_unlock(lock) }
    }

    #[inline]
    unsafe fn try_lock(lock: *mut Self::State) -> Option<()> {
        // SAFETY: By the requirements of `Backend`, `init` was called before, and a `Lock` is pinned from then on.
        unsafe { bindings::kthread_counter_raw_spin_trylock(lock) }.then_some(())
    }

    #[inline]
    unsafe fn assert_is_held(lock: *mut Self::State) {
        // SAFETY: By the requirements of `Backend`, `init` was called before, and a `Lock` is pinned from then on.
        unsafe { bindings::kthread_counter_assert_raw_spin_lock_held(lock) }
    }
}
