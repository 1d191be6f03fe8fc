// SPDX-License-Identifier: GPL-2.0

//! A thread that sleeps a second, and counts.
//!
//! It teaches how a thread lives as long as its module: `init` starts it, and when the module goes it
//! is asked to end and waited for. What it counts is shared with the file that shows it.
//!
//! ```text
//! # insmod example5.ko; sleep 5; cat /proc/example5; rmmod example5
//! ```

#![deny(unsafe_code)]

include!("shared.rs");

module! {
    type: Example5,
    name: "example5",
    authors: ["The kthread_counter authors"],
    description: "A kernel thread that sleeps a second, and counts",
    license: "GPL",
}

/// The file goes first, then the thread.
struct Example5 {
    _file: proc_fs::File<Single<Counter>>,
    _thread: kthread::Handle,
}

impl kernel::Module for Example5 {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let counter = Arc::new(Counter(Atomic::new(0)), GFP_KERNEL)?;
        Ok(Self {
            _file: proc_fs::File::single(c"example5", counter.clone())?,
            _thread: kthread::run(c"example5", move |thread| {
                while !thread.should_stop() {
                    msleep(Milliseconds(1000)); // ssleep(1)
                    counter.0.add(1, Relaxed);
                }
                0
            })?,
        })
    }
}

/// How often the thread has slept.
struct Counter(Atomic<u64>);

impl fmt::Display for Counter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.0.load(Relaxed))
    }
}
