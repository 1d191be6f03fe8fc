// SPDX-License-Identifier: GPL-2.0

//! `load` and `unload`.

use crate::{
    cli,
    error::Result,
    kernel::module::Module, //
};

pub(crate) fn load(arguments: cli::Load) -> Result {
    super::settings::check_each_once(&arguments.settings)?;
    Module::here().load(arguments.module.as_deref(), &arguments.settings)
}

pub(crate) fn unload() -> Result {
    let module = Module::here();
    // Says that it is not loaded, as the other commands do.
    module.parameters()?;
    module.unload()
}
