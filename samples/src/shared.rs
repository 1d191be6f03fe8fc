// SPDX-License-Identifier: GPL-2.0

// What each sample includes: the main module's layers with `unsafe` code, from its own source, and
// the names of the `kernel` crate that most samples use.

#[path = "../../src/abstractions/mod.rs"]
mod abstractions;
#[path = "../../src/bindings/mod.rs"]
mod bindings;

#[allow(unused_imports, reason = "a sample uses some of them")]
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
