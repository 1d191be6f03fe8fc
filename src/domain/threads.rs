// SPDX-License-Identifier: GPL-2.0

//! The workers and their threads as commands have them: one command at a time.

use kernel::{
    new_mutex,
    prelude::*,
    str::CString,
    sync::{
        atomic::{
            Atomic,
            Relaxed, //
        },
        Arc,
        Mutex, //
    }, //
};

use pin_init::stack_pin_init;

use super::{
    census::Census,
    environment::Environment,
    logic::{
        ids::Ids,
        signal::Signal, //
    },
    record::State,
    refusal::Refusal,
    roster::PIECE,
    settings::Config,
    worker::Worker, //
};
use crate::abstractions::{
    kthread,
    kthread_probe::Probes,
    sched::{
        self,
        Policy, //
    },
    topology::Node,
    workqueue, //
};

/// What a command needs. A worker's id is its index.
pub(crate) struct Threads {
    /// All workers.
    pub(super) slots: KVVec<Slot>,
    /// What new ones are dealt.
    pub(super) config: Config,
    /// Whether there may be threads: until the pool is closed.
    pub(super) open: bool,
    /// While somebody wants to know the causes of lateness.
    probes: Option<Probes>,
    /// The number of the last watch over them; 0 is none.
    watches: u32,
}

/// The ids of workers, and their threads, which do not run yet.
pub(super) type New = KVVec<(u32, Option<kthread::Created>)>;

/// What several who ask for threads have in common.
#[derive(Default)]
struct Made {
    new: New,
    /// The first one: whose thread could not be created, and why.
    failure: Option<(u32, Error)>,
}

/// A worker, and its thread.
pub(crate) struct Slot {
    /// The worker.
    pub(super) worker: Arc<Worker>,
    /// Its thread, which may have ended by itself.
    pub(super) handle: Option<kthread::Handle>,
}

impl Slot {
    /// Starts a new thread of a worker that has none.
    pub(super) fn run(&mut self, thread: kthread::Created) {
        // Before it runs, so that it comes before what the thread says itself.
        self.worker.starting(thread.pid());
        self.handle = Some(thread.start());
    }

    /// As [`Slot::join`], unless a signal comes first.
    fn wait(&mut self) -> Result<(), Refusal> {
        if let Some(handle) = &self.handle {
            handle
                .wait_interruptible()
                .map_err(|_| Refusal::STILL_STOPPING)?;
        }
        self.join();
        Ok(())
    }

    /// Waits until the thread is gone, which has been asked to stop or has ended.
    fn join(&mut self) {
        if let Some(handle) = self.handle.take() {
            let exit = handle.stop();
            self.worker.ended(State::Stopped, exit);
        }
    }
}

impl Threads {
    /// There are none.
    pub(super) fn new(config: Config) -> Self {
        Self {
            slots: KVVec::new(),
            config,
            open: true,
            probes: None,
            watches: 0,
        }
    }

    /// How many workers there are.
    pub(super) fn count(&self) -> u32 {
        self.slots.len() as u32
    }

    /// Adds a worker without a thread.
    ///
    /// # Errors
    ///
    /// ENOMEM.
    pub(super) fn add(&mut self, worker: Arc<Worker>) -> Result<(), Refusal> {
        let handle = None;
        Ok(self.slots.push(Slot { worker, handle }, GFP_KERNEL)?)
    }

    /// Forgets all workers but the first ones.
    pub(super) fn truncate(&mut self, count: u32) {
        while self.count() > count {
            self.slots.pop();
            give_way(self.count());
        }
    }

