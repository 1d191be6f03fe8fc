// SPDX-License-Identifier: GPL-2.0

//! What all workers share: calls of the device, the log, the trip wire, and the count of them.
//!
//! What a tick reads of it is written by settings only, or lies apart from what others write.

use kernel::{
    prelude::*,
    sync::atomic::{
        Acquire,
        Atomic,
        Relaxed,
        Release, //
    }, //
};

use super::{
    apart::Apart,
    calls::DeviceCalls,
    census::Census,
    logic::sums::ToRun,
    primitive::Wait,
    trip::{
        Trip,
        Tripwire, //
    }, //
};
use crate::abstractions::{
    clock,
    kthread_waking::Predecessor,
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
    /// How much of that passed after the thread had been woken.
    pub(crate) to_run: ToRun,
}

/// What all workers share.
#[pin_data]
pub(crate) struct Environment {
    loaded: i64,
    /// Written by the `log` parameter, read at each tick.
    log: Atomic<bool>,
    /// Written by the `causes` parameter, read at each sleep.
    watch: Atomic<u32>,
    #[pin]
    limit: Apart<RateLimit>,
    #[pin]
    tripwire: Tripwire,
    #[pin]
    census: Census,
    /// The last epoch that a worker was given.
    #[pin]
    epoch: Apart<Atomic<u64>>,
    #[pin]
    calls: DeviceCalls,
}

impl Environment {
    /// Constructs an initialiser; time begins now.
    pub(crate) fn new(log: bool, trip_limit: i64) -> impl PinInit<Self> {
        pin_init!(Self {
            loaded: clock::monotonic(),
            log: Atomic::new(log),
            watch: Atomic::new(0),
            limit <- Apart::new(RateLimit::new()),
            tripwire <- Tripwire::new(trip_limit),
            census <- Census::new(),
            epoch <- Apart::new(Atomic::new(0)),
            calls <- DeviceCalls::new(),
        })
    }

    /// Nanoseconds since the module was loaded.
    pub(crate) fn uptime(&self) -> i64 {
        clock::monotonic() - self.loaded
    }

    /// Calls of the device.
    pub(crate) fn calls(&self) -> &DeviceCalls {
        &self.calls
    }

    /// How many workers and threads there are.
    pub(crate) fn census(&self) -> &Census {
        &self.census
    }

    /// A number that no worker has had before, for counters that begin anew. Nor has one that was removed.
    pub(crate) fn new_epoch(&self) -> u64 {
        self.epoch.fetch_add(1, Relaxed) + 1
    }

    /// What notes wakes that are too late.
    pub(crate) fn tripwire(&self) -> &Tripwire {
        &self.tripwire
    }

    /// The number of the watch over the causes of lateness, 0 if there is none: a sleep that begins now is
    /// watched to its end.
    #[inline]
    pub(crate) fn watch(&self) -> u32 {
        // Pairs with the release below: the thread's wake-ups are seen.
        self.watch.load(Acquire)
    }

    /// Notes that there is another watch, or none.
    pub(crate) fn set_watch(&self, watch: u32) {
        self.watch.store(watch, Release);
    }

    /// Whether ticks are logged.
    #[inline]
    pub(crate) fn log(&self) -> bool {
        self.log.load(Relaxed)
    }

    /// Turns the logging of ticks on or off.
    #[inline]
    pub(crate) fn set_log(&self, on: bool) {
        self.log.store(on, Relaxed);
    }

    /// Passes a tick on to the tracepoint, the trip wire and the log. `after` knows which task had the CPU
    /// before.
    #[inline]
    pub(crate) fn notice(&self, event: Event, after: impl FnOnce() -> Option<Predecessor>) {
        trace::tick(
            event.id,
            event.wait.name(),
            event.late,
            event.cpu,
            event.to_run.raw(),
        );
        let limit = self.tripwire.limit();
        if limit > 0 && event.late > limit {
            self.tripwire.trip(Trip {
                id: event.id,
                wait: event.wait,
                cpu: event.cpu,
                late: event.late,
                woken: event.woken,
                to_run: event.to_run,
                after: event.to_run.nanos().and_then(|_| after()),
            });
        }
        if self.log() {
            self.log_tick(event.id, event.ticks, event.late);
        }
    }

    #[cold]
    fn log_tick(&self, id: u32, ticks: u64, late: i64) {
        if self.limit.allows(c"kthread_counter") {
            pr_info!("worker {}: tick {}, {} ns late\n", id, ticks, late);
        }
    }
}
