// SPDX-License-Identifier: GPL-2.0

//! Misc devices with an owner and a mode.
//!
//! `kernel::miscdevice` of 7.2 sets no owner, so that a module could be removed while its device is
//! open, and knows no mode.
//!
//! C header: [`include/linux/miscdevice.h`](srctree/include/linux/miscdevice.h)

use core::{
    fmt,
    pin::Pin, //
};

use kernel::{
    error::{
        from_result,
        to_result, //
    },
    new_mutex,
    prelude::*,
    str::Formatter,
    sync::{
        Arc,
        Mutex, //
    },
    types::Opaque, //
};

use super::mutex::LockInterruptible;
use crate::bindings;

/// How long a text a read may give.
const TEXT: usize = 64;

/// What a device does.
///
/// # Context
///
/// All methods may sleep.
pub(crate) trait Device: Send + Sync + 'static {
    /// Called when a file is read from its start: writes what is to be read.
    fn read(&self, out: &mut dyn fmt::Write) -> fmt::Result;

    /// Called once for each write, of whatever length.
    fn write(&self);
}

/// A registered device. Removed on drop; the module cannot be removed while it is open.
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
    const OPERATIONS: bindings::file_operations = bindings::file_operations {
        owner: &raw mut bindings::__this_module,
        open: Some(Self::open),
        release: Some(Self::release),
        read: Some(Self::read),
        write: Some(Self::write),
        llseek: Some(bindings::default_llseek),
        ..pin_init::zeroed()
    };

    /// Constructs an initialiser that registers the device with these permission bits.
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
                misc.mode = mode;
                // SAFETY: `slot` is writable.
                unsafe { slot.write(misc) };
                // SAFETY: It is initialised, and stays where it is until it is removed by `drop`.
                to_result(unsafe { bindings::misc_register(slot) })
            }),
        })
    }

    /// # Safety
    ///
    /// Called by the kernel as `open` of a device with these operations.
    unsafe extern "C" fn open(_inode: *mut bindings::inode, file: *mut bindings::file) -> c_int {
        from_result(|| {
            // SAFETY: The misc device puts itself there before it calls this.
            let registration = unsafe { (*file).private_data.cast::<Self>() };
            // SAFETY: The device is registered while it is being opened, and it is part of a
            // registration.
            let device = unsafe { (*registration).device.clone() };
            let opened = KBox::pin_init(Opened::new(device), GFP_KERNEL)?;
            // SAFETY: The file is being opened by this call only. What is pinned stays pinned: it
            // is given back to a box by `release`.
            unsafe {
                (*file).private_data = KBox::into_raw(Pin::into_inner_unchecked(opened)).cast();
            }
            Ok(0)
        })
    }

    /// # Safety
    ///
    /// `file` was opened with [`Self::open`] and is not released while the result is used.
    unsafe fn opened<'a>(file: *mut bindings::file) -> &'a Opened<D> {
        // SAFETY: `open` has put it there.
        unsafe { &*(*file).private_data.cast::<Opened<D>>() }
    }

    /// # Safety
    ///
    /// Called by the kernel as `release` of a device with these operations.
    unsafe extern "C" fn release(_inode: *mut bindings::inode, file: *mut bindings::file) -> c_int {
        // SAFETY: `open` has put it there, and nobody uses the file any more.
        drop(unsafe { KBox::from_raw((*file).private_data.cast::<Opened<D>>()) });
        0
    }

    /// # Safety
    ///
    /// Called by the kernel as `read` of a device with these operations.
    unsafe extern "C" fn read(
        file: *mut bindings::file,
        to: *mut c_char,
        count: usize,
        position: *mut bindings::loff_t,
    ) -> isize {
        if count == 0 {
            return 0;
        }
        // SAFETY: The file is open.
        let opened = unsafe { Self::opened(file) };
        let read = || -> Result<isize> {
            let mut text = opened.text.lock_interruptible()?;
            // SAFETY: The position is valid.
            if unsafe { *position } == 0 {
                text.fill(&*opened.device)?;
            }
            // SAFETY: The position is valid, the text is readable, and the callee checks what user
            // space gave.
            Ok(unsafe {
                bindings::simple_read_from_buffer(
                    to.cast(),
                    count,
                    position,
                    text.bytes.as_ptr().cast(),
                    text.len,
                )
            })
        };
        read().unwrap_or_else(|error| error.to_errno() as isize)
    }

    /// # Safety
    ///
    /// Called by the kernel as `write` of a device with these operations.
    unsafe extern "C" fn write(
        file: *mut bindings::file,
        _from: *const c_char,
        count: usize,
        _position: *mut bindings::loff_t,
    ) -> isize {
        // SAFETY: The file is open.
        let opened = unsafe { Self::opened(file) };
        opened.device.write();
        count as isize
    }
}

#[pinned_drop]
impl<D: Device> PinnedDrop for Registration<D> {
    fn drop(self: Pin<&mut Self>) {
        // SAFETY: The device is registered by the invariant.
        unsafe { bindings::misc_deregister(self.inner.get()) };
    }
}

/// An open file of a device.
#[pin_data]
struct Opened<D> {
    device: Arc<D>,
    /// What a read from the start gave; the reads that follow go on in it.
    #[pin]
    text: Mutex<Text>,
}

impl<D: Device> Opened<D> {
    fn new(device: Arc<D>) -> impl PinInit<Self> {
        pin_init!(Self {
            device,
            text <- new_mutex!(
                Text {
                    bytes: [0; TEXT],
                    len: 0,
                },
                "Opened::text"
            ),
        })
    }
}

struct Text {
    bytes: [u8; TEXT],
    len: usize,
}

impl Text {
    fn fill(&mut self, device: &impl Device) -> Result {
        let mut out = Formatter::new(&mut self.bytes);
        device.read(&mut out).map_err(|_| EIO)?;
        self.len = out.bytes_written();
        Ok(())
    }
}
