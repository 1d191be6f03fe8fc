// SPDX-License-Identifier: GPL-2.0

//! Character devices with a number that the kernel chooses.
//!
//! C headers: [`include/linux/cdev.h`](srctree/include/linux/cdev.h),
//! [`include/linux/device.h`](srctree/include/linux/device.h)

use core::{
    marker::PhantomData,
    ptr::NonNull, //
};

use kernel::{
    error::{
        from_err_ptr,
        to_result, //
    },
    prelude::*,
    sync::{
        Arc,
        ArcBorrow, //
    }, //
};

pub(crate) use super::fs::Device;
use super::{
    delay::{
        msleep,
        Milliseconds, //
    },
    fs::{
        Find,
        Operations, //
    }, //
};
use crate::bindings;

/// A device in a class of its own, both with one name, and the node in /dev, which only root may
/// open. It can be opened once the module's `init` has succeeded, and not before.
///
/// What may live longer than the module, because others refer to it, is the kernel's own: the `cdev` and
/// the `device` free themselves. Neither has a function of the module.
///
/// # Context
///
/// Removed on drop, which sleeps until nobody has the device open: in a module's `exit` and in an `init`
/// that fails nobody has.
// Removed in the order of the fields.
pub(crate) struct Registration<D: Device> {
    _node: Node,
    _cdev: Cdev<D>,
    _class: Class,
    number: Number,
    _device: Arc<D>,
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
        let node = Node::new(name, &class, &number, &device)?;
        let cdev = Cdev::new(&node, &number)?;
        Ok(Self {
            _node: node,
            _cdev: cdev,
            _class: class,
            number,
            _device: device,
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
    #[inline]
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
    #[inline]
    fn drop(&mut self) {
        // SAFETY: The class is valid by the invariant, and its device has been removed.
        unsafe { bindings::class_destroy(self.0.as_ptr()) };
    }
}

/// What is seen of a device in /dev and /sys. Removed on drop.
///
/// # Invariants
///
/// The pointer is a device that `device_create` made, and that was not removed.
struct Node(NonNull<bindings::device>);

// SAFETY: A device may be removed from any thread.
unsafe impl Send for Node {}

// SAFETY: There is nothing that can be done with a shared reference but to read the pointer.
unsafe impl Sync for Node {}

impl Node {
    /// Whoever opens the device will find `device` in it.
    fn new<D>(name: &CStr, class: &Class, number: &Number, device: &Arc<D>) -> Result<Self> {
        // SAFETY: The class is valid, and the format takes one string, and gets one that is terminated.
        let node = from_err_ptr(unsafe {
            bindings::device_create(
                class.0.as_ptr(),
                core::ptr::null_mut(),
                number.0,
                Arc::as_ptr(device).cast_mut().cast(),
                c"%s".as_char_ptr(),
                name.as_char_ptr(),
            )
        })?;
        // INVARIANT: Just made.
        //
        // SAFETY: It is not null: there is a device.
        Ok(Self(unsafe { NonNull::new_unchecked(node) }))
    }
}

impl Drop for Node {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: The device is there by the invariant. Its memory is the kernel's, as long as others
        // refer to it.
        unsafe { bindings::device_unregister(self.0.as_ptr()) };
    }
}

/// What is opened. Removed on drop.
///
/// # Invariants
///
/// The pointer is a `cdev` that was added with [`Cdev::OPERATIONS`] and not removed; its parent is a
/// [`Node`] for a `D`. This owns a reference to it beside the one that goes when it is removed.
struct Cdev<D: Device>(NonNull<bindings::cdev>, PhantomData<fn(D)>);

// SAFETY: A `cdev` may be removed from any thread.
unsafe impl<D: Device> Send for Cdev<D> {}

// SAFETY: There is nothing that can be done with a shared reference.
unsafe impl<D: Device> Sync for Cdev<D> {}

impl<D: Device> Cdev<D> {
    const OPERATIONS: bindings::file_operations = Operations::<Self>::VTABLE;

