// SPDX-License-Identifier: GPL-2.0

//! The arithmetic of histograms.

pub(crate) mod distribution;
pub(crate) mod group;
pub(crate) mod percent;
