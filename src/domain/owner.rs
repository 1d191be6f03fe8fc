// SPDX-License-Identifier: GPL-2.0

//! Who closes the pool at the end.

use kernel::sync::Arc;

use super::pool::Pool;

/// Owns the threads of a pool, which others may still refer to: closes it on drop.
pub(crate) struct Owner(Arc<Pool>);

impl Owner {
    /// Takes the duty of closing the pool.
    pub(crate) fn new(pool: Arc<Pool>) -> Self {
        Self(pool)
    }
}

impl Drop for Owner {
    #[inline]
    fn drop(&mut self) {
        self.0.close();
    }
}
