// SPDX-License-Identifier: GPL-2.0

//! A limit to how often something is logged.
//!
//! C header: [`include/linux/ratelimit.h`](srctree/include/linux/ratelimit.h)

use kernel::{
    prelude::*,
    types::Opaque, //
};

use crate::bindings;

/// The kernel's default limit: 10 messages in 5 seconds.
///
/// # Invariants
///
/// `inner` is initialised.
#[pin_data]
pub(crate) struct RateLimit {
    #[pin]
    inner: Opaque<bindings::ratelimit_state>,
}

// SAFETY: The state may be used from any thread.
unsafe impl Send for RateLimit {}

// SAFETY: The state has a lock of its own.
unsafe impl Sync for RateLimit {}

impl RateLimit {
    /// Constructs an initialiser.
    pub(crate) fn new() -> impl PinInit<Self> {
        // INVARIANT: Initialised by the C function.
        pin_init!(Self {
            inner <- Opaque::ffi_init(|slot| {
                // SAFETY: `slot` is valid.
                unsafe { bindings::kthread_counter_ratelimit_init(slot) }
            }),
        })
    }

    /// Whether one more message is allowed now. Does not sleep.
    ///
    /// `name` is what the kernel calls the messages when it says how many it has left out.
    pub(crate) fn allows(&self, name: &'static CStr) -> bool {
        // SAFETY: The state is initialised, and the name is terminated.
        unsafe { bindings::___ratelimit(self.inner.get(), name.as_char_ptr()) != 0 }
    }
}
