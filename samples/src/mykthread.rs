// SPDX-License-Identifier: GPL-2.0

//! Threads that log a line every two seconds, and the ways in which a thread starts and ends.
//!
//! | thread | starts | ends |
//! |---|---|---|
//! | `mykthread/0` | created, then woken | when it is stopped, or by a fatal signal with ERESTARTSYS |
//! | `mykthread/1` | created and woken at once | likewise |
//! | `mykthread/2` | likewise | by itself, when it is told; unloading waits for its last word |
//!
//! All sleep in `wait_event_interruptible_timeout`. A kernel thread sees no signal that it does not
//! allow; the first two allow TERM, and whoever stops them later is told what they returned.
//!
//! ```text
//! # insmod mykthread.ko; sleep 5; kill -TERM $(pgrep mykthread/0); rmmod mykthread; dmesg | tail
//! ```

#![deny(unsafe_code)]

include!("shared.rs");

use kernel::{
    prelude::*,
    sync::{
        atomic::{
            Acquire,
            Atomic,
            Release, //
        },
        Arc, //
    }, //
};

use abstractions::{
    jiffies,
    kthread,
    kthread_exit::Finishing,
    wait::{
        new_wait_queue,
        Queue,
        Waited, //
    }, //
};

module! {
    type: MyKthread,
    name: "mykthread",
    authors: ["The kthread_counter authors"],
    description: "Kernel threads that log a line, and how they start and end",
    license: "GPL",
}

const SIGTERM: c_int = kernel::bindings::SIGTERM as c_int;
const TWO_SECONDS: u64 = 2_000_000_000;

/// What all threads sleep on, and what ends the last one.
#[pin_data]
struct Bell {
    #[pin]
    queue: Queue,
    is_over: Atomic<bool>,
}

struct MyKthread {
    stopped: [Option<kthread::Handle>; 2],
    bell: Arc<Bell>,
    _finishing: Finishing,
}

impl kernel::Module for MyKthread {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let bell = Arc::pin_init(
            pin_init!(Bell {
                queue <- new_wait_queue!("Bell::queue"),
                is_over: Atomic::new(false),
            }),
            GFP_KERNEL,
        )?;

        // In two steps: what is done to the thread in between is done before it runs.
        let created = create(c"mykthread/0", &bell)?;
        pr_info!("mykthread/0 is process {}, and waits to be woken\n", created.pid());
        let first = created.start();
        // In one step.
        let second = create(c"mykthread/1", &bell)?.start();
        let finishing = {
            let bell = bell.clone();
            Finishing::run(c"mykthread/2", move || finish(&bell))?
        };
        Ok(Self {
            stopped: [Some(first), Some(second)],
            bell,
            _finishing: finishing,
        })
    }
}

impl Drop for MyKthread {
    fn drop(&mut self) {
        for (id, thread) in self.stopped.iter_mut().enumerate() {
            match thread.take().map(kthread::Handle::stop) {
                Some(Some(exit)) => pr_info!("mykthread/{} returned {}\n", id, exit),
                _ => pr_info!("mykthread/{} never ran\n", id),
            }
        }
        // The last one is waited for when its field is dropped, after this.
        self.bell.is_over.store(true, Release);
        self.bell.queue.wake_up_all();
    }
}

fn create(name: &CStr, bell: &Arc<Bell>) -> Result<kthread::Created> {
    let bell = bell.clone();
    let mut thread = kthread::Created::new(name, None, move |thread| serve(thread, &bell))?;
    thread.allow_signal(SIGTERM);
    Ok(thread)
}

/// Until it is stopped, or a signal ends it.
fn serve(thread: &kthread::Current<'_>, bell: &Bell) -> c_int {
    let two_seconds = jiffies::from_nanos(TWO_SECONDS);
    for line in 1.. {
        let waited = bell.queue.wait_interruptible_timeout(two_seconds, || thread.should_stop());
        if waited == Waited::Condition {
            break;
        }
        if let Some(signal) = thread.dequeue_signal() {
            pr_info!("signal {} ends process {}\n", signal, kernel::current!().pid());
            return ERESTARTSYS.to_errno();
        }
        pr_info!("process {}: line {}\n", kernel::current!().pid(), line);
    }
    0
}

/// Until it is told.
fn finish(bell: &Bell) -> c_int {
    let two_seconds = jiffies::from_nanos(TWO_SECONDS);
    for line in 1.. {
        let is_over = || bell.is_over.load(Acquire);
        if bell.queue.wait_interruptible_timeout(two_seconds, is_over) == Waited::Condition {
            break;
        }
        pr_info!("process {}: line {}\n", kernel::current!().pid(), line);
    }
    pr_info!("process {}: the last word\n", kernel::current!().pid());
    0
}
