// SPDX-License-Identifier: GPL-2.0

//! A worker: its thread's life, and what others may see and change of it.
//!
//! | what | who writes | who reads |
//! |---|---|---|
//! | [`Worker::inner`] | the worker's thread at each wake-up; the pool when it starts, stops or changes the worker | anybody who takes the spin lock, for a row |
//! | [`Worker::changes`] | the pool | the worker's thread, once it has been notified |
//!
//! A thread that returns by itself says so in `inner` before it does. Its handle stays in the pool
//! until the worker is stopped or started again.

use core::cell::Cell;

use kernel::{
    cpu::CpuId,
    new_spinlock,
    prelude::*,
    sync::{
        atomic::{
            Acquire,
            Atomic,
            Relaxed,
            Release, //
        },
        Arc,
        SpinLock, //
    },
    task::Pid, //
};

use super::{
    environment::{
        Environment,
        Event, //
    },
    logic::{
        histogram::{
            self,
            Histogram, //
        },
        interval::Interval,
        signal::Signal,
        stats::{
            Sleep,
            Stats,
            Tick, //
        }, //
    },
    primitive::{
        Timing,
        Wait,
        Woke, //
    }, //
};
use crate::abstractions::{
    clock,
    completion::Completion,
    delayed_work::Alarm,
    kthread,
    sched::{
        self,
        Policy, //
    },
    wait::{
        self,
        new_wait_queue, //
    }, //
};

/// What a worker's thread is doing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// There is a thread.
    Running,
    /// There is none: it was not started, or it was stopped.
    Stopped,
    /// The thread ended by itself.
    Exited,
}

/// How a worker sleeps, and where it runs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Settings {
    /// The time between two ticks.
    pub(crate) interval: Interval,
    /// The sleeping primitive.
    pub(crate) wait: Wait,
    /// The CPU that its thread is bound to.
    pub(crate) cpu: Option<u32>,
    /// How its thread is scheduled.
    pub(crate) policy: Policy,
}

impl Settings {
    /// Whether a thread with other settings would sleep in the same way.
    pub(crate) fn sleeps_like(&self, other: &Self) -> bool {
        self.interval == other.interval && self.wait == other.wait
    }
}

/// All that is shown of a worker in a row: one moment of it.
#[derive(Clone, Copy)]
pub(crate) struct Shown {
    /// What its thread is doing.
    pub(crate) state: State,
    /// Its thread, while it is running.
    pub(crate) pid: Pid,
    /// Where its thread was last, once it has run.
    pub(crate) cpu: Option<u32>,
    /// What its thread returned, once it has.
    pub(crate) exit: Option<c_int>,
    /// How it sleeps.
    pub(crate) settings: Settings,
    /// Its counters.
    pub(crate) stats: Stats,
}

struct Inner {
    shown: Shown,
    /// How late the worker was, tick by tick.
    histogram: Histogram<KBox<histogram::Low>, KBox<histogram::High>>,
    /// Counts its starts, and the changes of what it waits for. A call that ends a sleep of an older
    /// era is no tick.
    era: u64,
    /// The number of the last call before this era, if the worker waits for calls.
    since: u64,
    /// The number of the last call that it has answered in this era, or `since`.
    answered: u64,
    /// How often the completion has been completed in this era.
    completed: u64,
}

