// SPDX-License-Identifier: GPL-2.0

//! What all workers share: calls of the device, the log, and the trip wire.

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
    calls::Calls,
    primitive::Wait, //
};
use crate::abstractions::{
    clock,
    ftrace,
    ratelimit::RateLimit,
    trace, //
};

/// One tick, and where it was.
pub(crate) struct Event {
    /// The worker.
    pub(crate) id: u32,
    /// How it slept.
    pub(crate) wait: Wait,
    /// Where it woke.
    pub(crate) cpu: u32,
    /// When it woke.
    pub(crate) woken: i64,
    /// The number of the tick.
    pub(crate) ticks: u64,
    /// How late it was.
    pub(crate) late: i64,
}

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
}

/// What all workers share.
#[pin_data]
pub(crate) struct Environment {
    loaded: i64,
    /// Written by the `log` parameter, read at each tick.
    log: Atomic<bool>,
    #[pin]
    limit: RateLimit,
    /// In nanoseconds, 0 for none. Written by the `trip_us` parameter, read at each tick.
    trip_limit: Atomic<i64>,
    trips: Atomic<u64>,
    /// The first trip since the worker that it happened to was reset.
    #[pin]
    tripped: SpinLock<Option<Trip>>,
    #[pin]
    reads: Calls,
    #[pin]
    writes: Calls,
}

impl Environment {
    /// Constructs an initialiser; time begins now.
    pub(crate) fn new(log: bool, trip_limit: i64) -> impl PinInit<Self> {
        pin_init!(Self {
            loaded: clock::monotonic(),
            log: Atomic::new(log),
            limit <- RateLimit::new(),
            trip_limit: Atomic::new(trip_limit),
            trips: Atomic::new(0),
            tripped <- new_spinlock!(None, "Environment::tripped"),
            reads <- Calls::new(),
            writes <- Calls::new(),
        })
    }

    /// Nanoseconds since the module was loaded.
    pub(crate) fn uptime(&self) -> i64 {
        clock::monotonic() - self.loaded
    }

    /// Reads of the device.
    pub(crate) fn reads(&self) -> &Calls {
        &self.reads
    }

    /// Writes of the device.
    pub(crate) fn writes(&self) -> &Calls {
        &self.writes
    }

    /// Whether ticks are logged.
    pub(crate) fn log(&self) -> bool {
        self.log.load(Relaxed)
    }

    /// Turns the logging of ticks on or off.
    pub(crate) fn set_log(&self, on: bool) {
        self.log.store(on, Relaxed);
    }

    /// How late a wake may be, in nanoseconds; 0 for any.
    pub(crate) fn trip_limit(&self) -> i64 {
        self.trip_limit.load(Relaxed)
    }

    /// Changes how late a wake may be.
    pub(crate) fn set_trip_limit(&self, nanos: i64) {
        self.trip_limit.store(nanos, Relaxed);
    }

    /// How many wakes were later than the limit.
    pub(crate) fn trips(&self) -> u64 {
        self.trips.load(Relaxed)
    }

    /// The first of them.
    pub(crate) fn tripped(&self) -> Option<Trip> {
        *self.tripped.lock()
    }

    /// Forgets it, if it was that of a worker that is meant.
    pub(crate) fn reset_trip(&self, is_meant: impl Fn(u32) -> bool) {
        self.tripped.lock().take_if(|trip| is_meant(trip.id));
    }

    /// Tells those about a tick who want to know.
    #[inline]
    pub(crate) fn notice(&self, event: Event) {
        trace::tick(event.id, event.wait.name(), event.late);
        let limit = self.trip_limit();
        if limit > 0 && event.late > limit {
            self.trip(Trip {
                id: event.id,
                wait: event.wait,
                cpu: event.cpu,
                late: event.late,
                woken: event.woken,
            });
        }
        if self.log() {
            self.log_tick(event.id, event.ticks, event.late);
        }
    }

    #[cold]
    fn trip(&self, trip: Trip) {
        self.trips.fetch_add(1, Relaxed);
        let mut tripped = self.tripped.lock();
        if tripped.is_none() {
            // First, so that the trace ends with what made the worker late.
            ftrace::tracing_off();
            *tripped = Some(trip);
        }
    }

    #[cold]
    fn log_tick(&self, id: u32, ticks: u64, late: i64) {
        if self.limit.allows(c"kthread_counter") {
            pr_info!("worker {}: tick {}, {} ns late\n", id, ticks, late);
        }
    }
}
