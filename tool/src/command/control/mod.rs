// SPDX-License-Identifier: GPL-2.0

//! What changes the module, by its parameters: nothing that `echo` could not do, but for names that are checked
//! and reasons that are told.

mod life;
mod settings;
mod workers;

pub(super) use life::{
    load,
    unload, //
};
pub(super) use settings::set;
pub(super) use workers::{
    signal,
    tell, //
};
