// SPDX-License-Identifier: GPL-2.0

//! Keeping what some write out of the cache lines of what others read.

use core::ops::Deref;

use kernel::prelude::*;

/// A value that shares its cache lines with nothing else.
#[pin_data]
#[repr(align(64))]
pub(crate) struct Apart<T> {
    #[pin]
    value: T,
}

impl<T> Apart<T> {
    /// Constructs an initialiser.
    pub(crate) fn new(value: impl PinInit<T>) -> impl PinInit<Self> {
        pin_init!(Self { value <- value })
    }
}

impl<T> Deref for Apart<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.value
    }
}
