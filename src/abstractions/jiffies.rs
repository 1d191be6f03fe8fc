// SPDX-License-Identifier: GPL-2.0

//! The kernel's unit of time.
//!
//! C header: [`include/linux/jiffies.h`](srctree/include/linux/jiffies.h)

use core::num::NonZeroU32;

use kernel::time::Jiffies;

use crate::bindings;

/// How many jiffies a second has.
pub(crate) const HZ: NonZeroU32 = NonZeroU32::new(bindings::KTHREAD_COUNTER_HZ).unwrap();

/// The kernel's count of jiffies, by which timers of the wheel expire. It may be behind: the timer
/// tick that increments it may come late.
///
/// May be called in any context.
#[inline]
pub(crate) fn now() -> Jiffies {
    // SAFETY: `jiffies` is a static of the kernel, which outlives every module. It is an aligned
    // word that is written as one, and may be read without a lock if the read is volatile.
    unsafe { (&raw const bindings::jiffies).read_volatile() }
}

/// A time in jiffies, rounded up, and at least one.
#[inline(never)] // Several primitives count in jiffies.
pub(crate) fn from_nanos(nanos: u64) -> Jiffies {
    const NANOS_PER_SECOND: u64 = 1_000_000_000;

    let hz = u64::from(HZ.get());
    let jiffies = match nanos.checked_mul(hz) {
        Some(scaled) => scaled.div_ceil(NANOS_PER_SECOND),
        // In two parts, so that no time is too long.
        None => {
            let rest = nanos % NANOS_PER_SECOND * hz;
            nanos / NANOS_PER_SECOND * hz + rest.div_ceil(NANOS_PER_SECOND)
        }
    };
    jiffies.max(1) as Jiffies
}
