// SPDX-License-Identifier: GPL-2.0

//! Calls that wake workers: reads and writes of the device.
//!
//! Calls are numbered. A worker that waits for them remembers how many it has answered, so that
//! none is lost, however many come before it runs. The times of the last ones are kept.
//!
//! | what | who writes | who reads |
//! |---|---|---|
//! | `times` | who makes a call, under `turn` | workers, without a lock |
//! | `count` | the same, after the time | workers and readers, without a lock |
//!
//! A time is overwritten `KEPT` calls later. Who writes it has stored the number before (release), and
//! who reads it looks at the number again afterwards (both with acquire): a reader that sees the newer
//! time also sees that the number has come too close, and looks again.

use kernel::{
    new_spinlock,
    prelude::*,
    sync::{
        atomic::{
            Acquire,
            Atomic,
            Full,
            Release, //
        },
        SpinLock, //
    }, //
};

use super::apart::Apart;
use crate::abstractions::clock;

/// How many times are kept: a power of two.
const KEPT: u64 = 64;

/// The calls of the device.
#[pin_data]
pub(crate) struct DeviceCalls {
    /// Each completes what workers wait for.
    #[pin]
    pub(crate) reads: Calls,
    /// Each wakes those that wait for one.
    #[pin]
    pub(crate) writes: Calls,
}

impl DeviceCalls {
    /// Constructs an initialiser.
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Self {
            reads <- Calls::new(),
            writes <- Calls::new(),
        })
    }
}

/// Calls of one kind.
#[pin_data]
pub(crate) struct Calls {
    #[pin]
    count: Apart<Atomic<u64>>,
    /// When call `n` came, at `n % KEPT`.
    times: [Atomic<i64>; KEPT as usize],
    #[pin]
    turn: SpinLock<()>,
}

impl Calls {
    fn new() -> impl PinInit<Self> {
        pin_init!(Self {
            count <- Apart::new(Atomic::new(0)),
            times: [const { Atomic::new(0) }; KEPT as usize],
            turn <- new_spinlock!((), "Calls::turn"),
        })
    }

    /// How many calls there have been; the last one has this number.
    #[inline]
    pub(crate) fn count(&self) -> u64 {
        self.count.load(Acquire)
    }

    /// Makes a call, and returns its number.
    pub(crate) fn call(&self) -> u64 {
        let _turn = self.turn.lock();
        let number = self.count() + 1;
        self.slot(number).store(clock::monotonic(), Release);
        // Fully ordered: who makes the call looks for workers after this. Pairs with `Census::came`.
        self.count.xchg(number, Full);
        number
    }

    /// When a call came. Of one that is too long ago, the oldest time that is still known.
    pub(crate) fn time(&self, number: u64) -> i64 {
        loop {
            let newest = self.count();
            // One less than are kept: the oldest may just be overwritten.
            let oldest = newest.saturating_sub(KEPT - 2).max(1).min(newest);
            let number = number.clamp(oldest, newest);
            let time = self.slot(number).load(Acquire);
            // The call that overwrites it comes after this many.
            if self.count() < number + KEPT - 1 {
                return time;
            }
        }
    }

    fn slot(&self, number: u64) -> &Atomic<i64> {
        &self.times[(number % KEPT) as usize]
    }
}