    fn new(node: &Node, number: &Number) -> Result<Self> {
        // SAFETY: It may always be called.
        let cdev = NonNull::new(unsafe { bindings::cdev_alloc() }).ok_or(ENOMEM)?;
        // No owner: it may live longer than the module, and who opens it would ask for the owner first.
        //
        // SAFETY: Nobody else knows it yet.
        unsafe { (*cdev.as_ptr()).ops = &Self::OPERATIONS };
        // SAFETY: It is valid.
        let kobject = unsafe { &raw mut (*cdev.as_ptr()).kobj };
        // SAFETY: The node is valid.
        let parent = unsafe { &raw mut (*node.0.as_ptr()).kobj };
        // SAFETY: Both are valid, and the parent is initialised.
        unsafe { bindings::cdev_set_parent(cdev.as_ptr(), parent) };
        // SAFETY: It is valid, and the number is ours.
        let added = to_result(unsafe { bindings::cdev_add(cdev.as_ptr(), number.0, 1) });
        if let Err(error) = added {
            // It has taken no reference to its parent, and would give one back.
            //
            // SAFETY: It is valid, and nobody else knows it.
            unsafe { (*kobject).parent = core::ptr::null_mut() };
            // SAFETY: The one reference is ours.
            unsafe { bindings::kobject_put(kobject) };
            return Err(error);
        }
        // SAFETY: It is valid.
        unsafe { bindings::kobject_get(kobject) };
        // INVARIANT: Just made so.
        Ok(Self(cdev, PhantomData))
    }
}

// SAFETY: Who opens a file has a reference to its `cdev`, and [`Cdev::drop`] waits until it is given back.
// Until then a `Registration` has the device that the node refers to.
unsafe impl<D: Device> Find for Cdev<D> {
    type Device = D;

    unsafe fn find(inode: *mut bindings::inode, _file: *mut bindings::file) -> Arc<D> {
        // SAFETY: The inode is that of a character device, which is being opened.
        let cdev = unsafe { bindings::kthread_counter_inode_cdev(inode) };
        // SAFETY: Who opens it has a reference.
        let parent = unsafe { (*cdev).kobj.parent };
        // SAFETY: It has the operations of this type, which only `new` gives, so that the parent is part
        // of a node, to which it has a reference.
        let node = unsafe { kernel::container_of!(parent, bindings::device, kobj) };
        // SAFETY: As above; it was made with a pointer to a `D`.
        let device = unsafe { (*node).driver_data.cast::<D>() };
        // SAFETY: It comes from an `Arc`, which lives while a file is being opened.
        unsafe { ArcBorrow::from_raw(device) }.into()
    }
}

impl<D: Device> Drop for Cdev<D> {
    /// Waits until nobody refers to it any more: neither an open file, nor one that is being opened, whose
    /// reference is also what keeps the module's code that it runs.
    #[inline]
    fn drop(&mut self) {
        let cdev = self.0.as_ptr();
        // SAFETY: It was added by the invariant.
        unsafe { bindings::cdev_del(cdev) };
        // Inodes remember it as long as it is there. Who finds it by one of them gets ENXIO from now on.
        //
        // SAFETY: It is valid: there is a reference to it. It is read by others as one word.
        unsafe { (&raw mut (*cdev).ops).write_volatile(core::ptr::null()) };
        // References are taken under a spin lock. Each that was taken before others see the above is
        // counted below.
        //
        // SAFETY: It may be called where one may sleep.
        unsafe { bindings::synchronize_rcu() };
        // SAFETY: It is valid: there is a reference to it.
        while unsafe { bindings::kthread_counter_cdev_references(cdev) } > 1 {
            msleep(Milliseconds(1));
        }
        // SAFETY: The reference is ours by the invariant.
        unsafe { bindings::kobject_put(&raw mut (*cdev).kobj) };
    }
}
