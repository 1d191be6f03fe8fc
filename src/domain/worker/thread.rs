// SPDX-License-Identifier: GPL-2.0

//! A worker's thread: it sleeps, wakes and counts.

use core::cell::Cell;

use kernel::{
    cpu::CpuId,
    prelude::*,
    sync::atomic::Acquire, //
};

use super::{
    State,
    Timing,
    Wait,
    Worker, //
};
use crate::{
    abstractions::{
        clock,
        kthread,
        sched, //
    },
    domain::{
        environment::Event,
        logic::{
            signal::Signal,
            stats::{
                Sleep,
                Tick, //
            },
            sums::ToRun, //
        },
        sleeper::{
            Nap,
            Sleeper,
            Woke, //
        }, //
    }, //
};

impl Worker {
    /// The thread: sleeps, wakes and counts, until it is stopped or a signal ends it.
    pub(crate) fn run(&self, thread: &kthread::Current<'_>) -> c_int {
        let (state, exit) = self.live(thread);
        self.ended(state, Some(exit));
        exit
    }

    /// Returns how it ended, and what the thread returns.
    fn live(&self, thread: &kthread::Current<'_>) -> (State, c_int) {
        self.stay_on_cpu();
        let (mut wait, mut nap) = self.nap();
        let mut was_cut_short = false;
        loop {
            // A change may be seen before its notification comes.
            if was_cut_short || thread.signal_pending() || self.has_changed(&nap) {
                let end = self.look_around(thread, &mut wait, &mut nap, was_cut_short);
                if let Some(end) = end {
                    return end;
                }
            }

            nap.watch = self.environment.watch();
            if nap.watch != 0 {
                thread.waking().forget();
            }
            let sleeper = Sleeper {
                thread,
                bed: &self.bed,
                nap: &nap,
                calls: self.environment.calls(),
                changes: &self.changes,
            };
            let (woken, cpu) = match wait.sleep(&sleeper) {
                // The time first.
                Woke::Due => (clock::monotonic(), CpuId::current().as_u32()),
                Woke::DueElsewhere { at, cpu } => {
                    // That was in the work item: when the thread was woken says nothing of it.
                    nap.watch = 0;
                    (at, cpu)
                }
                Woke::Early => {
                    was_cut_short = true;
                    continue;
                }
            };
            was_cut_short = false;
            self.count(thread, wait, &mut nap, woken, cpu);
        }
    }

    /// Whether there are newer settings than those that a sleep knows.
    #[inline]
    fn has_changed(&self, nap: &Nap) -> bool {
        // Pairs with the release in `Worker::set_settings`.
        self.changes.load(Acquire) != nap.changes
    }

    /// Does what there is to be done besides sleeping: a stop, signals, new settings. Returns how the
    /// thread ends, if it does.
    #[cold]
    fn look_around(
        &self,
        thread: &kthread::Current<'_>,
        wait: &mut Wait,
        nap: &mut Nap,
        was_cut_short: bool,
    ) -> Option<(State, c_int)> {
        nap.now.set(None);
        // What is notified after this is seen below, or cuts the sleep short.
        thread.clear_notification();
        // First, because a thread that is being stopped seems to have a signal pending.
        if thread.should_stop() {
            return Some((State::Stopped, 0));
        }
        // A wake without news is that of a change which the thread has seen before, or the kernel's own.
        if was_cut_short && (thread.signal_pending() || self.has_changed(nap)) {
            self.count_early(*wait, nap);
        }
        let end = self.handle_signals(thread);
        if end.is_none() && self.has_changed(nap) {
            (*wait, *nap) = self.nap();
        }
        end
    }

    /// Binds the calling thread to its CPU once more: the kernel may have undone a binding that was
    /// made right after the start.
    fn stay_on_cpu(&self) {
        let mut bound = None;
        loop {
            let cpu = self.record.lock().shown.settings.cpu;
            // Until nobody has changed it meanwhile.
            if cpu == bound {
                return;
            }
            let _ = sched::set_cpu(kernel::current!(), cpu.and_then(sched::online_cpu));
            bound = cpu;
        }
    }

