// SPDX-License-Identifier: GPL-2.0

//! Tests of the safe abstractions that only a kernel can run.
//!
//! KUnit runs them when the module is loaded, one suite for each facility. What has to be seen from
//! outside is there as long as the module is: parameters, files, and threads with odd names. The
//! tests for those are in `tests/vm/alone/kunit.sh`.
//!
//! An assertion that fails ends the test without running destructors. So a test does first what it
//! has to do, until all of its threads are gone, and asserts last.

#![deny(unsafe_code)]
#![allow(dead_code, reason = "the tests do not need all of the shared code")]

#[path = "../../src/abstractions/mod.rs"]
mod abstractions;
#[path = "../../src/bindings/mod.rs"]
mod bindings;

mod device;
mod kthread;
mod lock;
mod parameters;
mod probe;
mod signal;
mod sleep;
mod support;
mod table;
mod time;
mod timer;
mod uninterruptible;
mod work;

use kernel::prelude::*;

use abstractions::{
    kthread::Handle,
    proc_fs, //
};

module! {
    type: Tests,
    name: "kthread_counter_kunit",
    authors: ["The kthread_counter authors"],
    description: "Tests of the abstractions of kthread_counter",
    license: "GPL",
}

/// What is looked at from outside.
struct Tests {
    _tables: [proc_fs::File<table::Table>; 3],
    _device: device::Device,
    _names: [Handle; 2],
}

impl kernel::Module for Tests {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        device::fail()?;
        Ok(Self {
            _tables: table::create()?,
            _device: device::create()?,
            _names: kthread::create_names()?,
        })
    }
}
