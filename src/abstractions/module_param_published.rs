// SPDX-License-Identifier: GPL-2.0

//! What module parameters need of the module: there from `init` to `exit`, while parameters live longer.

use kernel::{
    prelude::*,
    sync::Arc, //
};

use super::module_param::{
    Lock,
    Locked, //
};

/// A static for what parameters need of the module, and which is there from `init` to `exit`.
pub(crate) struct Published<T>(Locked<Option<Arc<T>>>);

impl<T: Send + Sync> Published<T> {
    /// Constructs it, in a `static`.
    pub(crate) const fn new() -> Self {
        Self(Locked::new(None))
    }

    /// Lets parameters have it until the result is dropped.
    ///
    /// # Context
    ///
    /// As for [`Lock::with`].
    #[must_use = "nothing is published after it is dropped"]
    pub(crate) fn publish(&'static self, value: Arc<T>) -> Publication<T> {
        let before = Lock::with(|lock| self.0.get(lock).replace(value));
        // Not under the lock.
        drop(before);
        Publication(self)
    }

    /// What has been published.
    ///
    /// # Errors
    ///
    /// ENODEV if nothing is.
    pub(crate) fn get(&self, lock: &mut Lock<'_>) -> Result<Arc<T>> {
        self.0.get(lock).clone().ok_or(ENODEV)
    }
}

/// Withdraws the published value on drop. References that were taken before stay valid.
pub(crate) struct Publication<T: Send + Sync + 'static>(&'static Published<T>);

impl<T: Send + Sync> Drop for Publication<T> {
    #[inline]
    fn drop(&mut self) {
        // What it takes out is dropped without the lock.
        drop(Lock::with(|lock| self.0 .0.get(lock).take()));
    }
}