    /// Begins to sleep with the newest settings.
    fn nap(&self) -> (Wait, Nap) {
        let changes = self.changes.load(Acquire);
        let mut record = self.record.lock();
        let settings = record.shown.settings;
        if settings.wait.runs_in_thread() {
            record.shown.cpu = Some(CpuId::current().as_u32());
        }
        let now = clock::monotonic();
        let nap = Nap {
            sleep: Sleep::first(now, settings.interval.nanos()),
            cpu: settings.cpu,
            answered: record.answered(),
            changes,
            era: record.era,
            watch: 0,
            now: Cell::new(Some(now)),
        };
        (settings.wait, nap)
    }

    /// Counts a wake before the deadline.
    fn count_early(&self, wait: Wait, nap: &Nap) {
        let mut record = self.record.lock();
        // The counters have begun anew since this sleep began.
        if record.era != nap.era {
            return;
        }
        if wait.runs_in_thread() {
            record.shown.cpu = Some(CpuId::current().as_u32());
        }
        record.shown.stats.early += 1;
    }

    /// Counts a tick, and begins the next sleep.
    #[inline]
    fn count(
        &self,
        thread: &kthread::Current<'_>,
        wait: Wait,
        nap: &mut Nap,
        woken: i64,
        cpu: u32,
    ) {
        let timing = wait.timing();
        let tick = match timing {
            Timing::Timed(_) => nap.sleep.tick(woken),
            Timing::Called(calls) => {
                nap.answered += 1;
                Tick::called(calls(self.environment.calls()).time(nap.answered), woken)
            }
        };
        let to_run = if nap.watch == 0 {
            ToRun::UNKNOWN
        } else {
            // A thread that was not woken was late before it slept: all of that is until its waking.
            let to_run = thread.waking().measure(woken).unwrap_or(0);
            ToRun::new(match timing {
                Timing::Timed(_) => to_run,
                // It may have been woken for an earlier call, before this one came.
                Timing::Called(_) => to_run.min(tick.late.max(0)),
            })
        };
        let (ticks, to_run) = {
            let mut record = self.record.lock();
            if record.era != nap.era {
                // The worker's primitive changed before it got here, so this is not a tick of the new one. A
                // call that counts now may have woken it: that call still has to be answered.
                self.complete_if_called(&record);
                return;
            }
            if let Timing::Called(_) = timing {
                record.answer();
                if record.has_calls() {
                    self.bed.completion.complete();
                }
            }
            let to_run = record.count(tick, cpu, to_run, nap.watch);
            (record.shown.stats.ticks, to_run)
        };
        let event = Event {
            id: self.id,
            wait,
            cpu,
            woken,
            ticks,
            late: tick.late,
            to_run,
        };
        self.environment
            .notice(event, || thread.waking().predecessor());
        if let Timing::Timed(pace) = timing {
            let now = clock::monotonic();
            nap.sleep = nap.sleep.next(pace, woken, now);
            nap.now.set(Some(now));
        }
    }

    /// Takes all pending signals off the queue. If one of them, or a stop, ends the thread, returns how.
    fn handle_signals(&self, thread: &kthread::Current<'_>) -> Option<(State, c_int)> {
        while let Some(number) = thread.dequeue_signal() {
            // However fast they come.
            if thread.should_stop() {
                return Some((State::Stopped, 0));
            }
            match Signal::from_number(number) {
                Some(Signal::Usr1 | Signal::Usr2) => self.record.lock().shown.stats.signals += 1,
                Some(Signal::Hup) => {
                    self.reset();
                    self.environment.tripwire().reset(|id| id == self.id);
                }
                Some(Signal::Int | Signal::Term | Signal::Kill) => {
                    return Some((State::Exited, ERESTARTSYS.to_errno()));
                }
                None => {}
            }
        }
        None
    }
}
