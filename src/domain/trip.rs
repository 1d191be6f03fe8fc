// SPDX-License-Identifier: GPL-2.0

//! The trip wire: the first wake that was later than a limit.

use kernel::{
    new_spinlock,
    prelude::*,
    sync::{
        atomic::{
            Atomic,
            Relaxed, //
        },
        SpinLock, //
    }, //
};

use super::{
    apart::Apart,
    logic::sums::ToRun,
    primitive::Wait, //
};
use crate::abstractions::{
    ftrace,
    kthread_waking::Predecessor, //
};

/// A wake that was later than the limit.
#[derive(Clone, Copy)]
pub(crate) struct Trip {
    /// The worker.
    pub(crate) id: u32,
    /// How it slept.
    pub(crate) wait: Wait,
    /// Where it woke.
    pub(crate) cpu: u32,
    /// How late it was.
    pub(crate) late: i64,
    /// When it woke, on the monotonic clock.
    pub(crate) woken: i64,
    /// How much of its lateness passed after its thread had been woken.
    pub(crate) to_run: ToRun,
    /// The task that had the CPU until its thread got it, if that is known.
    pub(crate) after: Option<Predecessor>,
}

/// The wire.
#[pin_data]
pub(crate) struct Tripwire {
    /// In nanoseconds, 0 for none. Written by the `trip_us` parameter, read at each tick.
    limit: Atomic<i64>,
    #[pin]
    tripped: Apart<Tripped>,
}

/// Only written when a wake was later than the limit.
#[pin_data]
struct Tripped {
    count: Atomic<u64>,
    /// Whether there is a record. Written under its lock, read without. An outdated value does no harm:
    /// the lock is taken in vain, or the trip counts as one from before the reset.
    is_latched: Atomic<bool>,
    /// The first trip since the worker that it happened to was reset.
    #[pin]
    record: SpinLock<Option<Trip>>,
}

impl Tripwire {
    /// Constructs an initialiser.
    pub(crate) fn new(limit: i64) -> impl PinInit<Self> {
        pin_init!(Self {
            limit: Atomic::new(limit),
            tripped <- Apart::new(pin_init!(Tripped {
                count: Atomic::new(0),
                is_latched: Atomic::new(false),
                record <- new_spinlock!(None, "Tripped::record"),
            })),
        })
    }

    /// How late a wake may be, in nanoseconds; 0 for any.
    #[inline]
    pub(crate) fn limit(&self) -> i64 {
        self.limit.load(Relaxed)
    }

    /// Changes how late a wake may be.
    #[inline]
    pub(crate) fn set_limit(&self, nanos: i64) {
        self.limit.store(nanos, Relaxed);
    }

    /// How many wakes were later than the limit.
    pub(crate) fn count(&self) -> u64 {
        self.tripped.count.load(Relaxed)
    }

    /// The first of them.
    pub(crate) fn record(&self) -> Option<Trip> {
        *self.tripped.record.lock()
    }

    /// Clears the record if `is_meant` says so for its worker.
    pub(crate) fn reset(&self, is_meant: impl Fn(u32) -> bool) {
        if self.tripped.is_latched.load(Relaxed) {
            let mut record = self.tripped.record.lock();
            record.take_if(|trip| is_meant(trip.id));
            self.tripped.is_latched.store(record.is_some(), Relaxed);
        }
    }

    /// Notes a wake that was later than the limit.
    #[cold]
    pub(crate) fn trip(&self, trip: Trip) {
        self.tripped.count.fetch_add(1, Relaxed);
        if self.tripped.is_latched.load(Relaxed) {
            return;
        }
        let mut record = self.tripped.record.lock();
        if record.is_none() {
            // First, so that the trace ends with what made the worker late.
            ftrace::tracing_off();
            *record = Some(trip);
            self.tripped.is_latched.store(true, Relaxed);
        }
    }
}