    /// The selected workers.
    pub(super) fn selected<'a>(
        &'a mut self,
        ids: &'a Ids,
    ) -> impl Iterator<Item = &'a mut Slot> + 'a {
        Selected {
            ids,
            next: 0,
            slots: self.slots.iter_mut(),
        }
    }

    /// Stops in parallel: asks and wakes all, then waits for each.
    ///
    /// # Errors
    ///
    /// ERESTARTSYS if a signal comes while it waits. All stay asked to stop then.
    pub(super) fn stop(&mut self, ids: &Ids) -> Result<(), Refusal> {
        self.request_stop(ids);
        let waited = self.selected(ids).try_for_each(Slot::wait);
        if waited.is_err() {
            self.selected(ids).for_each(|slot| slot.worker.stopping());
        }
        waited
    }

    /// Stops all, whatever signals come.
    pub(super) fn stop_all(&mut self) {
        self.request_stop(&Ids::ALL);
        self.selected(&Ids::ALL).for_each(Slot::join);
    }

    fn request_stop(&mut self, ids: &Ids) {
        for slot in self.selected(ids) {
            if let Some(handle) = &slot.handle {
                handle.request_stop();
            }
        }
    }

    /// Begins or ends a watch over the causes of lateness, if there is none, or one.
    ///
    /// # Errors
    ///
    /// EOPNOTSUPP if the kernel has no tracepoints, ENOMEM.
    pub(super) fn set_watch(&mut self, on: bool, environment: &Environment) -> Result<(), Refusal> {
        match (on, &self.probes) {
            (true, None) => self.begin_watch(environment),
            (true, Some(_)) => Ok(()),
            (false, _) => {
                self.end_watch(environment);
                Ok(())
            }
        }
    }

    fn begin_watch(&mut self, environment: &Environment) -> Result<(), Refusal> {
        // First, so that each waking of a sleep that is watched is seen.
        self.probes = Some(Probes::attach().map_err(Refusal::no_probe)?);
        self.watches = self.watches.wrapping_add(1).max(1);
        let watch = self.watches;
        self.selected(&Ids::ALL)
            .for_each(|slot| slot.worker.begin_watch(watch));
        environment.set_watch(watch);
        Ok(())
    }

    /// Ends the watch, if there is one. When this returns, nobody is in a probe.
    pub(super) fn end_watch(&mut self, environment: &Environment) {
        let Some(probes) = self.probes.take() else {
            return;
        };
        environment.set_watch(0);
        self.selected(&Ids::ALL)
            .for_each(|slot| slot.worker.end_watch());
        // Last, so that each waking is seen of a worker that has a watch.
        drop(probes);
    }

    /// Waits for threads that end, by themselves or because of a stop that has not waited for them.
    ///
    /// # Errors
    ///
    /// ERESTARTSYS if a signal comes meanwhile.
    pub(super) fn wait_for_ending(&mut self, ids: &Ids) -> Result<(), Refusal> {
        self.selected(ids)
            .filter(|slot| slot.worker.state() != State::Running)
            .try_for_each(Slot::wait)
    }

    /// Creates threads for the selected workers that have none. The threads do not run yet.
    ///
    /// # Errors
    ///
    /// As for [`create`], ENOMEM, and ENODEV if `closing` is set meanwhile.
    pub(super) fn create(&self, ids: &Ids, closing: &Atomic<bool>) -> Result<New, Refusal> {
        let mut new = New::new();
        for (id, slot) in (0..).zip(self.slots.iter()) {
            give_way(id);
            if ids.contains(id) && !slot.worker.state().has_thread() {
                new.push((id, None), GFP_KERNEL)?;
            }
        }
        let count = new.len();
        let failure = None;
        stack_pin_init!(let made = new_mutex!(Made { new, failure }, "Threads::create"));
        let made = made.as_ref();
        let (slots, next) = (self.slots.as_slice(), Atomic::new(0));
        // The kernel's kthreadd makes the threads one by one, and who asks for one waits for it. With two who
        // ask, it need not wait for them.
        let ask = || while !closing.load(Relaxed) && create_next(slots, &next, &made) {};
        if count < PIECE as usize {
            ask();
        } else {
            workqueue::share(&ask);
        }
        // Threads that are not wanted end where nobody waits for the lock.
        let Made { new, failure } = core::mem::take(&mut *made.lock());
        if let Some((id, error)) = failure {
            pr_warn!("cannot create thread kcounter/{id}: {error:?}\n");
            return Err(Refusal::no_thread(error));
        }
        if closing.load(Relaxed) {
            return Err(Refusal::NOT_LIVE);
        }
        Ok(new)
    }

    /// Lets new threads run, each once the one before it is gone, and once its worker has been counted in `census`
    /// if that is given.
    pub(super) fn run(&mut self, new: New, census: Option<&Census>) {
        for (id, thread) in new {
            if let (Some(thread), Some(slot)) = (thread, self.slots.get_mut(id as usize)) {
                slot.join();
                census.inspect(|census| census.came(1));
                slot.run(thread);
            }
            give_way(id);
        }
    }
}

