// SPDX-License-Identifier: GPL-2.0

//! The module is not loaded: what is said then, whoever notices it.

use std::path::Path;

use crate::error::Error;

/// What to do.
pub(crate) const LOAD: &str = "load it as root: kthread-counter load";

/// As this file of it is not there.
pub(super) fn absent(path: &Path) -> Error {
    Error::unmeasured(
        format_args!("{} is not there", path.display()),
        "the module kthread_counter is not loaded",
        LOAD,
    )
}
