// SPDX-License-Identifier: GPL-2.0

//! Tests of what can be said without a kernel.
//!
//! The very files that the module is built from are compiled here; there is one file of tests for
//! each. The properties compare with models that are written for being obvious, not for being fast.

#![cfg(test)]

#[path = "../../../src/domain/logic/mod.rs"]
mod logic;

mod cpus;
mod decimal;
mod escaped;
mod histogram;
mod ids;
mod interval;
mod interval_model;
mod junk;
mod list;
mod mode;
mod range;
mod range_model;
mod signal;
mod sleep;
mod stats;
mod sums;
mod text;
mod texts;
