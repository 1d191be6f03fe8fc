// SPDX-License-Identifier: GPL-2.0

//! The workers as readers find them, by id.
//!
//! The lock is a spin lock: its holder is not preempted, so that a reader with a low priority holds up
//! nobody. (On PREEMPT_RT it is a mutex that lends its holder the priority of who waits.) It is held
//! for one worker, or for a piece of a walk. Commands have a list of their own, in
//! [`super::threads`]. They take this lock only when workers come and go.

use core::ops::Range;

use kernel::{
    prelude::*,
    sync::Arc,
    xarray::{
        AllocKind,
        XArray, //
    }, //
};

use super::worker::Worker;
use crate::abstractions::sched;

/// How many workers are walked over before others get the CPU, and the lock.
pub(crate) const PIECE: u32 = 64;

/// Who looks at workers. Not a closure: for a `dyn FnMut` the compiler writes out the body twice.
pub(super) trait Visitor {
    /// Looks at one.
    fn look(&mut self, worker: &Worker);
}

/// Completes what workers wait for, because of the call with this number.
pub(super) struct Completer(pub(super) u64);

impl Visitor for Completer {
    fn look(&mut self, worker: &Worker) {
        worker.complete(self.0);
    }
}

/// Wakes the workers that wait for a write.
pub(super) struct Waker;

impl Visitor for Waker {
    fn look(&mut self, worker: &Worker) {
        worker.wake();
    }
}

/// The workers. Those with an id that is not below the number of workers are not there yet, or not any
/// more.
#[pin_data]
pub(crate) struct Roster {
    #[pin]
    workers: XArray<Arc<Worker>>,
}

impl Roster {
    /// Constructs an initialiser.
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Self {
            workers <- XArray::new(AllocKind::Alloc),
        })
    }

    /// The worker with an id.
    pub(crate) fn get(&self, id: u32) -> Option<Arc<Worker>> {
        self.workers.lock().get(id as usize).map(Arc::from)
    }

    /// Adds a worker.
    ///
    /// # Errors
    ///
    /// ENOMEM.
    pub(crate) fn add(&self, worker: Arc<Worker>) -> Result {
        let id = worker.id() as usize;
        self.workers.lock().store(id, worker, GFP_KERNEL)?;
        Ok(())
    }

    /// Takes workers out, those that are there.
    ///
    /// # Context
    ///
    /// Sleeps between the pieces.
    pub(crate) fn remove(&self, ids: Range<u32>) {
        for first in ids.clone().step_by(PIECE as usize) {
            // Dropped at the end, not under the lock: who drops the last reference waits for the worker's
            // work item.
            let mut gone = [const { None }; PIECE as usize];
            let mut workers = self.workers.lock();
            for (id, slot) in (first..ids.end).zip(&mut gone) {
                *slot = workers.remove(id as usize);
            }
            drop(workers);
            sched::cond_resched();
        }
    }

    /// Lets a visitor look at each of the first `count` workers that is there.
    ///
    /// # Context
    ///
    /// Sleeps between the pieces. The visitor must not sleep, nor take a lock under which the roster is used.
    #[inline(never)] // It is the same walk for all.
    pub(super) fn look_at(&self, count: u32, visitor: &mut dyn Visitor) {
        let mut first = 0;
        while first < count {
            let workers = self.workers.lock();
            let end = count.min(first + PIECE);
            for id in first..end {
                if let Some(worker) = workers.get(id as usize) {
                    visitor.look(&worker);
                }
            }
            drop(workers);
            sched::cond_resched();
            first = end;
        }
    }
}
