// SPDX-License-Identifier: GPL-2.0

//! The pool: all workers, and what can be done to them.
//!
//! | what | protected by | held |
//! |---|---|---|
//! | the threads' handles | [`Pool::turn`] | for a whole command, which may wait for threads |
//! | the workers and their configuration | [`Pool::table`] | for a moment, by commands and readers |
//!
//! The turn is taken first. So commands come one after the other, and readers never wait for one.
//! Workers take neither.

use kernel::{
    new_mutex,
    prelude::*,
    str::CString,
    sync::{
        atomic::{
            Atomic,
            Relaxed, //
        },
        lock::mutex::MutexGuard,
        Arc,
        Mutex, //
    }, //
};

use super::{
    environment::Environment,
    logic::{
        cpus::Cpus,
        ids::Ids,
        interval::Interval,
        list::List,
        reject::Rejection,
        signal,
        stats::Stats, //
    },
    primitive::Wait,
    refusal::Refusal,
    worker::{
        Settings,
        Worker, //
    }, //
};
use crate::abstractions::{
    kthread,
    mutex::LockOrSignal,
    sched::{
        self,
        Node,
        Policy, //
    },
    signal as kernel_signal, //
};

/// How many workers there may be.
pub(crate) const MAX_WORKERS: u32 = 32_768;

/// What the workers are dealt.
#[derive(Clone, Copy)]
pub(crate) struct Config {
    /// The times between two ticks.
    pub(crate) intervals: List<Interval>,
    /// The sleeping primitives.
    pub(crate) waits: List<Wait>,
    /// The CPUs that threads are bound to.
    pub(crate) cpus: Cpus,
    /// How threads are scheduled.
    pub(crate) policy: Policy,
}

impl Config {
    fn dealt(&self, id: u32) -> Settings {
        Settings {
            interval: self.intervals.dealt(id),
            wait: self.waits.dealt(id),
            cpu: self.cpus.dealt(id),
            policy: self.policy,
        }
    }
}

/// All workers.
#[pin_data]
pub(crate) struct Pool {
    environment: Arc<Environment>,
    /// Set once, at the end, so that a command that takes long gives up.
    closing: Atomic<bool>,
    #[pin]
    turn: Mutex<Threads>,
    #[pin]
    table: Mutex<Table>,
}

/// What a command needs. A worker's id is its index.
struct Threads {
    /// There may be a handle of a thread that has ended by itself.
    handles: KVVec<Option<kthread::Handle>>,
    /// Whether there may be threads: until the pool is closed.
    open: bool,
}

/// What readers see. A worker's id is its index.
struct Table {
    workers: KVVec<Arc<Worker>>,
    config: Config,
}

/// The counters of all workers together.
#[derive(Default)]
pub(crate) struct Total {
    /// Sums, and the extremes of lateness.
    pub(crate) stats: Stats,
    /// How far behind the farthest is of those that have a deadline.
    pub(crate) drift: Option<i64>,
}

impl Pool {
    /// Creates a pool without workers.
    ///
    /// # Errors
    ///
    /// ENOMEM.
    pub(crate) fn new(config: Config, log: bool, trip_limit: i64) -> Result<Arc<Self>> {
        let environment = Arc::pin_init(Environment::new(log, trip_limit), GFP_KERNEL)?;
        Arc::pin_init(
            pin_init!(Self {
                environment,
                closing: Atomic::new(false),
                turn <- new_mutex!(
                    Threads {
                        handles: KVVec::new(),
                        open: true,
                    },
                    "Pool::turn"
                ),
                table <- new_mutex!(
                    Table {
                        workers: KVVec::new(),
                        config,
                    },
                    "Pool::table"
                ),
            }),
            GFP_KERNEL,
        )
    }

    /// What all workers share.
    pub(crate) fn environment(&self) -> &Environment {
        &self.environment
    }

    /// What new workers are dealt.
    pub(crate) fn config(&self) -> Config {
        self.table.lock().config
    }

    /// How many workers there are.
    pub(crate) fn count(&self) -> u32 {
        self.table.lock().workers.len() as u32
    }

    /// The worker with an id, if there is one.
    pub(crate) fn worker(&self, id: u32) -> Option<Arc<Worker>> {
        self.table.lock().workers.get(id as usize).cloned()
    }

