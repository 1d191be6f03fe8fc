// SPDX-License-Identifier: GPL-2.0

//! Machines as trees of files, each with one thing in it that is wrong.

mod faults;
mod module;
mod tree;
