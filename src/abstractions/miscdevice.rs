// SPDX-License-Identifier: GPL-2.0

//! Misc devices with an owner and a mode.
//!
//! `kernel::miscdevice` of 7.2 sets no owner, so that a module could be removed while its device is
//! open, and knows no mode.
//!
//! C header: [`include/linux/miscdevice.h`](srctree/include/linux/miscdevice.h)

use kernel::{
    error::to_result,
    prelude::*,
    sync::Arc,
    types::Opaque, //
};

pub(crate) use super::fs::Device;
use super::fs::{
    Find,
    Operations, //
};
use crate::bindings;

/// A registered device. Removed on drop; the module cannot be removed while it is open. It can be opened
/// once the module's `init` has succeeded, and is ENODEV until then.
///
/// It can always be read and written without waiting, which is what `poll` says of a device that
/// has no `poll` of its own.
///
/// # Invariants
///
/// `inner` is registered, with operations that expect it to be part of a `Registration<D>`.
#[pin_data(PinnedDrop)]
#[repr(C)]
pub(crate) struct Registration<D: Device> {
    // First, so that a pointer to it is one to the registration.
    #[pin]
    inner: Opaque<bindings::miscdevice>,
    device: Arc<D>,
}

// SAFETY: A device may be removed from any thread; what it does is `Send` and `Sync`.
unsafe impl<D: Device> Send for Registration<D> {}

// SAFETY: There is nothing that can be done with a shared reference.
unsafe impl<D: Device> Sync for Registration<D> {}

impl<D: Device> Registration<D> {
    const OPERATIONS: bindings::file_operations = Operations::<Self>::VTABLE;

    /// Constructs an initialiser that registers the device with these permission bits, 0 to 0777.
    ///
    /// # Context
    ///
    /// Sleeps.
    ///
    /// # Errors
    ///
    /// What the kernel says: EEXIST for a name that exists, ENOMEM.
    pub(crate) fn new(name: &'static CStr, mode: u16, device: Arc<D>) -> impl PinInit<Self, Error> {
        try_pin_init!(Self {
            // Before the device is there for others.
            device,
            inner <- Opaque::try_ffi_init(move |slot: *mut bindings::miscdevice| {
                let mut misc: bindings::miscdevice = pin_init::zeroed();
                misc.minor = bindings::MISC_DYNAMIC_MINOR as c_int;
                misc.name = name.as_char_ptr();
                misc.fops = &Self::OPERATIONS;
                // With the type of the file, so that it is not 0, which would be taken for no mode.
                misc.mode = bindings::S_IFCHR as u16 | (mode & 0o777);
                // SAFETY: `slot` is writable.
                unsafe { slot.write(misc) };
                // SAFETY: It is initialised, and stays where it is until it is removed by `drop`.
                to_result(unsafe { bindings::misc_register(slot) })
            }),
        })
    }
}

// SAFETY: The device of a file that is being opened is registered. `misc_open` holds a lock for which
// `misc_deregister` waits.
unsafe impl<D: Device> Find for Registration<D> {
    type Device = D;

    unsafe fn find(_inode: *mut bindings::inode, file: *mut bindings::file) -> Arc<D> {
        // SAFETY: The misc device puts itself there before it calls `open`.
        let registration = unsafe { (*file).private_data.cast::<Self>() };
        // SAFETY: It is part of a registration, which is valid while `open` runs.
        unsafe { &(*registration).device }.clone()
    }
}

#[pinned_drop]
impl<D: Device> PinnedDrop for Registration<D> {
    fn drop(self: Pin<&mut Self>) {
        // SAFETY: The device is registered by the invariant.
        unsafe { bindings::misc_deregister(self.inner.get()) };
    }
}
