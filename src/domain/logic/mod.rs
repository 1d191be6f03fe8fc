// SPDX-License-Identifier: GPL-2.0

//! What can be said without a kernel: parsing, formatting and arithmetic.
//!
//! These files use `core` only, so that the very same source is also compiled and tested on the
//! host (`tests/host`). Text comes in as bytes, because that is what a user writes to a file.

pub(crate) mod cpus;
pub(crate) mod decimal;
pub(crate) mod escaped;
pub(crate) mod histogram;
pub(crate) mod ids;
pub(crate) mod interval;
pub(crate) mod list;
pub(crate) mod mode;
pub(crate) mod range;
pub(crate) mod reject;
pub(crate) mod signal;
pub(crate) mod stats;
pub(crate) mod sums;
pub(crate) mod text;
