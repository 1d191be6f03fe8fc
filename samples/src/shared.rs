// SPDX-License-Identifier: GPL-2.0

// What each sample includes: the main module's layers with `unsafe` code, from its own source, and
// what most samples use of them and of the `kernel` crate.

#[path = "../../src/abstractions/mod.rs"]
mod abstractions;
#[path = "../../src/bindings/mod.rs"]
mod bindings;

#[allow(unused_imports, reason = "a sample uses some of them")]
use core::fmt;

#[allow(unused_imports, reason = "a sample uses some of them")]
use kernel::{
    new_mutex,
    prelude::*,
    sync::{
        atomic::{
            Acquire,
            Atomic,
            Relaxed,
            Release, //
        },
        Arc,
        Mutex, //
    },
    time::msecs_to_jiffies, //
};

#[allow(unused_imports, reason = "a sample uses some of them")]
use abstractions::{
    completion::Completion,
    delay::{
        msleep,
        schedule_timeout_interruptible,
        Milliseconds, //
    },
    kthread,
    module_param::{
        module_params,
        Lock,
        Param,
        Source, //
    },
    module_param_number::{
        self,
        number_params, //
    },
    module_param_published::{
        Publication,
        Published, //
    },
    proc_fs,
    seq_file::Single,
    wait, //
};
