// SPDX-License-Identifier: GPL-2.0

//! A thread that sleeps a second, and counts.
//!
//! It teaches how a thread lives as long as its module: created and started by `init`, asked to end
//! and waited for when the module's state is dropped. What it counts is shared by reference count,
//! and read by whoever reads the file.
//!
//! ```text
//! # insmod example5.ko; sleep 5; cat /proc/example5; rmmod example5
//! ```

#![deny(unsafe_code)]

include!("shared.rs");

use core::fmt::{
    self,
    Write, //
};

use kernel::{
    prelude::*,
    sync::{
        atomic::{
            Atomic,
            Relaxed, //
        },
        Arc, //
    }, //
};

use abstractions::{
    delay::{
        msleep,
        Milliseconds, //
    },
    kthread,
    proc_fs,
    seq_file::{
        Rows,
        Writer, //
    }, //
};

module! {
    type: Example5,
    name: "example5",
    authors: ["The kthread_counter authors"],
    description: "A kernel thread that sleeps a second, and counts",
    license: "GPL",
}

/// The file goes first, then the thread.
struct Example5 {
    _file: proc_fs::File<Counter>,
    _thread: kthread::Handle,
}

impl kernel::Module for Example5 {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let counter = Arc::new(Counter(Atomic::new(0)), GFP_KERNEL)?;
        let file = proc_fs::File::new(c"example5", counter.clone())?;
        let thread = kthread::Created::new(c"example5", None, move |thread| {
            while !thread.should_stop() {
                msleep(Milliseconds(1000));
                counter.0.add(1, Relaxed);
            }
            0
        })?;
        pr_info!("the thread is process {}\n", thread.pid());
        Ok(Self {
            _file: file,
            _thread: thread.start(),
        })
    }
}

/// How many seconds the thread has slept.
struct Counter(Atomic<u64>);

impl Rows for Counter {
    type Row = u64;

    fn row(&self, position: &mut u64) -> Option<u64> {
        (*position == 0).then(|| self.0.load(Relaxed))
    }

    fn show(&self, count: &u64, out: &mut Writer<'_>) -> fmt::Result {
        writeln!(out, "{count}")
    }
}
