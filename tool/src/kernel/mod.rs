// SPDX-License-Identifier: GPL-2.0

//! Reads what the kernel says: the module's files, and what is known of the machine.

pub(crate) mod absent;
mod fields;
pub(crate) mod histogram;
pub(crate) mod host;
mod log;
pub(crate) mod module;
pub(crate) mod problem;
pub(crate) mod sheet;
pub(crate) mod source;
pub(crate) mod table;
#[cfg(test)]
mod tests;
