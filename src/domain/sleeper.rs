// SPDX-License-Identifier: GPL-2.0

//! What a primitive is given to put a worker's thread to sleep.

use core::cell::Cell;

use kernel::{
    cpu::CpuId,
    prelude::*,
    sync::atomic::{
        Acquire,
        Atomic, //
    }, //
};

use super::{
    calls::DeviceCalls,
    logic::stats::Sleep, //
};
use crate::abstractions::{
    clock,
    completion::Completion,
    delayed_work::Alarm,
    kthread,
    wait::{
        self,
        new_wait_queue, //
    }, //
};

/// How a sleep ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Woke {
    /// The primitive was due.
    Due,
    /// The primitive was due, and what it ran was not the worker's thread but a work item.
    DueElsewhere {
        /// When.
        at: i64,
        /// On which CPU.
        cpu: u32,
    },
    /// A stop, a signal or new settings cut the sleep short, or the kernel woke the thread for a reason of its own.
    Early,
}

/// What the primitives of one worker sleep on. Workers do not share it.
#[pin_data]
pub(crate) struct Bed {
    #[pin]
    pub(super) completion: Completion,
    #[pin]
    pub(super) queue: wait::Queue,
    #[pin]
    alarm: Alarm,
}

impl Bed {
    /// Constructs an initialiser.
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Self {
            completion <- Completion::new(),
            queue <- new_wait_queue!("Bed::queue"),
            alarm <- Alarm::new(),
        })
    }
}

/// A sleep that is under way, and what the worker's thread keeps to itself of it.
pub(crate) struct Nap {
    /// Until when.
    pub(super) sleep: Sleep,
    /// The CPU that the worker is bound to.
    pub(super) cpu: Option<u32>,
    /// The number of the last call that it has answered.
    pub(super) answered: u64,
    /// Counts the changes of its settings: those that this sleep knows.
    pub(super) changes: u32,
    /// What its wake-ups count for.
    pub(super) era: u64,
    /// Which watch over the causes of lateness sees how it ends; 0 if none does.
    pub(super) watch: u32,
    /// The time, if it has just been read and nothing has been done since, so that it is not read
    /// again.
    pub(super) now: Cell<Option<i64>>,
}

/// What a primitive needs to put a worker's thread to sleep.
pub(crate) struct Sleeper<'a> {
    pub(super) thread: &'a kthread::Current<'a>,
    pub(super) bed: &'a Bed,
    pub(super) nap: &'a Nap,
    pub(super) calls: &'a DeviceCalls,
    pub(super) changes: &'a Atomic<u32>,
}

impl Sleeper<'_> {
    /// When the thread should wake, on the monotonic clock.
    pub(crate) fn deadline(&self) -> i64 {
        self.nap.sleep.deadline
    }

    /// How many nanoseconds are left until the deadline; none if it has passed.
    #[inline]
    pub(crate) fn left(&self) -> Option<u64> {
        let now = self.nap.now.take().unwrap_or_else(clock::monotonic);
        let left = self.deadline() - now;
        u64::try_from(left).ok().filter(|&left| left > 0)
    }

    /// What a sleep that was cut short counts as: due, if its deadline has passed.
    pub(crate) fn cut_short(&self) -> Woke {
        if clock::monotonic() < self.deadline() {
            Woke::Early
        } else {
            Woke::Due
        }
    }

    /// Whether a stop or new settings end the sleep. A signal does not.
    pub(crate) fn is_called_off(&self) -> bool {
        // Pairs with the release in `Worker::set_settings`; a stop needs no more than to be seen.
        self.thread.should_stop() || self.changes.load(Acquire) != self.nap.changes
    }

    /// The CPU that the worker is bound to.
    pub(crate) fn cpu(&self) -> Option<CpuId> {
        self.nap.cpu.and_then(CpuId::from_u32)
    }

    /// The number of the last call that the worker has answered.
    pub(crate) fn answered(&self) -> u64 {
        self.nap.answered
    }

    /// The calls of the device.
    pub(crate) fn calls(&self) -> &DeviceCalls {
        self.calls
    }

    /// A queue that nobody else waits in.
    pub(crate) fn queue(&self) -> &wait::Queue {
        &self.bed.queue
    }

    /// A completion that nobody else waits for.
    pub(crate) fn completion(&self) -> &Completion {
        &self.bed.completion
    }

    /// A work item that nobody else queues.
    pub(crate) fn alarm(&self) -> &Alarm {
        &self.bed.alarm
    }
}