/// A worker.
#[pin_data]
pub(crate) struct Worker {
    id: u32,
    environment: Arc<Environment>,
    /// Counts the changes of the settings, so that the thread sees that there was one.
    changes: Atomic<u32>,
    #[pin]
    inner: SpinLock<Inner>,
    // What the primitives sleep on.
    #[pin]
    queue: wait::Queue,
    #[pin]
    completion: Completion,
    #[pin]
    alarm: Alarm,
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
        let histogram = Histogram::new(KBox::zeroed(GFP_KERNEL)?, KBox::zeroed(GFP_KERNEL)?);
        Ok(pin_init!(Self {
            id,
            environment,
            changes: Atomic::new(0),
            inner <- new_spinlock!(
                Inner {
                    shown: Shown {
                        state: State::Stopped,
                        pid: 0,
                        cpu: None,
                        exit: None,
                        settings,
                        stats: Stats::default(),
                    },
                    histogram,
                    era: 0,
                    since: 0,
                    answered: 0,
                    completed: 0,
                },
                "Worker::inner"
            ),
            queue <- new_wait_queue!("Worker::queue"),
            completion <- Completion::new(),
            alarm <- Alarm::new(),
        }))
    }

    /// The worker's number.
    pub(crate) fn id(&self) -> u32 {
        self.id
    }

    /// One moment of the worker.
    pub(crate) fn shown(&self) -> Shown {
        self.inner.lock().shown
    }

    /// One moment of the worker, and the bounds below which these many per cent of its lateness
    /// lie.
    pub(crate) fn shown_with<const N: usize>(&self, percents: [u64; N]) -> (Shown, [i64; N]) {
        let inner = self.inner.lock();
        let stats = &inner.shown.stats;
        let bounds = inner
            .histogram
            .percentiles(stats.ticks, stats.least(), percents);
        (inner.shown, bounds)
    }

    /// The first bucket of its histogram from `bucket` on that is not empty, and what is in it.
    pub(crate) fn next_bucket(&self, bucket: usize) -> Option<(usize, u64)> {
        let inner = self.inner.lock();
        let used = inner.histogram.next_used(bucket)?;
        Some((used, inner.histogram.count(used)))
    }

    /// Whether there is a thread.
    pub(crate) fn is_running(&self) -> bool {
        self.inner.lock().shown.state == State::Running
    }

    /// Notes that a thread is about to be started.
    pub(crate) fn starting(&self, pid: Pid) {
        let mut inner = self.inner.lock();
        inner.shown.state = State::Running;
        inner.shown.pid = pid;
        inner.shown.cpu = None;
        inner.shown.exit = None;
        self.expect_calls(&mut inner);
    }

    /// Notes that the thread has been stopped and waited for.
    pub(crate) fn stopped(&self, exit: Option<c_int>) {
        let shown = &mut self.inner.lock().shown;
        // One that ended by itself has said so, and why.
        if shown.state == State::Running {
            shown.state = State::Stopped;
            shown.exit = exit;
        }
    }

    /// Changes the settings and returns what they were. If the worker sleeps differently now, its
    /// thread has to be notified.
    pub(crate) fn set_settings(&self, settings: Settings) -> Settings {
        let mut inner = self.inner.lock();
        let before = core::mem::replace(&mut inner.shown.settings, settings);
        if before.wait != settings.wait {
            self.expect_calls(&mut inner);
        }
        if !before.sleeps_like(&settings) {
            // Under the lock, so that nothing is lost between two writers.
            self.changes
                .store(self.changes.load(Relaxed).wrapping_add(1), Release);
        }
        before
    }

    /// Begins an era: from now on each call counts, none before.
    fn expect_calls(&self, inner: &mut Inner) {
        inner.era += 1;
        inner.completed = 0;
        self.completion.drain();
        if let Timing::Called(calls) = inner.shown.settings.wait.timing() {
            inner.since = calls(&self.environment).count();
            inner.answered = inner.since;
        }
    }

    /// A call has ended a sleep that began before the worker was told to wait for something else. It
    /// is no tick; and if it was one of the calls that count now, it is still to be answered.
    fn give_back(&self, inner: &mut Inner) {
        inner.shown.stats.early += 1;
        self.completion.drain();
        for _ in 0..inner.completed {
            self.completion.complete();
        }
    }

    /// Completes the completion that the worker waits for, if it does, because of a call.
    pub(crate) fn complete(&self, call: u64) {
        let mut inner = self.inner.lock();
        let is_waiting =
            inner.shown.settings.wait == Wait::Completion && inner.shown.state == State::Running;
        // A worker that began to wait after the call was made has nothing to do with it.
        if is_waiting && call > inner.since {
            inner.completed += 1;
            self.completion.complete();
        }
    }

    /// Zeroes the counters.
    pub(crate) fn reset(&self) {
        {
            let mut inner = self.inner.lock();
            inner.shown.stats = Stats::default();
            inner.histogram.clear();
        }
        self.environment.reset_trip(|id| id == self.id);
    }

    /// The thread: sleeps, wakes and counts, until it is stopped or a signal ends it.
    pub(crate) fn run(&self, thread: &kthread::Current<'_>) -> c_int {
        self.stay_on_cpu();
        let mut nap = self.nap();
        loop {
            // Whatever the thread has to see to makes it look so: stops, signals, new settings.
            if thread.signal_pending() {
                nap.now.set(None);
                // What is notified after this is seen below, or cuts the sleep short.
                thread.clear_notification();
                // First, because a thread that is being stopped seems to have a signal pending.
                if thread.should_stop() {
                    return 0;
                }
                if let Some(exit) = self.handle_signals(thread) {
                    return exit;
                }
                if self.changes.load(Acquire) != nap.changes {
                    nap = self.nap();
                }
            }

            let sleeper = Sleeper {
                worker: self,
                thread,
                nap: &nap,
            };
            let woken = match nap.wait.sleep(&sleeper) {
                Woke::Due => clock::monotonic(),
                Woke::DueAt(woken) => woken,
                Woke::Early => {
                    if !thread.should_stop() {
                        self.count_early();
                    }
                    continue;
                }
            };
            self.count(&mut nap, woken);
        }
    }

    /// Binds the worker's thread, which calls this, again: the kernel may have undone a binding that
    /// came right after the start.
    fn stay_on_cpu(&self) {
        let mut bound = None;
        loop {
            let cpu = self.inner.lock().shown.settings.cpu;
            // Until nobody has changed it meanwhile.
            if cpu == bound {
                return;
            }
            let _ = sched::set_cpu(kernel::current!(), cpu.and_then(sched::online_cpu));
            bound = cpu;
        }
    }

    /// Begins to sleep with the newest settings.
    fn nap(&self) -> Nap {
        let changes = self.changes.load(Acquire);
        let mut inner = self.inner.lock();
        inner.shown.cpu = Some(CpuId::current().as_u32());
        let settings = inner.shown.settings;
        let now = clock::monotonic();
        Nap {
            changes,
            wait: settings.wait,
            sleep: Sleep::first(now, settings.interval.nanos()),
            now: Cell::new(Some(now)),
            era: inner.era,
            answered: inner.answered,
        }
    }

    /// Counts a wake before the deadline.
    fn count_early(&self) {
        let shown = &mut self.inner.lock().shown;
        shown.cpu = Some(CpuId::current().as_u32());
        shown.stats.early += 1;
    }

    /// Counts a tick, and begins the next sleep.
    fn count(&self, nap: &mut Nap, woken: i64) {
        let cpu = CpuId::current().as_u32();
        let tick = match nap.wait.timing() {
            Timing::Timed(_) => nap.sleep.tick(woken),
            Timing::Called(calls) => {
                nap.answered += 1;
                Tick::called(calls(&self.environment).time(nap.answered), woken)
            }
        };
        let ticks = {
            let mut inner = self.inner.lock();
            inner.shown.cpu = Some(cpu);
            if let Timing::Called(_) = nap.wait.timing() {
                if inner.era != nap.era {
                    self.give_back(&mut inner);
                    return;
                }
                inner.answered = nap.answered;
            }
            inner.shown.stats.count(tick);
            inner.histogram.add(tick.late);
            inner.shown.stats.ticks
        };
        self.environment.notice(Event {
            id: self.id,
            wait: nap.wait,
            cpu,
            woken,
            ticks,
            late: tick.late,
        });
        if let Timing::Timed(pace) = nap.wait.timing() {
            let now = clock::monotonic();
            nap.sleep = nap.sleep.next(pace, woken, now);
            nap.now.set(Some(now));
        }
    }

    /// Takes all pending signals off the queue. One that ends the thread gives its exit code, and so
    /// does a stop meanwhile.
    fn handle_signals(&self, thread: &kthread::Current<'_>) -> Option<c_int> {
        while let Some(number) = thread.dequeue_signal() {
            // However fast they come.
            if thread.should_stop() {
                return Some(0);
            }
            match Signal::from_number(number) {
                Some(Signal::Usr1 | Signal::Usr2) => self.inner.lock().shown.stats.signals += 1,
                Some(Signal::Hup) => self.reset(),
                Some(Signal::Int | Signal::Term | Signal::Kill) => {
                    let exit = ERESTARTSYS.to_errno();
                    let shown = &mut self.inner.lock().shown;
                    shown.state = State::Exited;
                    shown.exit = Some(exit);
                    return Some(exit);
                }
                None => {}
            }
        }
        None
    }
}

