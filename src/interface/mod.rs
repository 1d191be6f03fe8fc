// SPDX-License-Identifier: GPL-2.0

//! What users read and write. Each file turns text into a call on the pool, or the pool into text.

pub(crate) mod device;
pub(crate) mod last_error;
pub(crate) mod parameters;
pub(crate) mod proc;
pub(crate) mod state;