impl Drop for Threads {
    #[inline]
    fn drop(&mut self) {
        self.truncate(0);
    }
}

/// The selected ones of the workers.
struct Selected<'a> {
    ids: &'a Ids,
    next: u32,
    slots: core::slice::IterMut<'a, Slot>,
}

impl<'a> Iterator for Selected<'a> {
    type Item = &'a mut Slot;

    #[inline(never)] // Each command walks.
    fn next(&mut self) -> Option<&'a mut Slot> {
        loop {
            let slot = self.slots.next()?;
            let id = self.next;
            self.next += 1;
            give_way(id);
            if self.ids.contains(id) {
                return Some(slot);
            }
        }
    }
}

/// Gives the CPU away after each piece of a walk.
pub(super) fn give_way(id: u32) {
    if id % PIECE == PIECE - 1 {
        sched::cond_resched();
    }
}

/// Creates the next thread of a list. Returns whether there should be more.
fn create_next(slots: &[Slot], next: &Atomic<i32>, made: &Mutex<Made>) -> bool {
    let index = next.fetch_add(1, Relaxed) as usize;
    let id = made.lock().new.get(index).map(|&(id, _)| id);
    let Some((id, slot)) = id.and_then(|id| Some((id, slots.get(id as usize)?))) else {
        return false;
    };
    // It is dropped after the lock's guard.
    let thread = create(&slot.worker);
    let mut made = made.lock();
    let error = match thread {
        Ok(_) if made.failure.is_some() => return false,
        Ok(thread) => {
            if let Some((_, place)) = made.new.get_mut(index) {
                *place = Some(thread);
            }
            return true;
        }
        Err(error) => error,
    };
    made.failure.get_or_insert((id, error));
    if error == EINTR {
        // Who asks is killed, perhaps for its memory, and the other one's request may wait for that.
        let new = core::mem::take(&mut made.new);
        drop(made);
        drop(new);
    }
    false
}

/// Creates a worker's thread, which does not run yet.
///
/// # Errors
///
/// What the kernel says when it cannot.
fn create(worker: &Arc<Worker>) -> Result<kthread::Created> {
    // Tools know a thread by the first 15 letters: there is room for every id.
    let name = CString::try_from_fmt(fmt!("kcounter/{}", worker.id()))?;
    let settings = worker.shown().settings;
    // If the CPU has gone offline since, the thread starts unbound.
    let cpu = settings.cpu.and_then(sched::online_cpu);
    let body = {
        let worker = worker.clone();
        move |thread: &kthread::Current<'_>| worker.run(thread)
    };
    let mut thread = kthread::Created::new(&name, cpu.map(Node::of), body)?;
    if let Some(cpu) = cpu {
        thread.bind(cpu);
    }
    if settings.policy != Policy::Normal {
        thread.set_policy(settings.policy);
    }
    // Before it runs, so that a signal that is sent right after the start is not ignored.
    for signal in Signal::ALL {
        thread.allow_signal(signal.number());
    }
    Ok(thread)
}