/// What a worker's thread keeps to itself: how it sleeps now.
struct Nap {
    changes: u32,
    wait: Wait,
    sleep: Sleep,
    /// The time, if it has just been read and nothing has been done since, so that it is not read
    /// again.
    now: Cell<Option<i64>>,
    era: u64,
    answered: u64,
}

/// What a primitive needs to put a worker's thread to sleep.
pub(crate) struct Sleeper<'a> {
    worker: &'a Worker,
    thread: &'a kthread::Current<'a>,
    nap: &'a Nap,
}

impl Sleeper<'_> {
    /// When the thread should wake, on the monotonic clock.
    pub(crate) fn deadline(&self) -> i64 {
        self.nap.sleep.deadline
    }

    /// For how many nanoseconds a sleep that begins now should be; none once that time is over.
    pub(crate) fn left(&self) -> Option<u64> {
        let now = self.nap.now.take().unwrap_or_else(clock::monotonic);
        let left = self.deadline() - now;
        u64::try_from(left).ok().filter(|&left| left > 0)
    }

    /// How a sleep ended that was cut short: one that was over is none that was.
    pub(crate) fn cut_short(&self) -> Woke {
        if clock::monotonic() < self.deadline() {
            Woke::Early
        } else {
            Woke::Due
        }
    }

    /// The number of the last call that the worker has answered.
    pub(crate) fn answered(&self) -> u64 {
        self.nap.answered
    }

    /// What all workers share.
    pub(crate) fn environment(&self) -> &Environment {
        &self.worker.environment
    }

    /// A queue that nobody else waits in.
    pub(crate) fn queue(&self) -> &wait::Queue {
        &self.worker.queue
    }

    /// A completion that nobody else waits for.
    pub(crate) fn completion(&self) -> &Completion {
        &self.worker.completion
    }

    /// A work item that nobody else queues.
    pub(crate) fn alarm(&self) -> &Alarm {
        &self.worker.alarm
    }

    /// Whether there is something to be seen to: a stop, new settings or a signal.
    pub(crate) fn has_news(&self) -> bool {
        self.thread.signal_pending()
    }
}
