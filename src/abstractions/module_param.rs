// SPDX-License-Identifier: GPL-2.0

//! Module parameters that can be read and written while the module is loaded.
//!
//! Parameters live longer than what the module makes at run time: the kernel sets them before
//! `init`, creates their files before `init`, and removes the files after `exit`. So a parameter
//! only touches statics, which are [`Locked`]: they are accessed with the [`Lock`] that the kernel
//! holds around each read and write of the module's parameters. What lives from `init` to `exit` is
//! [`super::module_param_published::Published`] to them.
//!
//! C header: [`include/linux/moduleparam.h`](srctree/include/linux/moduleparam.h)
//!
//! # Examples
//!
//! ```ignore
//! static LIMIT: Locked<u32> = Locked::new(10);
//!
//! struct Limit;
//!
//! impl Param for Limit {
//!     fn set(lock: &mut Lock<'_>, text: &CStr, _source: Source) -> Result {
//!         *LIMIT.get(lock) = parse(text)?;
//!         Ok(())
//!     }
//!
//!     fn show(lock: &mut Lock<'_>, out: &mut dyn fmt::Write) -> Result {
//!         Ok(writeln!(out, "{}", LIMIT.get(lock))?)
//!     }
//! }
//!
//! module_params! {
//!     limit: Limit, 0o644, "uint", "how many at most";
//! }
//! ```

use core::{
    cell::UnsafeCell,
    fmt,
    marker::PhantomData, //
};

use kernel::{
    error::from_result,
    page::PAGE_SIZE,
    prelude::*,
    str::Formatter,
    types::NotThreadSafe, //
};

use crate::bindings;

#[cfg(not(CONFIG_SYSFS))]
compile_error!("without CONFIG_SYSFS the kernel has no lock for module parameters");

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// The arguments of `insmod` or `modprobe`: the module's `init` has not been called.
    Load,
    /// A file in `/sys/module/NAME/parameters`.
    Sysfs,
}

/// A parameter: what happens when its value is set, and what is shown when it is read.
///
/// # Context
///
/// Both may sleep. The kernel's lock of the module's parameters is held.
pub(crate) trait Param: 'static {
    /// The value of an argument of `insmod` that is only the name. None: the argument needs a value.
    const BARE: Option<&'static CStr> = None;

    /// Takes a new value. After an error, which the writer gets, the module is not loaded by [`Source::Load`].
    fn set(lock: &mut Lock<'_>, text: &CStr, source: Source) -> Result;

    /// Writes the value and a newline; less than a page, or the reader gets EIO. Not called for what is
    /// only written.
    fn show(lock: &mut Lock<'_>, out: &mut dyn fmt::Write) -> Result {
        let _ = (lock, out);
        Err(EPERM)
    }
}

/// Proof that this task holds the kernel's lock of this module's parameters.
///
/// # Invariants
///
/// The lock is held by the current task as long as the value exists, but for the time of
/// [`Lock::released`], in which nothing can use the value.
pub(crate) struct Lock<'a> {
    _held: PhantomData<&'a mut ()>,
    _not_send: PhantomData<NotThreadSafe>,
}

impl Lock<'_> {
    /// Runs `body` with the lock held.
    ///
    /// # Context
    ///
    /// Sleeps. Deadlocks if this task has the lock, as in the methods of [`Param`] and [`Operations`].
    pub(crate) fn with<R>(body: impl FnOnce(&mut Lock<'_>) -> R) -> R {
        lock();
        // SAFETY: The lock is held until it is given back below.
        let result = body(&mut unsafe { Lock::held() });
        unlock();
        result
    }

    /// # Safety
    ///
    /// This task holds the lock as long as what is returned exists.
    unsafe fn held() -> Self {
        // INVARIANT: By the requirement of this function.
        Self {
            _held: PhantomData,
            _not_send: PhantomData,
        }
    }

    /// Runs `body` without the lock, so that other parameters can be used meanwhile.
    pub(crate) fn released<R>(&mut self, body: impl FnOnce() -> R) -> R {
        unlock();
        let result = body();
        // INVARIANT: The lock is held again before `self` can be used again.
        lock();
        result
    }
}

#[inline]
fn lock() {
    // SAFETY: `__this_module` is this module, which is valid while its code runs.
    unsafe { bindings::kernel_param_lock(&raw mut bindings::__this_module) };
}

