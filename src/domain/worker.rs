// SPDX-License-Identifier: GPL-2.0

//! A worker: what others may see and change of it. Its thread is in [`thread`].
//!
//! | what | who writes | who reads |
//! |---|---|---|
//! | [`Worker::record`] | the worker's thread at each wake-up; the pool when it starts, stops or changes the worker | anybody who takes the lock, for a row. It spins on PREEMPT_RT, too, or a reader that is preempted would make the thread sleep |
//! | [`Worker::changes`] | the pool, under that lock (release) | the worker's thread, when it has been notified (acquire) |
//!
//! A thread that returns says so in `record` before it does. Its handle stays in the pool until the
//! worker is stopped or started again.
//!
//! While a worker has calls that it has not answered, the completion in [`Worker::bed`] is completed
//! exactly once. It is completed and emptied under the lock only.

mod thread;

use kernel::{
    prelude::*,
    sync::{
        atomic::{
            Atomic,
            Relaxed,
            Release, //
        },
        Arc, //
    },
    task::Pid, //
};

use super::{
    environment::Environment,
    logic::sums::Split,
    primitive::{
        Timing,
        Wait, //
    },
    record::{
        self,
        Lateness,
        Record,
        Shown,
        State, //
    },
    settings::Settings,
    sleeper::Bed, //
};
use crate::abstractions::raw_spin_lock::{
    new_raw_spinlock,
    RawSpinLock, //
};

/// A worker.
// So that its reference count, which readers write, has a cache line of its own, and not one of those
// that every tick reads.
#[pin_data]
#[repr(align(64))]
pub(crate) struct Worker {
    #[pin]
    bed: Bed,
    id: u32,
    /// Counts the changes of the settings, so that the thread sees that there was one.
    changes: Atomic<u32>,
    environment: Arc<Environment>,
    #[pin]
    record: RawSpinLock<Record>,
}

impl Worker {
    /// Constructs an initialiser for a worker without a thread.
    ///
    /// # Errors
    ///
    /// ENOMEM.
    pub(crate) fn new(
        id: u32,
        environment: Arc<Environment>,
        settings: Settings,
    ) -> Result<impl PinInit<Self>> {
        let histogram = record::new_histogram()?;
        let split = KBox::new(Split::default(), GFP_KERNEL)?;
        let epoch = environment.new_epoch();
        let watch = environment.watch();
        Ok(pin_init!(Self {
            bed <- Bed::new(),
            id,
            changes: Atomic::new(0),
            environment,
            record <- new_raw_spinlock!(
                Record::new(settings, histogram, split, epoch, watch),
                c"Worker::record"
            ),
        }))
    }

    /// The worker's number.
    pub(crate) fn id(&self) -> u32 {
        self.id
    }

    /// One moment of the worker.
    pub(crate) fn shown(&self) -> Shown {
        self.record.lock().shown
    }

    /// One moment of the worker, and of what a watch has seen, if that is the newest.
    pub(crate) fn shown_to(&self, watch: u32) -> (Shown, Option<Split>) {
        let record = self.record.lock();
        (record.shown, record.split_of(watch))
    }

    /// One moment of the worker: with its lateness split by causes, if it is, and the bounds below which
    /// these many per cent of its lateness lie.
    #[inline(never)] // The frame of who shows it is large without this.
    pub(crate) fn shown_with<const N: usize>(
        &self,
        percents: [u64; N],
    ) -> (Shown, Option<Split>, [i64; N]) {
        let record = self.record.lock();
        let stats = &record.shown.stats;
        let bounds = record
            .histogram
            .percentiles(stats.ticks, stats.least(), percents);
        (record.shown, record.split(), bounds)
    }

    /// Copies one moment of its histogram, if there is something in it; whether there is.
    pub(crate) fn copy_histogram(&self, copy: &mut Lateness) -> bool {
        let record = self.record.lock();
        let has_ticks = record.shown.stats.ticks > 0;
        if has_ticks {
            copy.copy_from(&record.histogram);
        }
        has_ticks
    }

    /// What its thread is doing.
    pub(crate) fn state(&self) -> State {
        self.record.lock().shown.state
    }

    /// Notes that a thread is about to be started.
    pub(crate) fn starting(&self, pid: Pid) {
        let mut record = self.record.lock();
        let call = self.last_call(record.shown.settings.wait);
        record.start(pid, call, self.environment.new_epoch());
        self.complete_if_called(&record);
        drop(record);
        self.environment.census().started();
    }

    /// Notes that the thread has been asked to stop, and nobody waits for it.
    pub(crate) fn stopping(&self) {
        self.record.lock().stopping();
    }

    /// Notes that the thread has been stopped and waited for, or is returning. A thread that ended by
    /// itself has already set its state and its exit code.
    pub(crate) fn ended(&self, state: State, exit: Option<c_int>) {
        let had_thread = self.record.lock().end(state, exit);
        if had_thread {
            self.environment.census().ended();
        }
    }

    /// Changes the settings and returns what they were. If the worker sleeps differently now, its
    /// thread has to be notified.
    pub(crate) fn set_settings(&self, settings: Settings) -> Settings {
        let mut record = self.record.lock();
        let call = self.last_call(settings.wait);
        let before = record.set_settings(settings, call, || self.environment.new_epoch());
        if before.wait != settings.wait {
            self.complete_if_called(&record);
        }
        if !before.sleeps_like(&settings) {
            // Under the lock, so that nothing is lost between two writers. Pairs with the acquire of
            // the thread, which then takes the lock and finds these settings or newer ones.
            self.changes
                .store(self.changes.load(Relaxed).wrapping_add(1), Release);
        }
        before
    }

    /// The number of the last call of the kind that is waited for.
    fn last_call(&self, wait: Wait) -> u64 {
        match wait.timing() {
            Timing::Called(calls) => calls(self.environment.calls()).count(),
            Timing::Timed(_) => 0,
        }
    }

    /// Completes the completion if there are calls to be answered, and empties it otherwise. Its waiter
    /// does not wait now, or is notified after this.
    fn complete_if_called(&self, record: &Record) {
        self.bed.completion.try_wait();
        if record.has_calls() {
            self.bed.completion.complete();
        }
    }

    /// Completes the worker's completion because of a call, if the worker waits with `completion`.
    pub(crate) fn complete(&self, call: u64) {
        let mut record = self.record.lock();
        let is_waiting =
            record.shown.settings.wait == Wait::Completion && record.shown.state.has_thread();
        if is_waiting && record.complete(call) {
            self.bed.completion.complete();
        }
    }

    /// Wakes the worker, if it waits for writes of the device.
    pub(crate) fn wake(&self) {
        // One that begins to wait after this looks at the number of writes first.
        if self.record.lock().shown.settings.wait == Wait::Event {
            self.bed.queue.wake_up_all();
        }
    }

    /// A watch begins over the causes of its lateness: over the sleeps that begin from now on.
    pub(crate) fn begin_watch(&self, watch: u32) {
        let epoch = self.environment.new_epoch();
        self.record.lock().begin_watch(watch, epoch);
    }

    /// The watch is over.
    pub(crate) fn end_watch(&self) {
        self.record.lock().end_watch();
    }

    /// Zeroes the counters. What the trip wire has latched is not the worker's.
    pub(crate) fn reset(&self) {
        let epoch = self.environment.new_epoch();
        self.record.lock().reset(epoch);
    }
}
