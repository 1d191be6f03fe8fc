// SPDX-License-Identifier: GPL-2.0

//! What the files of devices do when they are opened, read and written.
//!
//! C header: [`include/linux/fs.h`](srctree/include/linux/fs.h)

use core::{
    fmt,
    marker::PhantomData,
    pin::Pin, //
};

use kernel::{
    error::from_result,
    iov::IovIterSource,
    new_mutex,
    prelude::*,
    str::Formatter,
    sync::{
        Arc,
        Mutex, //
    }, //
};

use super::mutex::LockOrSignal;
use crate::bindings;

/// How long a text a read may give.
const TEXT: usize = 64;

/// What a device does.
///
/// # Context
///
/// All methods may sleep.
pub(crate) trait Device: Send + Sync + 'static {
    /// Called when a file is read from its start: writes what is to be read. More than fits is EIO.
    ///
    /// A device that has no such method cannot be read.
    fn read(&self, out: &mut dyn fmt::Write) -> Result {
        let _ = out;
        Err(EINVAL)
    }

    /// Called once for each write, of whatever length.
    ///
    /// A device that has no such method cannot be written.
    fn write(&self) -> Result {
        Err(EINVAL)
    }
}

/// What knows the device of a file that is being opened.
///
/// # Safety
///
/// The registration of a file's device stays while the file is being opened: dropping it waits for the
/// kernel's function that calls `open`, also if the module is not live.
pub(super) unsafe trait Find {
    /// What the device does.
    type Device: Device;

    /// The device of `inode`.
    ///
    /// # Safety
    ///
    /// Called in `open` of a file whose operations are those for this type.
    unsafe fn find(inode: *mut bindings::inode, file: *mut bindings::file) -> Arc<Self::Device>;
}

/// The C operations of the files of a device.
pub(super) struct Operations<F>(PhantomData<F>);

impl<F: Find> Operations<F> {
    /// With the module as the owner, so that it cannot be removed while a file is open.
    pub(super) const VTABLE: bindings::file_operations = bindings::file_operations {
        owner: &raw mut bindings::__this_module,
        open: Some(Self::open),
        release: Some(Self::release),
        read: Some(Self::read),
        // And not `write`, which writev(2) calls for each of its buffers.
        write_iter: Some(Self::write_iter),
        llseek: Some(bindings::default_llseek),
        ..pin_init::zeroed()
    };

    /// # Safety
    ///
    /// Called by the kernel as `open` of a file with these operations.
    unsafe extern "C" fn open(inode: *mut bindings::inode, file: *mut bindings::file) -> c_int {
        from_result(|| {
            // If `init` fails, the kernel frees the module without asking who has it open.
            if !is_live() {
                // SAFETY: The file is being opened, and has these operations.
                unsafe { Self::leave(file) };
                return Err(ENODEV);
            }
            // SAFETY: The file is being opened, and has these operations.
            let device = unsafe { F::find(inode, file) };
            let opened = KBox::pin_init(Opened::new(device), GFP_KERNEL)?;
            // SAFETY: It stays where it is until `release` gives it back to a box and drops it.
            let opened = unsafe { Pin::into_inner_unchecked(opened) };
            // SAFETY: The file is being opened by this call only.
            unsafe { (*file).private_data = KBox::into_raw(opened).cast() };
            Ok(0)
        })
    }

    /// Takes the module out of a file that is not opened. The kernel would do it once its function that
    /// calls `open` has returned, which is all that dropping a registration waits for; and after that an
    /// `init` that fails lets the module be freed. Until then that function keeps the module's code: see
    /// [`Find`].
    ///
    /// # Safety
    ///
    /// `file` is being opened with these operations, and `open` is about to fail.
    unsafe fn leave(file: *mut bindings::file) {
        // SAFETY: The file is being opened by this call only; without operations it has no owner.
        unsafe { (*file).f_op = core::ptr::null() };
        // SAFETY: The file's operations had a reference to their owner, which is this module.
        unsafe { bindings::module_put(&raw mut bindings::__this_module) };
    }

    /// # Safety
    ///
    /// `file` was opened with [`Self::open`] and is not released while the result is used.
    unsafe fn opened<'a>(file: *mut bindings::file) -> &'a Opened<F::Device> {
        // SAFETY: `open` has put it there.
        unsafe { &*(*file).private_data.cast::<Opened<F::Device>>() }
    }

    /// # Safety
    ///
    /// Called by the kernel as `release` of a file with these operations.
    unsafe extern "C" fn release(_inode: *mut bindings::inode, file: *mut bindings::file) -> c_int {
        // SAFETY: `open` has put it there, and nobody uses the file any more.
        drop(unsafe { KBox::from_raw((*file).private_data.cast::<Opened<F::Device>>()) });
        0
    }

    /// # Safety
    ///
    /// Called by the kernel as `read` of a file with these operations.
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
    /// Called by the kernel as `write_iter` of a file with these operations.
    unsafe extern "C" fn write_iter(
        call: *mut bindings::kiocb,
        from: *mut bindings::iov_iter,
    ) -> isize {
        // SAFETY: The call is valid, and its file is open.
        let opened = unsafe { Self::opened((*call).ki_filp) };
        // SAFETY: `from` is a source that is this call's alone.
        let from = unsafe { IovIterSource::from_raw(from) };
        match opened.device.write() {
            Ok(()) => from.len() as isize,
            Err(error) => error.to_errno() as isize,
        }
    }
}

/// Whether the module's `init` has succeeded, and it is not being removed.
#[inline]
fn is_live() -> bool {
    // SAFETY: `__this_module` is this module, which is valid while its code runs. The kernel writes the
    // state as one word, and reads it as here: without a lock.
    let state = unsafe { (&raw const bindings::__this_module.state).read_volatile() };
    state == bindings::module_state_MODULE_STATE_LIVE
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
        device.read(&mut out)?;
        // The text did not fit, and `read` ignored the error.
        let len = out.bytes_written();
        if len > TEXT {
            return Err(EIO);
        }
        self.len = len;
        Ok(())
    }
}
