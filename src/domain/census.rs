// SPDX-License-Identifier: GPL-2.0

//! How many workers there are, and how many of them have a thread: kept, so that nobody has to count.

use kernel::{
    prelude::*,
    sync::atomic::{
        Atomic,
        Full,
        Relaxed, //
    }, //
};

use super::apart::Apart;

/// Both numbers in one word, so that they are of one moment: no reader sees more threads than workers.
#[pin_data]
pub(crate) struct Census {
    #[pin]
    word: Apart<Atomic<u64>>,
}

const RUNNING: u64 = 1;
const WORKER: u64 = 1 << 32;

/// The numbers at one moment.
#[derive(Clone, Copy)]
pub(crate) struct Counts {
    /// How many workers there are.
    pub(crate) workers: u32,
    /// How many of them have a thread.
    pub(crate) running: u32,
}

impl Census {
    /// Constructs an initialiser: there is nobody.
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Self { word <- Apart::new(Atomic::new(0)) })
    }

    /// The numbers now.
    #[inline]
    pub(crate) fn counts(&self) -> Counts {
        let word = self.word.load(Relaxed);
        Counts {
            workers: (word / WORKER) as u32,
            running: (word % WORKER) as u32,
        }
    }

    /// Workers have come, without threads.
    pub(crate) fn came(&self, count: u32) {
        // Fully ordered: whoever makes a call after this finds the worker, or the worker knows of the call
        // when it begins to wait. Pairs with the exchange in `Calls::call`.
        self.word.fetch_add(u64::from(count) * WORKER, Full);
    }

    /// Workers have gone, which had no threads.
    pub(crate) fn went(&self, count: u32) {
        self.word.fetch_sub(u64::from(count) * WORKER, Relaxed);
    }

    /// One worker more has a thread.
    pub(crate) fn started(&self) {
        self.word.fetch_add(RUNNING, Relaxed);
    }

    /// One of those has none any more.
    pub(crate) fn ended(&self) {
        self.word.fetch_sub(RUNNING, Relaxed);
    }
}