/// Only called where a [`Lock`] proves that the lock is held.
#[inline]
fn unlock() {
    // SAFETY: As above, and the lock is held.
    unsafe { bindings::kernel_param_unlock(&raw mut bindings::__this_module) };
}

/// A static that is protected by the lock of the module's parameters.
///
/// It is never dropped: the kernel frees the memory of a module's statics as it is.
pub(crate) struct Locked<T>(UnsafeCell<T>);

// SAFETY: Access needs the one lock, so that the value is used by one task at a time.
unsafe impl<T: Send> Sync for Locked<T> {}

impl<T> Locked<T> {
    /// Constructs it, also in a `static`.
    pub(crate) const fn new(value: T) -> Self {
        Self(UnsafeCell::new(value))
    }

    /// The value, for as long as the lock is borrowed.
    pub(crate) fn get<'a>(&'a self, lock: &'a mut Lock<'_>) -> &'a mut T {
        let _ = lock;
        // SAFETY: There is one `Lock` at a time by its invariant, and it stays borrowed.
        unsafe { &mut *self.0.get() }
    }
}

/// As [`Param`], for parameters that share their code and differ in a value.
pub(crate) trait Operations: Sync {
    fn set(&self, lock: &mut Lock<'_>, name: &'static CStr, text: &CStr, source: Source) -> Result;
    fn show(&self, lock: &mut Lock<'_>, out: &mut dyn fmt::Write) -> Result;
}

/// What can be declared.
pub(crate) trait Parameter: 'static {
    /// As [`Param::BARE`].
    const BARE: Option<&'static CStr>;
    /// What is done when it is set or shown.
    const OPERATIONS: &'static dyn Operations;
}

struct Of<P>(PhantomData<fn(P)>);

impl<P: Param> Operations for Of<P> {
    fn set(&self, lock: &mut Lock<'_>, _: &'static CStr, text: &CStr, source: Source) -> Result {
        P::set(lock, text, source)
    }

    fn show(&self, lock: &mut Lock<'_>, out: &mut dyn fmt::Write) -> Result {
        P::show(lock, out)
    }
}

impl<P: Param> Parameter for P {
    const BARE: Option<&'static CStr> = P::BARE;
    const OPERATIONS: &'static dyn Operations = &Of::<P>(PhantomData);
}

/// What a parameter does, as the C operations, which are the same for all, find it.
#[doc(hidden)]
pub(crate) struct Functions {
    bare: Option<&'static CStr>,
    operations: &'static dyn Operations,
}

impl Functions {
    /// Those of a parameter.
    pub(crate) const fn of<P: Parameter>() -> Self {
        Self {
            bare: P::BARE,
            operations: P::OPERATIONS,
        }
    }

    /// What a parameter was described with.
    ///
    /// # Safety
    ///
    /// `param` points to an [`Entry`].
    unsafe fn find<'a>(param: *const bindings::kernel_param) -> &'a Self {
        // SAFETY: By the requirement of this function, and by the invariant of `Entry`.
        unsafe { &*(*param).__bindgen_anon_1.arg.cast::<Self>() }
    }
}

static OPERATIONS: bindings::kernel_param_ops = bindings::kernel_param_ops {
    // Without a value, an argument that needs one is refused here, as the kernel would.
    flags: bindings::KERNEL_PARAM_OPS_FL_NOARG,
    set: Some(set),
    get: Some(get),
    free: None,
};

/// # Safety
///
/// Called by the kernel with the lock held: `text` is a terminated string, or null for an argument without
/// a value, and `param` is an [`Entry`].
unsafe extern "C" fn set(text: *const c_char, param: *const bindings::kernel_param) -> c_int {
    // SAFETY: By the requirements of this function.
    let functions = unsafe { Functions::find(param) };
    // SAFETY: `param` is valid, and so is the module that it belongs to.
    let attributes = unsafe { (*(*param).mod_).mkobj.mp };
    // The attributes come into being after the arguments have been parsed, and before there is a file.
    let source = if attributes.is_null() {
        Source::Load
    } else {
        Source::Sysfs
    };
    from_result(|| {
        let text = if text.is_null() {
            functions.bare.ok_or(EINVAL)?
        } else {
            // SAFETY: It is terminated, and valid while this runs.
            unsafe { CStr::from_char_ptr(text) }
        };
        // SAFETY: The kernel holds the lock while this runs.
        let mut lock = unsafe { Lock::held() };
        // SAFETY: By the invariant of `Entry`.
        let name = unsafe { CStr::from_char_ptr((*param).name) };
        let set = functions.operations.set(&mut lock, name, text, source);
        set.map(|()| 0)
    })
}

