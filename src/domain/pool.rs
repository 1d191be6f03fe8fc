// SPDX-License-Identifier: GPL-2.0

//! The pool: all workers, and what can be done to them.
//!
//! | what | protected by | held |
//! |---|---|---|
//! | the workers and their threads, as commands have them | [`Pool::turn`] | for a whole command, which may wait for threads |
//! | the workers, as readers find them | the lock of [`Pool::roster`] | for one worker, or a piece of a walk |
//! | the settings, as readers see them | [`Pool::config`] | for a copy |
//!
//! The turn is taken first. So commands come one after the other, and readers never wait for one. A
//! command takes the other two only to change what is under them, not for each worker. Workers take none
//! of them.

use core::ops::Range;

use kernel::{
    new_mutex,
    new_spinlock,
    prelude::*,
    sync::{
        atomic::{
            Atomic,
            Relaxed, //
        },
        lock::mutex::MutexGuard,
        Arc,
        Mutex,
        SpinLock, //
    }, //
};

use super::{
    environment::Environment,
    logic::{
        ids::Ids,
        reject::Rejection,
        signal, //
    },
    refusal::Refusal,
    roster::{
        Completer,
        Roster,
        Waker, //
    },
    settings::{
        Change,
        Config, //
    },
    threads::{
        give_way,
        New,
        Threads, //
    },
    total::Total,
    worker::Worker, //
};
use crate::abstractions::{
    mutex::LockOrSignal,
    sched,
    signal as kernel_signal, //
};

/// How many workers there may be.
pub(crate) const MAX_WORKERS: u32 = 32_768;

/// All workers.
// Dropped in the order of the fields: the roster first, so that workers go with `turn`, one by one.
#[pin_data]
pub(crate) struct Pool {
    environment: Arc<Environment>,
    /// Set once, at the end, so that a command that takes long gives up.
    closing: Atomic<bool>,
    #[pin]
    roster: Roster,
    #[pin]
    turn: Mutex<Threads>,
    #[pin]
    config: SpinLock<Config>,
}

impl Pool {
    /// Creates a pool without workers.
    ///
    /// # Errors
    ///
    /// ENOMEM.
    pub(crate) fn new(config: &Config, log: bool, trip_limit: i64) -> Result<Arc<Self>> {
        let environment = Arc::pin_init(Environment::new(log, trip_limit), GFP_KERNEL)?;
        Arc::pin_init(
            pin_init!(Self {
                environment,
                closing: Atomic::new(false),
                roster <- Roster::new(),
                turn <- new_mutex!(Threads::new(*config), "Pool::turn"),
                config <- new_spinlock!(*config, "Pool::config"),
            }),
            GFP_KERNEL,
        )
    }

    /// What all workers share.
    pub(crate) fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Something of what new workers are dealt.
    pub(crate) fn config<R>(&self, pick: impl FnOnce(&Config) -> R) -> R {
        pick(&self.config.lock())
    }

    /// How many workers there are.
    #[inline]
    pub(crate) fn count(&self) -> u32 {
        self.environment.census().counts().workers
    }

    /// The worker with an id, if there is one.
    pub(crate) fn worker(&self, id: u32) -> Option<Arc<Worker>> {
        (id < self.count()).then(|| self.roster.get(id)).flatten()
    }

    /// All counters together. Those of each worker are of one moment, but not those of all.
    ///
    /// # Context
    ///
    /// May sleep.
    pub(crate) fn total(&self) -> Total {
        let watch = self.environment.watch();
        let mut total = Total::of(&self.roster, self.count(), watch);
        // If it has ended meanwhile, only a part of it has been added up.
        total.split.take_if(|_| self.environment.watch() != watch);
        total
    }

    /// Sets the number of workers. `start` says whether new ones are started. Shrinking removes the
    /// highest ids.
    ///
    /// # Context
    ///
    /// Sleeps until threads have been created or have ended. So do all commands.
    ///
    /// # Errors
    ///
    /// The kernel's error if it cannot create a thread: the threads that exist by then end without having
    /// run. As for all commands: ERESTARTSYS if a signal comes before the command's turn, or while it
    /// waits for a thread, and ENODEV if the pool is closed. A shrink that is interrupted removes no
    /// worker.
    pub(crate) fn set_count(&self, count: u32, start: bool) -> Result<(), Refusal> {
        let mut threads = self.turn()?;
        let present = threads.count();
        if count < present {
            threads.stop(&Ids::from(count))?;
            // Readers lose the workers first.
            self.environment.census().went(present - count);
            self.remove(&mut threads, count);
            return Ok(());
        }
        if count == present {
            return Ok(());
        }

        let added = self.add(&mut threads, present..count, start);
        let Ok(new) = added else {
            // Nobody has found them: they are not counted yet.
            self.remove(&mut threads, present);
            return added.map(drop);
        };
        // From here on nothing fails. A thread that runs can be found, so that it misses no call.
        let census = self.environment.census();
        if start {
            threads.run(new, Some(census));
        } else {
            census.came(count - present);
        }
        Ok(())
    }

    /// Removes all workers but the first ones. The others have no threads, and are not counted.
    fn remove(&self, threads: &mut Threads, count: u32) {
        self.roster.remove(count..threads.count());
        threads.truncate(count);
    }

    /// Adds workers that are not counted yet, and makes their threads, which do not run yet.
    fn add(&self, threads: &mut Threads, ids: Range<u32>, start: bool) -> Result<New, Refusal> {
        let first = ids.start;
        for id in ids {
            let settings = threads.config.dealt(id);
            let worker = Worker::new(id, self.environment.clone(), settings)
                .and_then(|worker| Arc::pin_init(worker, GFP_KERNEL))
                .map_err(|_| Refusal::NO_MEMORY)?;
            threads.add(worker.clone())?;
            self.roster.add(worker).map_err(|_| Refusal::NO_MEMORY)?;
            give_way(id);
        }
        if start {
            threads.create(&Ids::from(first), &self.closing)
        } else {
            Ok(New::new())
        }
    }

