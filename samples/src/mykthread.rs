// SPDX-License-Identifier: GPL-2.0

//! Threads that log a line every two seconds, and the ways in which a thread starts and ends.
//!
//! | thread | starts | ends |
//! |---|---|---|
//! | `mykthread/0` | created, then woken | stopped, or by SIGTERM with ERESTARTSYS |
//! | `mykthread/1` | created and woken at once | likewise |
//! | `mykthread/2` | likewise | by itself when it is told, completing a completion as it exits |
//!
//! They sleep in `wait_event_interruptible_timeout`. A kernel thread sees no signal that it does not
//! allow. The module learns what a thread returned when it stops it, also if it ended long before.
//!
//! ```text
//! # insmod mykthread.ko; sleep 5; pkill -TERM mykthread.0; rmmod mykthread; dmesg | grep mykthread:
//! ```

#![deny(unsafe_code)]

include!("shared.rs");

use abstractions::kthread_exit;
use kernel::bindings::SIGTERM;

module! {
    type: MyKthread,
    name: "mykthread",
    authors: ["The kthread_counter authors"],
    description: "Kernel threads that log a line, and how they start and end",
    license: "GPL",
}

/// What all threads sleep on, and what ends the last one.
#[pin_data]
struct Bell {
    #[pin]
    queue: wait::Queue,
    is_over: Atomic<bool>,
}

impl Bell {
    /// Logs a line every two seconds, until `is_over` or a signal comes.
    fn serve(&self, name: &str, is_over: impl Fn() -> bool) -> c_int {
        let two_seconds = msecs_to_jiffies(2000);
        for line in 1.. {
            match self.queue.wait_interruptible_timeout(two_seconds, &is_over) {
                wait::Waited::TimedOut => pr_info!("{}: line {}\n", name, line),
                wait::Waited::Interrupted => return ERESTARTSYS.to_errno(),
                wait::Waited::Condition => break,
            }
        }
        0
    }
}

/// The last thread is waited for when `_finishing` goes, which is after `drop`.
struct MyKthread {
    stopped: [Option<kthread::Handle>; 2],
    bell: Arc<Bell>,
    _finishing: kthread_exit::Finishing,
}

impl kernel::Module for MyKthread {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let queue = wait::new_wait_queue!("Bell::queue");
        let bell = pin_init!(Bell { queue <- queue, is_over: Atomic::new(false) });
        let bell = Arc::pin_init(bell, GFP_KERNEL)?;
        let [for_0, for_1, for_2] = [bell.clone(), bell.clone(), bell.clone()];

        let mut created = kthread::Created::new(c"mykthread/0", None, move |thread| {
            for_0.serve("mykthread/0", || thread.should_stop())
        })?;
        created.allow_signal(SIGTERM as c_int); // before it runs
        let woken = created.start();
        let run = kthread::run(c"mykthread/1", move |thread| {
            thread.allow_signal(SIGTERM as c_int);
            for_1.serve("mykthread/1", || thread.should_stop())
        })?;
        let finishing = kthread_exit::Finishing::run(c"mykthread/2", move || {
            let exit = for_2.serve("mykthread/2", || for_2.is_over.load(Acquire));
            pr_info!("mykthread/2: the last word\n");
            exit
        })?;
        Ok(Self {
            stopped: [Some(woken), Some(run)],
            bell,
            _finishing: finishing,
        })
    }
}

impl Drop for MyKthread {
    fn drop(&mut self) {
        for (id, thread) in self.stopped.iter_mut().enumerate() {
            if let Some(exit) = thread.take().and_then(kthread::Handle::stop) {
                pr_info!("mykthread/{} returned {}\n", id, exit);
            }
        }
        self.bell.is_over.store(true, Release);
        self.bell.queue.wake_up_all();
    }
}
