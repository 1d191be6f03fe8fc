// SPDX-License-Identifier: GPL-2.0

//! What `run` is made of: the workers that it wants, what it sets and puts back, and what goes on meanwhile.

pub(crate) mod beside;
pub(crate) mod clock;
pub(crate) mod drive;
pub(crate) mod interrupt;
pub(crate) mod life;
pub(crate) mod lock;
pub(crate) mod notes;
pub(crate) mod plan;
pub(crate) mod ranges;
pub(crate) mod result;
pub(crate) mod session;
pub(crate) mod shared;
pub(crate) mod target;
pub(crate) mod trace;