    /// Starts the threads of these workers; those that run already are left alone.
    ///
    /// # Errors
    ///
    /// As for [`Pool::set_count`], and ESRCH if one does not exist. Nothing is started then.
    pub(crate) fn start(&self, ids: &Ids) -> Result<(), Refusal> {
        let mut threads = self.turn()?;
        ids.check(threads.count())?;
        threads.wait_for_ending(ids)?;
        let new = threads.create(ids, &self.closing)?;
        threads.run(new, None);
        Ok(())
    }

    /// Stops the threads of these workers and waits until they are gone.
    ///
    /// # Errors
    ///
    /// As for [`Pool::start`].
    pub(crate) fn stop(&self, ids: &Ids) -> Result<(), Refusal> {
        let mut threads = self.turn()?;
        ids.check(threads.count())?;
        threads.stop(ids)
    }

    /// Sends a signal to the threads of workers.
    ///
    /// # Errors
    ///
    /// As for [`Pool::start`], and ESRCH if a listed worker has no thread, or none has.
    pub(crate) fn signal(&self, command: &signal::Command) -> Result<(), Refusal> {
        let mut threads = self.turn()?;
        command.ids.check(threads.count())?;
        threads.wait_for_ending(&command.ids)?;
        let mut slots = threads.selected(&command.ids);
        let without_thread = if command.ids.are_all() {
            !slots.any(|slot| slot.worker.state().has_thread())
        } else {
            slots.any(|slot| !slot.worker.state().has_thread())
        };
        drop(slots);
        if without_thread {
            return Err(Rejection::no_such(&"no thread to signal").into());
        }

        for slot in threads.selected(&command.ids) {
            if let Some(handle) = &slot.handle {
                // One that ends just now needs no signal any more.
                let _ = kernel_signal::send(handle.task(), command.signal.number());
            }
        }
        Ok(())
    }

    /// Zeroes the counters of these workers.
    ///
    /// # Errors
    ///
    /// As for [`Pool::start`].
    pub(crate) fn reset(&self, ids: &Ids) -> Result<(), Refusal> {
        let mut threads = self.turn()?;
        ids.check(threads.count())?;
        threads.selected(ids).for_each(|slot| slot.worker.reset());
        // For all also that of a worker that is no more.
        self.environment
            .tripwire()
            .reset(|id| ids.are_all() || ids.contains(id));
        Ok(())
    }

    /// Changes what workers are dealt. Existing workers change at once.
    ///
    /// # Errors
    ///
    /// ERESTARTSYS and ENODEV, as for [`Pool::set_count`].
    pub(crate) fn configure(&self, change: &Change<'_>) -> Result<(), Refusal> {
        let mut guard = self.turn()?;
        let threads = &mut *guard;
        threads.config.change(change);
        self.config.lock().clone_from(&threads.config);
        for (id, slot) in (0..).zip(threads.slots.iter_mut()) {
            give_way(id);
            let settings = threads.config.dealt(id);
            let before = slot.worker.set_settings(settings);
            let Some(handle) = &slot.handle else {
                continue;
            };
            // Even if the CPU is the same: it may have been offline in between. If it goes offline right
            // now, the kernel moves the thread, as it does for a CPU that goes offline later.
            if before.cpu.or(settings.cpu).is_some() {
                let _ = sched::set_cpu(handle.task(), settings.cpu.and_then(sched::online_cpu));
            }
            if before.policy != settings.policy {
                sched::set_policy(handle.task(), settings.policy);
            }
            if !before.sleeps_like(&settings) {
                handle.notify();
            }
        }
        Ok(())
    }

    /// Begins to watch for the causes of lateness, or ends it. What was split before is forgotten; a watch
    /// that goes on stays as it is.
    ///
    /// # Errors
    ///
    /// EOPNOTSUPP if the kernel has no tracepoints, ENOMEM. ERESTARTSYS and ENODEV, as for
    /// [`Pool::set_count`].
    pub(crate) fn set_watch(&self, on: bool) -> Result<(), Refusal> {
        self.turn()?.set_watch(on, &self.environment)
    }

    /// Counts a read of the device, and completes what workers wait for. Returns its number.
    ///
    /// # Context
    ///
    /// May sleep.
    pub(crate) fn read_device(&self) -> u64 {
        let number = self.environment.calls().reads.call();
        self.roster.look_at(self.count(), &mut Completer(number));
        number
    }

    /// Counts a write of the device, and wakes the workers that wait for one.
    ///
    /// # Context
    ///
    /// May sleep.
    pub(crate) fn write_device(&self) {
        self.environment.calls().writes.call();
        self.roster.look_at(self.count(), &mut Waker);
    }

    /// Waits for the turn of a command.
    #[inline(never)] // Each command does.
    fn turn(&self) -> Result<MutexGuard<'_, Threads>, Refusal> {
        let threads = self
            .turn
            .lock_interruptible()
            .map_err(|_| Refusal::INTERRUPTED)?;
        if threads.open {
            Ok(threads)
        } else {
            Err(Refusal::NOT_LIVE)
        }
    }

    /// Stops all threads for good: there are none when it returns, and there will be none.
    pub(super) fn close(&self) {
        self.closing.store(true, Relaxed);
        let mut threads = self.turn.lock();
        threads.open = false;
        threads.stop_all();
        threads.end_watch(&self.environment);
    }
}
