// SPDX-License-Identifier: GPL-2.0

//! The record of a worker: everything in its row, and its histogram.
//!
//! It lies under the worker's lock, so that a copy of it is of one moment. Nothing here sleeps or takes
//! another lock.

use kernel::{
    prelude::*,
    task::Pid, //
};

use super::{
    logic::{
        histogram::{
            self,
            Histogram, //
        },
        stats::{
            Stats,
            Tick, //
        },
        sums::{
            Split,
            ToRun, //
        }, //
    },
    settings::Settings, //
};

/// What a worker's thread is doing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// There is a thread.
    Running,
    /// There is a thread. A stop has asked it to end, and has given up waiting for it.
    Stopping,
    /// There is none: it was not started, or it was stopped.
    Stopped,
    /// The thread ended by itself.
    Exited,
}

impl State {
    /// Whether there is a thread.
    pub(crate) const fn has_thread(self) -> bool {
        matches!(self, Self::Running | Self::Stopping)
    }
}

/// All that is shown of a worker in a row: one moment of it.
#[derive(Clone, Copy)]
pub(crate) struct Shown {
    /// What its thread is doing.
    pub(crate) state: State,
    /// Its thread, while there is one.
    pub(crate) pid: Pid,
    /// The CPU where the worker ran last: its thread, or its work item. None before it has run.
    pub(crate) cpu: Option<u32>,
    /// What its thread returned, once it has.
    pub(crate) exit: Option<c_int>,
    /// How it sleeps.
    pub(crate) settings: Settings,
    /// Its counters.
    pub(crate) stats: Stats,
    /// A new number each time the counters begin anew, or begin to mean something else.
    pub(crate) epoch: u64,
}

/// A histogram that has its own memory.
pub(crate) type Lateness = Histogram<KBox<histogram::Low>, KBox<histogram::High>>;

/// An empty histogram.
///
/// # Errors
///
/// ENOMEM.
#[inline(never)] // Readers need one, too.
pub(crate) fn new_histogram() -> Result<Lateness> {
    Ok(Histogram::new(
        KBox::zeroed(GFP_KERNEL)?,
        KBox::zeroed(GFP_KERNEL)?,
    ))
}

/// What is known of a worker.
pub(crate) struct Record {
    pub(super) shown: Shown,
    /// How late the worker was, tick by tick.
    pub(super) histogram: Lateness,
    /// The watch over the causes of its lateness; 0 if there is none.
    watch: u32,
    /// What that has seen. Elsewhere: a worker fits in 512 bytes without it.
    split: KBox<Split>,
    /// Counts starts and changes of the primitive. A wake that ends a sleep of an older era is not a
    /// tick.
    pub(super) era: u64,
    calls: Answers,
}

/// The calls that a worker waits for, if it waits for calls.
#[derive(Default)]
struct Answers {
    /// The number of the last call before this era.
    since: u64,
    /// How many of those after it have completed what the worker waits for.
    completed: u64,
    /// How many it has answered.
    answered: u64,
}

impl Record {
    /// That of a worker without a thread.
    pub(super) fn new(
        settings: Settings,
        histogram: Lateness,
        split: KBox<Split>,
        epoch: u64,
        watch: u32,
    ) -> Self {
        Self {
            shown: Shown {
                state: State::Stopped,
                pid: 0,
                cpu: None,
                exit: None,
                settings,
                stats: Stats::default(),
                epoch,
            },
            histogram,
            watch,
            split,
            era: 0,
            calls: Answers::default(),
        }
    }

    /// Notes that there is a thread. Only calls after number `call` count.
    pub(super) fn start(&mut self, pid: Pid, call: u64, epoch: u64) {
        self.shown.state = State::Running;
        self.shown.pid = pid;
        self.shown.cpu = None;
        self.shown.exit = None;
        self.shown.epoch = epoch;
        self.expect(call);
    }

