// SPDX-License-Identifier: GPL-2.0

use crate::output::document::Run;

/// One measurement of the page.
pub(crate) struct Measurement {
    /// Of its file.
    pub(crate) name: String,
    pub(crate) run: Run,
}
