// SPDX-License-Identifier: GPL-2.0

//! Character devices with a number that the kernel chooses.
//!
//! C headers: [`include/linux/cdev.h`](srctree/include/linux/cdev.h),
//! [`include/linux/device.h`](srctree/include/linux/device.h)

use core::ptr::NonNull;

use kernel::{
    error::{
        from_err_ptr,
        to_result, //
    },
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

/// A device in a class of its own, both with one name, and the node in /dev, which only root may
/// open. Removed on drop; the module cannot be removed while it is open. It can be opened once the
/// module's `init` has succeeded, and is ENODEV until then.
// Removed in the order of the fields.
pub(crate) struct Registration<D: Device> {
    _added: Added<D>,
    _class: Class,
    number: Number,
}

impl<D: Device> Registration<D> {
    /// Registers the device.
    ///
    /// # Context
    ///
    /// Sleeps.
    ///
    /// # Errors
    ///
    /// What the kernel says: EBUSY if it has no number left, EEXIST for a name that exists, ENOMEM.
    pub(crate) fn new(name: &'static CStr, device: Arc<D>) -> Result<Self> {
        let number = Number::new(name)?;
        let class = Class::new(name)?;
        let added = Node::new(name, &class, &number, device)?.add()?;
        Ok(Self {
            _added: added,
            _class: class,
            number,
        })
    }

    /// The major number.
    pub(crate) fn major(&self) -> u32 {
        self.number.0 >> bindings::KTHREAD_COUNTER_MINORBITS
    }
}

/// A major and a minor number. Given back on drop.
///
/// # Invariants
///
/// The number was given to this value by `alloc_chrdev_region`, and nobody else gives it back.
struct Number(bindings::dev_t);

impl Number {
    fn new(name: &CStr) -> Result<Self> {
        let mut number = 0;
        // SAFETY: The name is terminated, and copied by the callee.
        to_result(unsafe { bindings::alloc_chrdev_region(&mut number, 0, 1, name.as_char_ptr()) })?;
        // INVARIANT: Just given.
        Ok(Self(number))
    }
}

impl Drop for Number {
    fn drop(&mut self) {
        // SAFETY: The number is this value's by the invariant, and no device has it any more.
        unsafe { bindings::unregister_chrdev_region(self.0, 1) };
    }
}

/// A class of devices, a folder in /sys/class.
///
/// # Invariants
///
/// The pointer is a class that was created and not destroyed.
struct Class(NonNull<bindings::class>);

// SAFETY: A class may be used from any thread.
unsafe impl Send for Class {}

// SAFETY: There is nothing that can be done with a shared reference but to read the pointer.
unsafe impl Sync for Class {}

impl Class {
    fn new(name: &'static CStr) -> Result<Self> {
        // SAFETY: The name is terminated, and static: the class keeps it.
        let class = from_err_ptr(unsafe { bindings::class_create(name.as_char_ptr()) })?;
        // INVARIANT: Just created.
        //
        // SAFETY: It is not null: there is a class.
        Ok(Self(unsafe { NonNull::new_unchecked(class) }))
    }
}

impl Drop for Class {
    fn drop(&mut self) {
        // SAFETY: The class is valid by the invariant, and has no device any more but for one that has
        // been removed and is still open, whose class nobody looks at.
        unsafe { bindings::class_destroy(self.0.as_ptr()) };
    }
}

/// What a device is made of. It lives until the last file of it is closed, by the reference count of
/// `dev`, which `cdev` has a part in once it is added.
#[repr(C)]
struct Parts<D> {
    // First, so that a pointer to it is one to the whole.
    dev: Opaque<bindings::device>,
    cdev: Opaque<bindings::cdev>,
    device: Arc<D>,
}

impl<D> Parts<D> {
    /// # Safety
    ///
    /// Called by the kernel as `release` of the `dev` of a `Parts<D>` that came from a `KBox`.
    unsafe extern "C" fn release(dev: *mut bindings::device) {
        // SAFETY: By the requirements of this function: nobody uses it any more.
        drop(unsafe { KBox::from_raw(dev.cast::<Self>()) });
    }
}

/// A reference to a device that nobody else can open yet.
///
/// # Invariants
///
/// The pointer is valid; its `dev` and `cdev` are initialised, and this owns a reference to `dev`.
struct Node<D: Device>(NonNull<Parts<D>>);

impl<D: Device> Node<D> {
    const OPERATIONS: bindings::file_operations = Operations::<Self>::VTABLE;

    fn new(name: &CStr, class: &Class, number: &Number, device: Arc<D>) -> Result<Self> {
        let parts = KBox::new(
            Parts {
                dev: Opaque::zeroed(),
                cdev: Opaque::zeroed(),
                device,
            },
            GFP_KERNEL,
        )?;
        let parts = KBox::into_raw(parts);
        // SAFETY: The parts are valid.
        let dev = unsafe { (*parts).dev.get() };
        // SAFETY: The parts are valid.
        let cdev = unsafe { (*parts).cdev.get() };
        // SAFETY: It is zeroed memory that does not move any more.
        unsafe { bindings::device_initialize(dev) };
        // SAFETY: It is zeroed memory that does not move any more, and the operations are static.
        unsafe { bindings::cdev_init(cdev, &Self::OPERATIONS) };
        // SAFETY: It is initialised, and nobody else knows it yet.
        unsafe { (*cdev).owner = &raw mut bindings::__this_module };
        // SAFETY: It is initialised, and nobody else knows it yet.
        unsafe { (*dev).class = class.0.as_ptr() };
        // SAFETY: It is initialised, and nobody else knows it yet.
        unsafe { (*dev).devt = number.0 };
        // SAFETY: It is initialised, and nobody else knows it yet.
        unsafe { (*dev).release = Some(Parts::<D>::release) };
        // INVARIANT: Both have been initialised, which makes a reference.
        //
        // SAFETY: `KBox::into_raw` never returns null.
        let node = Self(unsafe { NonNull::new_unchecked(parts) });
        // SAFETY: The format takes one string, and gets one that is terminated.
        to_result(unsafe { bindings::dev_set_name(dev, c"%s".as_char_ptr(), name.as_char_ptr()) })?;
        Ok(node)
    }

    fn dev(&self) -> *mut bindings::device {
        // SAFETY: The parts are valid by the invariant.
        unsafe { self.0.as_ref() }.dev.get()
    }

    fn cdev(&self) -> *mut bindings::cdev {
        // SAFETY: The parts are valid by the invariant.
        unsafe { self.0.as_ref() }.cdev.get()
    }

    /// Makes the device one that others can open.
    fn add(self) -> Result<Added<D>> {
        // SAFETY: Both are initialised by the invariant, and lie in one allocation, whose life `dev`
        // counts.
        to_result(unsafe { bindings::cdev_device_add(self.cdev(), self.dev()) })?;
        // INVARIANT: Just added.
        Ok(Added(self))
    }
}

impl<D: Device> Drop for Node<D> {
    fn drop(&mut self) {
        // SAFETY: The reference is ours by the invariant.
        unsafe { bindings::put_device(self.dev()) };
    }
}

// SAFETY: A file that is being opened has a reference to its `cdev`, and that one to the whole.
unsafe impl<D: Device> Find for Node<D> {
    type Device = D;

    unsafe fn find<'a>(inode: *mut bindings::inode, _file: *mut bindings::file) -> &'a Arc<D> {
        // SAFETY: The inode is that of a character device, which is being opened.
        let cdev = unsafe { bindings::kthread_counter_inode_cdev(inode) };
        // SAFETY: It has the operations of this type, which only `new` gives, so that it is part of a
        // `Parts<D>`.
        let parts = unsafe { kernel::container_of!(Opaque::cast_from(cdev), Parts<D>, cdev) };
        // SAFETY: The parts are valid while `open` runs, which has a reference to `cdev`.
        unsafe { &(*parts).device }
    }
}

/// A device that is there for others. Removed on drop.
///
/// # Invariants
///
/// The device was added and not removed.
struct Added<D: Device>(Node<D>);

// SAFETY: A device may be removed from any thread; what it does is `Send` and `Sync`.
unsafe impl<D: Device> Send for Added<D> {}

// SAFETY: There is nothing that can be done with a shared reference.
unsafe impl<D: Device> Sync for Added<D> {}

impl<D: Device> Drop for Added<D> {
    /// What has been opened stays open.
    fn drop(&mut self) {
        // SAFETY: The device was added by the invariant.
        unsafe { bindings::cdev_device_del(self.0.cdev(), self.0.dev()) };
    }
}
