// SPDX-License-Identifier: GPL-2.0

//! A delayed work item that notes when it ran, and that can be waited for interruptibly.

use kernel::{
    prelude::*,
    sync::atomic::{
        Acquire,
        Atomic,
        Release, //
    },
    time::Jiffies, //
};

use super::{
    clock,
    completion::Completion,
    work::{
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

#[pin_data]
struct Bell {
    /// When the item last ran, on the monotonic clock.
    rang: Atomic<i64>,
    #[pin]
    done: Completion,
}

impl Alarm {
    /// Constructs an initialiser.
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Self {
            item <- Item::new(
                System,
                pin_init!(Bell {
                    rang: Atomic::new(0),
                    done <- Completion::new(),
                })
            ),
        })
    }

    /// Queues the item after `delay` and waits until it has run; returns when that was.
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
    pub(crate) fn wait_interruptible(&self, delay: Jiffies) -> Result<i64> {
        self.item.done.drain();
        self.item.queue(delay);
        if let Err(error) = self.item.done.wait_interruptible() {
            self.item.cancel();
            // It may have run before it could be taken off the queue.
            if !self.item.done.try_wait() {
                return Err(error);
            }
        }
        Ok(self.item.rang.load(Acquire))
    }
}

impl Run for Bell {
    fn run(&self) {
        self.rang.store(clock::monotonic(), Release);
        self.done.complete();
    }
}