    /// All workers, one after the other: each is looked up when its turn comes.
    pub(crate) fn workers(&self) -> impl Iterator<Item = Arc<Worker>> + '_ {
        (0..).map_while(|id| self.worker(id))
    }

    /// All counters together.
    pub(crate) fn total(&self) -> Total {
        let mut total = Total::default();
        self.look_at_all(|worker| {
            let shown = worker.shown();
            total.stats = total.stats.merged(shown.stats);
            if shown.settings.wait.has_deadline() {
                total.drift = total.drift.max(Some(shown.stats.drift));
            }
        });
        total
    }

    /// Calls `look` with each worker. None comes or goes meanwhile, so it must not wait for threads.
    pub(crate) fn look_at_all(&self, mut look: impl FnMut(&Worker)) {
        for worker in &self.table.lock().workers {
            look(worker);
        }
    }

    /// Sets the number of workers. New ones are started if `start` says so; the highest go first.
    ///
    /// # Context
    ///
    /// Sleeps until threads have been created or have ended. So do all commands.
    ///
    /// # Errors
    ///
    /// What the kernel says when it cannot create a thread; as for all commands, EINTR if a signal
    /// comes before its turn does, and ENODEV if the pool is closed. Threads that have been created
    /// by then end without having run, one after the other.
    pub(crate) fn set_count(&self, count: u32, start: bool) -> Result<(), Refusal> {
        let mut threads = self.turn()?;
        let present = threads.handles.len() as u32;
        if count < present {
            self.stop_those(&mut threads, |id| id >= count);
            threads.handles.truncate(count as usize);
            self.table.lock().workers.truncate(count as usize);
            Ok(())
        } else {
            self.grow(&mut threads, present..count, start)
        }
    }

    fn grow(
        &self,
        threads: &mut Threads,
        ids: core::ops::Range<u32>,
        start: bool,
    ) -> Result<(), Refusal> {
        let config = self.config();
        let mut new = KVVec::with_capacity(ids.len(), GFP_KERNEL)?;
        threads.handles.reserve(ids.len(), GFP_KERNEL)?;
        self.table.lock().workers.reserve(ids.len(), GFP_KERNEL)?;
        for id in ids {
            let worker = Worker::new(id, self.environment.clone(), config.dealt(id))
                .and_then(|worker| Arc::pin_init(worker, GFP_KERNEL))
                .map_err(|_| Refusal::NO_MEMORY)?;
            let thread = if start {
                Some(self.create_thread(&worker)?)
            } else {
                None
            };
            new.push((worker, thread), GFP_KERNEL)?;
        }

        // From here on nothing fails: there is room for all.
        for (worker, thread) in new {
            // A thread that runs can be found, so that it misses no call.
            self.table.lock().workers.push(worker.clone(), GFP_KERNEL)?;
            let handle = thread.map(|thread| run(&worker, thread));
            threads.handles.push(handle, GFP_KERNEL)?;
        }
        Ok(())
    }

    /// Creates a worker's thread, which does not run yet.
    fn create_thread(&self, worker: &Arc<Worker>) -> Result<kthread::Created, Refusal> {
        if self.closing.load(Relaxed) {
            return Err(Refusal::NOT_LIVE);
        }
        let name = CString::try_from_fmt(fmt!("kthread_counter/{}", worker.id()))
            .map_err(|_| Refusal::NO_MEMORY)?;
        let settings = worker.shown().settings;
        // One that has gone offline since is no reason to have no thread.
        let cpu = settings.cpu.and_then(sched::online_cpu);
        let body = {
            let worker = worker.clone();
            move |thread: &kthread::Current<'_>| worker.run(thread)
        };
        let mut thread =
            kthread::Created::new(&name, cpu.map(Node::of), body).map_err(|error| {
                pr_warn!("cannot create thread {}: {:?}\n", &*name, error);
                Refusal::no_thread(error)
            })?;
        if let Some(cpu) = cpu {
            thread.bind(cpu);
        }
        if settings.policy != Policy::Normal {
            thread.set_policy(settings.policy);
        }
        // Before it runs, so that a signal that is sent right after the start is not ignored.
        for signal in signal::Signal::ALL {
            thread.allow_signal(signal.number());
        }
        Ok(thread)
    }

    /// Starts the threads of these workers; those that run already are left alone.
    ///
    /// # Errors
    ///
    /// As for [`Pool::set_count`], and ESRCH if one does not exist. Nothing is started then.
    pub(crate) fn start(&self, ids: &Ids) -> Result<(), Refusal> {
        let mut threads = self.turn()?;
        ids.check(threads.handles.len() as u32)?;
        let mut new = KVVec::new();
        for worker in self.workers() {
            if ids.contains(worker.id()) && !worker.is_running() {
                let thread = self.create_thread(&worker)?;
                new.push((worker, thread), GFP_KERNEL)?;
            }
        }

        for (worker, thread) in new {
            if let Some(slot) = threads.handles.get_mut(worker.id() as usize) {
                // Of a thread that ended by itself: it has to be gone before it is followed.
                drop(slot.take());
                *slot = Some(run(&worker, thread));
            }
        }
        Ok(())
    }

    /// Stops the threads of these workers and waits until they are gone.
    ///
    /// # Errors
    ///
    /// As for [`Pool::start`].
    pub(crate) fn stop(&self, ids: &Ids) -> Result<(), Refusal> {
        let mut threads = self.turn()?;
        ids.check(threads.handles.len() as u32)?;
        self.stop_those(&mut threads, |id| ids.contains(id));
        Ok(())
    }

    /// Stops in parallel: asks and wakes all, then waits for each.
    fn stop_those(&self, threads: &mut Threads, selected: impl Fn(u32) -> bool) {
        for (id, slot) in (0..).zip(threads.handles.iter()) {
            if let Some(handle) = slot.as_ref().filter(|_| selected(id)) {
                handle.request_stop();
            }
        }
        for (id, slot) in (0..).zip(threads.handles.iter_mut()) {
            if !selected(id) {
                continue;
            }
            let Some(handle) = slot.take() else {
                continue;
            };
            let exit = handle.stop();
            if let Some(worker) = self.worker(id) {
                worker.stopped(exit);
            }
        }
    }

    /// Sends a signal to the threads of workers.
    ///
    /// # Errors
    ///
    /// As for [`Pool::start`], and ESRCH if a listed worker has no thread, or none has.
    pub(crate) fn signal(&self, command: &signal::Command) -> Result<(), Refusal> {
        let threads = self.turn()?;
        command.ids.check(threads.handles.len() as u32)?;
        let addressed = || {
            self.workers()
                .filter(|worker| command.ids.contains(worker.id()))
        };
        let without_thread = if command.ids.are_all() {
            !addressed().any(|worker| worker.is_running())
        } else {
            addressed().any(|worker| !worker.is_running())
        };
        if without_thread {
            return Err(Rejection::no_such("no thread to signal").into());
        }

        for (id, slot) in (0..).zip(threads.handles.iter()) {
            if let Some(handle) = slot.as_ref().filter(|_| command.ids.contains(id)) {
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
        let threads = self.turn()?;
        ids.check(threads.handles.len() as u32)?;
        self.workers()
            .filter(|worker| ids.contains(worker.id()))
            .for_each(|worker| worker.reset());
        if ids.are_all() {
            // Also that of a worker that is no more.
            self.environment.reset_trip(|_| true);
        }
        Ok(())
    }

    /// Changes what workers are dealt; those that there are take notice at once.
    ///
    /// # Errors
    ///
    /// EINTR and ENODEV, as for [`Pool::set_count`].
    pub(crate) fn configure(&self, change: impl FnOnce(&mut Config)) -> Result<(), Refusal> {
        let threads = self.turn()?;
        let config = {
            let mut table = self.table.lock();
            change(&mut table.config);
            table.config
        };
        for (worker, slot) in self.workers().zip(threads.handles.iter()) {
            let settings = config.dealt(worker.id());
            let before = worker.set_settings(settings);
            let Some(handle) = slot else {
                continue;
            };
            // Also one that has not changed: its CPU may have been offline meanwhile. One that goes
            // offline just now is left like one that goes offline later.
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

    /// Counts a read of the device, and completes what workers wait for. Returns its number.
    pub(crate) fn read_device(&self) -> u64 {
        let number = self.environment.reads().call();
        self.workers().for_each(|worker| worker.complete(number));
        number
    }

    /// Counts a write of the device, and wakes the workers that wait for one.
    pub(crate) fn write_device(&self) {
        self.environment.writes().call();
    }

    /// Waits for the turn of a command.
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
    fn close(&self) {
        self.closing.store(true, Relaxed);
        let mut threads = self.turn.lock();
        threads.open = false;
        self.stop_those(&mut threads, |_| true);
    }
}

/// Lets a worker's thread run.
fn run(worker: &Worker, thread: kthread::Created) -> kthread::Handle {
    // Before it runs, so that it comes before what the thread says itself.
    worker.starting(thread.pid());
    thread.start()
}

/// Owns the threads of a pool, which others may still refer to: closes it on drop.
pub(crate) struct Owner(Arc<Pool>);

impl Owner {
    /// Takes the duty of closing the pool.
    pub(crate) fn new(pool: Arc<Pool>) -> Self {
        Self(pool)
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.0.close();
    }
}
