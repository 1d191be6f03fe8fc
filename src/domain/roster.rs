// SPDX-License-Identifier: GPL-2.0

//! The workers as readers find them, by id.
//!
//! The lock is a spin lock, so its holder is not preempted, and a reader with a low priority holds up
//! nobody. It is held for one worker, or for a piece of a walk. Commands have a list of their own, in
//! [`super::threads`]. They take this lock only when workers come and go.

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

    /// Takes a worker out, if it is there.
    pub(crate) fn remove(&self, id: u32) -> Option<Arc<Worker>> {
        self.workers.lock().remove(id as usize)
    }

    /// Calls `look` with each of the first `count` workers that is there.
    ///
    /// # Context
    ///
    /// Sleeps between the pieces. `look` must not sleep, nor take a lock under which the roster is used.
    pub(crate) fn look_at(&self, count: u32, mut look: impl FnMut(&Worker)) {
        for first in (0..count).step_by(PIECE as usize) {
            let workers = self.workers.lock();
            for id in first..count.min(first + PIECE) {
                if let Some(worker) = workers.get(id as usize) {
                    look(&worker);
                }
            }
            drop(workers);
            sched::cond_resched();
        }
    }
}
