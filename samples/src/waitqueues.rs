// SPDX-License-Identifier: GPL-2.0

//! A device whose every write wakes a thread from a wait queue.
//!
//! It teaches the two halves of waiting: the condition, which says whether there is something to do,
//! and the queue, which only says that it is worth to look. Writes are counted, so that none is
//! lost, however many come before the thread runs. The thread sleeps in `wait_event_interruptible`,
//! or with `uninterruptible=1` in `wait_event`: the state in `ps` is S or D, and a D counts in the
//! load average.
//!
//! ```text
//! # insmod waitqueues.ko; echo > /dev/waitqueues; dmesg | tail -n 1
//! # ps -eo pid,stat,comm | grep waitqueues; rmmod waitqueues
//! ```

#![deny(unsafe_code)]

include!("shared.rs");

use core::fmt;

use kernel::{
    prelude::*,
    sync::{
        atomic::{
            Acquire,
            Atomic,
            Relaxed,
            Release, //
        },
        Arc, //
    }, //
};

use abstractions::{
    kthread,
    miscdevice,
    wait::{
        new_wait_queue,
        Queue, //
    }, //
};

module! {
    type: WaitQueues,
    name: "waitqueues",
    authors: ["The kthread_counter authors"],
    description: "A device whose every write wakes a thread from a wait queue",
    license: "GPL",
    params: {
        uninterruptible: u8 {
            default: 0,
            description: "1 to wait uninterruptibly (default 0)",
        },
    },
}

/// What the device and the thread share.
#[pin_data]
struct Shared {
    /// How often the device has been written to.
    writes: Atomic<u64>,
    is_over: Atomic<bool>,
    #[pin]
    queue: Queue,
}

/// The device goes first, then the thread.
struct WaitQueues {
    _device: Pin<KBox<miscdevice::Registration<Device>>>,
    shared: Arc<Shared>,
    _thread: kthread::Handle,
}

impl kernel::Module for WaitQueues {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let interruptible = match *module_parameters::uninterruptible.value() {
            0 => true,
            1 => false,
            _ => return Err(EINVAL),
        };
        let shared = Arc::pin_init(
            pin_init!(Shared {
                writes: Atomic::new(0),
                is_over: Atomic::new(false),
                queue <- new_wait_queue!("Shared::queue"),
            }),
            GFP_KERNEL,
        )?;
        let thread = {
            let shared = shared.clone();
            kthread::Created::new(c"waitqueues", None, move |_| shared.serve(interruptible))?
        };
        let device = Arc::new(Device(shared.clone()), GFP_KERNEL)?;
        Ok(Self {
            _device: KBox::try_pin_init(
                miscdevice::Registration::new(c"waitqueues", 0o222, device),
                GFP_KERNEL,
            )?,
            shared,
            _thread: thread.start(),
        })
    }
}

impl Drop for WaitQueues {
    /// Nothing else wakes a thread that sleeps uninterruptibly; after this, its handle is dropped.
    fn drop(&mut self) {
        self.shared.is_over.store(true, Release);
        self.shared.queue.wake_up_all();
    }
}

impl Shared {
    fn serve(&self, interruptible: bool) -> c_int {
        let mut answered = 0;
        loop {
            let has_something_to_do =
                || self.is_over.load(Acquire) || self.writes.load(Acquire) != answered;
            if interruptible {
                self.queue.wait_interruptible(has_something_to_do);
            } else {
                self.queue.wait_uninterruptible(has_something_to_do);
            }
            if self.is_over.load(Acquire) {
                pr_info!("the thread ends after {} writes\n", answered);
                return 0;
            }
            answered += 1;
            pr_info!("woken by write {}\n", answered);
        }
    }
}

struct Device(Arc<Shared>);

impl miscdevice::Device for Device {
    fn read(&self, _out: &mut dyn fmt::Write) -> fmt::Result {
        Err(fmt::Error) // nobody may open it for reading but those who may do everything
    }

    fn write(&self) {
        self.0.writes.fetch_add(1, Relaxed);
        self.0.queue.wake_up_all();
    }
}