/// # Safety
///
/// Called by the kernel with the lock held: `buffer` has room for a page, and `param` is an [`Entry`].
unsafe extern "C" fn get(buffer: *mut c_char, param: *const bindings::kernel_param) -> c_int {
    // SAFETY: By the requirements of this function.
    let functions = unsafe { Functions::find(param) };
    // One less: sysfs takes a whole page for an overflow, and warns.
    //
    // SAFETY: By the requirements of this function there is a page. Sysfs zeroes it before,
    // and gives it to this call alone.
    let buffer = unsafe { core::slice::from_raw_parts_mut(buffer.cast::<u8>(), PAGE_SIZE - 1) };
    let mut out = Formatter::new(buffer);
    // SAFETY: The kernel holds the lock while this runs.
    let mut lock = unsafe { Lock::held() };
    from_result(|| {
        functions.operations.show(&mut lock, &mut out)?;
        // The text did not fit, and `show` ignored the error.
        let len = out.bytes_written();
        if len >= PAGE_SIZE {
            return Err(EIO);
        }
        Ok(c_int::try_from(len)?)
    })
}

/// A `struct kernel_param` that may be a `static`.
///
/// # Invariants
///
/// Its name is a terminated string, and its argument points to [`Functions`]; both are static.
#[doc(hidden)]
#[repr(transparent)]
pub(crate) struct Entry(bindings::kernel_param);

// SAFETY: The kernel only reads it.
unsafe impl Sync for Entry {}

impl Entry {
    /// Describes one parameter. In a `static`, a mode that makes no sense does not compile.
    pub(crate) const fn new(name: &'static CStr, functions: &'static Functions, mode: u16) -> Self {
        verify_octal_permissions(mode);
        // INVARIANT: They are static.
        Self(bindings::kernel_param {
            name: kernel::str::as_char_ptr_in_const_context(name),
            mod_: &raw mut bindings::__this_module,
            ops: &raw const OPERATIONS,
            perm: mode,
            level: -1,
            flags: 0,
            __bindgen_anon_1: bindings::kernel_param__bindgen_ty_1 {
                arg: core::ptr::from_ref(functions).cast_mut().cast(),
            },
        })
    }
}

/// Panics where C's `VERIFY_OCTAL_PERMISSIONS` does not compile.
const fn verify_octal_permissions(mode: u16) {
    const READ: u16 = 4;
    const WRITE: u16 = 2;

    let (owner, group, others) = (mode >> 6, mode >> 3, mode);
    assert!(mode <= 0o777, "a mode is at most 0777");
    assert!(others & WRITE == 0, "others may not write a parameter");
    assert!(
        owner & READ >= group & READ && group & READ >= others & READ,
        "who is closer to the owner may read what others may"
    );
    assert!(
        owner & WRITE >= group & WRITE,
        "the owner may write what the group may"
    );
}

/// Declares the module's parameters: `name: Type, mode, "type shown", "description";`.
///
/// The name and the two texts are what `modinfo` shows as `parm` and `parmtype`.
macro_rules! module_params {
    ($($name:ident: $type:ty, $mode:literal, $shown:literal, $description:literal;)*) => {
        $(const _: () = {
            use $crate::abstractions::modinfo::{module_info, terminated};
            use $crate::abstractions::module_param::{Entry, Functions};

            module_info!("parm", concat!(stringify!($name), ":", $description));
            module_info!("parmtype", concat!(stringify!($name), ":", $shown));

            static FUNCTIONS: Functions = Functions::of::<$type>();

            #[expect(unsafe_code, reason = "the kernel finds the parameters in this section")]
            #[link_section = "__param"]
            #[used(compiler)]
            static ENTRY: Entry = Entry::new(
                terminated(concat!(stringify!($name), "\0")),
                &FUNCTIONS,
                $mode,
            );
        };)*
    };
}
pub(crate) use module_params;
