// SPDX-License-Identifier: GPL-2.0

//! Calls that wake workers: reads and writes of the device.
//!
//! Calls are numbered. A worker that waits for them remembers how many it has answered, so that
//! none is lost, however many come before it runs. The times of the last ones are kept.

use kernel::{
    new_spinlock,
    prelude::*,
    sync::{
        atomic::{
            Acquire,
            Atomic,
            Release, //
        },
        SpinLock, //
    }, //
};

use crate::abstractions::{
    clock,
    wait::{
        self,
        new_wait_queue, //
    }, //
};

/// How many times are kept: a power of two.
const KEPT: u64 = 64;

/// Calls of one kind.
#[pin_data]
pub(crate) struct Calls {
    /// Written under the lock, read without.
    count: Atomic<u64>,
    /// When call `n` came, at `n % KEPT`.
    #[pin]
    times: SpinLock<[i64; KEPT as usize]>,
    #[pin]
    queue: wait::Queue,
}

impl Calls {
    /// Constructs an initialiser.
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Self {
            count: Atomic::new(0),
            times <- new_spinlock!([0; KEPT as usize], "Calls::times"),
            queue <- new_wait_queue!("Calls::queue"),
        })
    }

    /// How many calls there have been; the last one has this number.
    #[inline]
    pub(crate) fn count(&self) -> u64 {
        self.count.load(Acquire)
    }

    /// Makes a call, and returns its number.
    pub(crate) fn call(&self) -> u64 {
        let number = {
            let mut times = self.times.lock();
            let number = self.count() + 1;
            times[(number % KEPT) as usize] = clock::monotonic();
            self.count.store(number, Release);
            number
        };
        self.queue.wake_up_all();
        number
    }

    /// When a call came. Of one that is too long ago, the oldest time that is still known.
    pub(crate) fn time(&self, number: u64) -> i64 {
        let times = self.times.lock();
        let newest = self.count();
        let oldest = newest.saturating_sub(KEPT - 1).max(1).min(newest);
        times[(number.clamp(oldest, newest) % KEPT) as usize]
    }

    /// Where those wait that wait for a call.
    pub(crate) fn queue(&self) -> &wait::Queue {
        &self.queue
    }
}