    /// Notes that the thread has been asked to stop, if there is one.
    pub(super) fn stopping(&mut self) {
        if self.shown.state == State::Running {
            self.shown.state = State::Stopping;
        }
    }

    /// Notes that the thread is gone, or goes without touching the record again. Returns whether there
    /// was one.
    pub(super) fn end(&mut self, state: State, exit: Option<c_int>) -> bool {
        let had_thread = self.shown.state.has_thread();
        if had_thread {
            self.shown.state = state;
            self.shown.exit = exit;
        }
        had_thread
    }

    /// Changes the settings and returns what they were. Only calls after number `call` count.
    pub(super) fn set_settings(
        &mut self,
        settings: Settings,
        call: u64,
        new_epoch: impl FnOnce() -> u64,
    ) -> Settings {
        let before = core::mem::replace(&mut self.shown.settings, settings);
        if before.wait != settings.wait {
            // What has been counted is not that of this primitive.
            self.reset(new_epoch());
            self.expect(call);
            if !(before.wait.runs_in_thread() && settings.wait.runs_in_thread()) {
                self.shown.cpu = None;
            }
        } else if !before.interval.is_same_time(settings.interval) {
            self.shown.epoch = new_epoch();
        }
        before
    }

    /// Zeroes the counters.
    #[inline(never)] // It is done for several reasons.
    pub(super) fn reset(&mut self, epoch: u64) {
        self.shown.stats = Stats::default();
        *self.split = Split::default();
        self.histogram.clear();
        self.shown.epoch = epoch;
    }

    /// A watch begins, and with it what it sees.
    pub(super) fn begin_watch(&mut self, watch: u32, epoch: u64) {
        self.watch = watch;
        *self.split = Split::default();
        self.shown.epoch = epoch;
    }

    /// The watch is over.
    pub(super) fn end_watch(&mut self) {
        self.watch = 0;
    }

    /// Its lateness, split by causes, if they are watched and can be known.
    pub(super) fn split(&self) -> Option<Split> {
        (self.watch != 0 && self.shown.settings.wait.runs_in_thread()).then_some(*self.split)
    }

    /// What this watch has seen, if it is the newest.
    pub(super) fn split_of(&self, watch: u32) -> Option<Split> {
        (self.watch == watch).then(|| self.split()).flatten()
    }

    /// Counts a tick, of whose lateness `to_run` passed after the waking, as `watch` has it. Returns that
    /// again; unknown if that watch is over, as its probes may not have seen the waking.
    #[inline]
    pub(super) fn count(&mut self, tick: Tick, cpu: u32, to_run: ToRun, watch: u32) -> ToRun {
        self.shown.cpu = Some(cpu);
        self.shown.stats.count(tick);
        self.histogram.add(tick.late);
        if watch != self.watch {
            return ToRun::UNKNOWN;
        }
        if let Some(nanos) = to_run.nanos() {
            self.split.add(tick.late, nanos);
        }
        to_run
    }

    /// Begins an era: from now on each call counts, none before.
    fn expect(&mut self, call: u64) {
        self.era += 1;
        self.calls = Answers {
            since: call,
            ..Answers::default()
        };
    }

    /// The number of the last call that has been answered.
    pub(super) fn answered(&self) -> u64 {
        self.calls.since + self.calls.answered
    }

    /// A call has been answered.
    pub(super) fn answer(&mut self) {
        self.calls.answered += 1;
    }

    /// Counts a call. Returns whether the completion has to be completed now: that is done once for all
    /// calls that are not answered yet.
    pub(super) fn complete(&mut self, call: u64) -> bool {
        // A call from before this era does not count.
        if call <= self.calls.since {
            return false;
        }
        let had_calls = self.has_calls();
        self.calls.completed += 1;
        !had_calls
    }

    /// Whether there are calls that have not been answered.
    pub(super) fn has_calls(&self) -> bool {
        self.calls.completed > self.calls.answered
    }
}
