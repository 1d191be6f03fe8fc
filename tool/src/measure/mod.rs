// SPDX-License-Identifier: GPL-2.0

//! The arithmetic of histograms.

pub(crate) mod bounds;
pub(crate) mod by_id;
pub(crate) mod change;
pub(crate) mod compare;
pub(crate) mod distribution;
pub(crate) mod expect;
pub(crate) mod group;
pub(crate) mod measured;
pub(crate) mod percent;
pub(crate) mod primitive;
pub(crate) mod span;
pub(crate) mod tolerance;
pub(crate) mod verdict;
