// SPDX-License-Identifier: GPL-2.0

//! Preemption.
//!
//! C header: [`include/linux/preempt.h`](srctree/include/linux/preempt.h)

use core::marker::PhantomData;

use kernel::types::NotThreadSafe;

use crate::bindings;

/// Evidence that preemption is off, which is a read-side critical section of RCU, too.
///
/// # Invariants
///
/// Preemption is off while the value exists.
pub(crate) struct Unpreempted(PhantomData<NotThreadSafe>);

impl Unpreempted {
    /// Vouches for it. Where lockdep is built in, it is asked.
    ///
    /// # Safety
    ///
    /// Preemption is off, and stays so while the result exists.
    #[inline]
    pub(super) unsafe fn new() -> Self {
        if cfg!(CONFIG_PROVE_LOCKING) {
            // SAFETY: It only looks.
            unsafe { bindings::kthread_counter_assert_unpreempted() };
        }
        // INVARIANT: By the requirements of this function.
        Self(PhantomData)
    }
}
