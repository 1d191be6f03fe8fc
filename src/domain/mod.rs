// SPDX-License-Identifier: GPL-2.0

//! What the module is about: workers that sleep, wake and count, and the pool of them.
//!
//! Safe Rust only. [`logic`] needs no kernel at all.

pub(crate) mod calls;
pub(crate) mod environment;
pub(crate) mod logic;
pub(crate) mod pool;
pub(crate) mod primitive;
pub(crate) mod refusal;
pub(crate) mod worker;
