// SPDX-License-Identifier: GPL-2.0

//! What the module is about: workers that sleep, wake and count, and the pool of them.
//!
//! Safe Rust only. [`logic`] needs no kernel at all. In the order in which they know each other:
//!
//! | what | files |
//! |---|---|
//! | what primitives sleep on, and they | [`calls`], [`sleeper`], [`primitive`] |
//! | what workers share | [`trip`], [`census`], [`environment`] |
//! | one worker, and its thread | [`settings`], [`record`], [`worker`] |
//! | all of them | [`roster`], [`total`], [`threads`], [`pool`], [`owner`] |

pub(crate) mod apart;
pub(crate) mod calls;
pub(crate) mod census;
pub(crate) mod environment;
pub(crate) mod logic;
pub(crate) mod owner;
pub(crate) mod pool;
pub(crate) mod primitive;
pub(crate) mod record;
pub(crate) mod refusal;
pub(crate) mod roster;
pub(crate) mod settings;
pub(crate) mod sleeper;
pub(crate) mod threads;
pub(crate) mod total;
pub(crate) mod trip;
pub(crate) mod worker;
