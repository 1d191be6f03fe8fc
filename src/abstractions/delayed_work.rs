// SPDX-License-Identifier: GPL-2.0

//! A delayed work item that notes when and where it ran, and that can be waited for interruptibly.

use kernel::{
    cpu::CpuId,
    prelude::*,
    sync::atomic::{
        Atomic,
        Relaxed, //
    },
    time::Jiffies, //
};

use super::{
    clock,
    completion::Completion,
    work::{
        new_work_item,
        Item,
        Run, //
    },
    workqueue::System, //
};

/// The item, with what it leaves for its waiter.
#[pin_data]
pub(crate) struct Alarm {
    #[pin]
    item: Item<System, Bell>,
}

/// Time and place are the item's until it completes `done`, and the waiter's after that: the lock of
/// the completion is the barrier.
#[pin_data]
struct Bell {
    at: Atomic<i64>,
    cpu: Atomic<u32>,
    #[pin]
    done: Completion,
}

/// When and where an item ran.
#[derive(Clone, Copy)]
pub(crate) struct Rang {
    /// On the monotonic clock.
    pub(crate) at: i64,
    /// The CPU.
    pub(crate) cpu: u32,
}

impl Alarm {
    /// Constructs an initialiser.
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Self {
            item <- new_work_item!(
                System,
                pin_init!(Bell {
                    at: Atomic::new(0),
                    cpu: Atomic::new(0),
                    done <- Completion::new(),
                }),
                "Alarm::item"
            ),
        })
    }

    /// Queues the item after `delay`, on `cpu` if one is given, and waits until it has run.
    ///
    /// There is one waiter at a time, by convention: with more of them, each may see another's
    /// alarm.
    ///
    /// # Context
    ///
    /// Sleeps, interruptibly.
    ///
    /// # Errors
    ///
    /// ERESTARTSYS if a signal came first. The item is neither queued nor running then.
    pub(crate) fn wait_interruptible(&self, delay: Jiffies, cpu: Option<CpuId>) -> Result<Rang> {
        match cpu {
            Some(cpu) => self.item.queue_on(cpu, delay),
            None => self.item.queue(delay),
        };
        if let Err(error) = self.item.done.wait_interruptible() {
            self.item.cancel();
            // It may have run before it could be taken off the queue. What it has completed is taken
            // here in any case, so that the next wait begins with nothing.
            if !self.item.done.try_wait() {
                return Err(error);
            }
        }
        Ok(Rang {
            at: self.item.at.load(Relaxed),
            cpu: self.item.cpu.load(Relaxed),
        })
    }
}

impl Run for Bell {
    #[inline]
    fn run(&self) {
        self.at.store(clock::monotonic(), Relaxed);
        self.cpu.store(CpuId::current().as_u32(), Relaxed);
        self.done.complete();
    }
}
