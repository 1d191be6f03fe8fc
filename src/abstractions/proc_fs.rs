// SPDX-License-Identifier: GPL-2.0

//! Files in /proc.
//!
//! C header: [`include/linux/proc_fs.h`](srctree/include/linux/proc_fs.h)

use core::{
    ffi::CStr,
    fmt,
    marker::PhantomData,
    ptr::NonNull, //
};

use kernel::{
    prelude::*,
    sync::Arc, //
};

use super::seq_file;
use crate::bindings;

/// A file in /proc that shows a table. Removed on drop.
///
/// # Invariants
///
/// - `entry` is a file that was created with `data` and whose state is a cursor over the rows of
///   `T`.
/// - `data` owns a reference.
pub(crate) struct File<T: seq_file::Rows + 'static> {
    entry: NonNull<bindings::proc_dir_entry>,
    data: NonNull<T>,
    _owns: PhantomData<Arc<T>>,
}

// SAFETY: The entry may be removed from any thread; the data is `Send` and `Sync`.
unsafe impl<T: seq_file::Rows> Send for File<T> {}

// SAFETY: There is nothing that can be done with a shared reference.
unsafe impl<T: seq_file::Rows> Sync for File<T> {}

impl<T: seq_file::Rows + 'static> File<T> {
    const OPERATIONS: bindings::seq_operations = seq_file::Operations::<T>::VTABLE;

    /// Creates a file that everybody may read.
    ///
    /// # Context
    ///
    /// Sleeps.
    ///
    /// # Errors
    ///
    /// ENOMEM if the kernel cannot create it. A name that exists is a bug of the caller, and the
    /// kernel warns.
    pub(crate) fn new(name: &CStr, table: Arc<T>) -> Result<Self> {
        let data = Arc::into_raw(table);
        // SAFETY: The name is terminated, the operations are static, and fit the size of the state
        // and the type of the data. The data lives until the file has been removed. No code of a
        // module is called once `proc_remove` has returned, so that the file needs no owner.
        let entry = unsafe {
            bindings::proc_create_seq_private(
                name.as_char_ptr(),
                0o444,
                core::ptr::null_mut(),
                &Self::OPERATIONS,
                size_of::<seq_file::Cursor<T::Row>>() as c_uint,
                data.cast_mut().cast(),
            )
        };
        match (NonNull::new(entry), NonNull::new(data.cast_mut())) {
            // INVARIANT: Just created so; the reference is the one of `into_raw`.
            (Some(entry), Some(data)) => Ok(Self {
                entry,
                data,
                _owns: PhantomData,
            }),
            _ => {
                // SAFETY: It comes from `into_raw`, and there is no file that uses it.
                drop(unsafe { Arc::from_raw(data) });
                Err(ENOMEM)
            }
        }
    }
}

impl<T: fmt::Display + Send + Sync + 'static> File<seq_file::Single<T>> {
    /// As [`File::new`], for a file that is shown as a whole.
    pub(crate) fn single(name: &CStr, value: Arc<T>) -> Result<Self> {
        Self::new(name, Arc::new(seq_file::Single(value), GFP_KERNEL)?)
    }
}

impl<T: seq_file::Rows + 'static> Drop for File<T> {
    /// Waits for readers that are being served, and closes the file for those that have it open.
    #[inline]
    fn drop(&mut self) {
        // SAFETY: The entry is valid by the invariant, and removed once.
        unsafe { bindings::proc_remove(self.entry.as_ptr()) };
        // SAFETY: The reference is owned by the invariant, and no call can use it any more.
        drop(unsafe { Arc::from_raw(self.data.as_ptr()) });
    }
}
