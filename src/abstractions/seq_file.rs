// SPDX-License-Identifier: GPL-2.0

//! Files whose content is made row by row when it is read.
//!
//! The kernel asks for one row at a time and fills its buffer with as many as fit, so that a table
//! of any length needs no memory of its own.
//!
//! C header: [`include/linux/seq_file.h`](srctree/include/linux/seq_file.h)

use core::{
    fmt::{
        self,
        Write, //
    },
    marker::PhantomData,
    mem::MaybeUninit, //
};

use kernel::{
    prelude::*,
    sync::Arc,
    types::NotThreadSafe, //
};

use crate::bindings;

/// A table that can be read row by row.
///
/// # Context
///
/// All methods may sleep.
pub(crate) trait Rows: Send + Sync {
    /// One row, held while it is shown.
    type Row;

    /// The row at `position`, or nothing behind the last one.
    ///
    /// Where there are gaps, the next row that there is, and `position` is set to where it is. The
    /// kernel knows positions up to `i64::MAX`, and reads no row behind that.
    ///
    /// # Errors
    ///
    /// They are the reader's.
    fn row(&self, position: &mut u64) -> Result<Option<Self::Row>>;

    /// Writes a row. It may be called again for the same row with a larger buffer, so it must not
    /// have side effects.
    fn show(&self, row: &Self::Row, out: &mut Writer<'_>) -> fmt::Result;
}

/// A table of one row: what [`fmt::Display`] shows.
pub(crate) struct Single<T>(pub(super) Arc<T>);

impl<T: fmt::Display + Send + Sync> Rows for Single<T> {
    type Row = ();

    fn row(&self, position: &mut u64) -> Result<Option<()>> {
        Ok((*position == 0).then_some(()))
    }

    fn show(&self, (): &(), out: &mut Writer<'_>) -> fmt::Result {
        write!(out, "{}", &*self.0)
    }
}

/// Where a row is written to: the buffer of a `struct seq_file`.
///
/// # Invariants
///
/// `raw` is valid, that of a file in /proc, and used by the current task only.
pub(crate) struct Writer<'a> {
    raw: *mut bindings::seq_file,
    _lifetime: PhantomData<&'a mut bindings::seq_file>,
    _not_send: PhantomData<NotThreadSafe>,
}

impl Writer<'_> {
    /// Writes bytes.
    pub(crate) fn write(&mut self, bytes: &[u8]) {
        // SAFETY: `raw` is valid by the invariant, and the bytes are readable. What does not fit
        // marks the buffer as full; the kernel then shows the row again with a larger one.
        unsafe { bindings::seq_write(self.raw, bytes.as_ptr().cast(), bytes.len()) };
    }

    /// Whether kernel threads have process ids in the pid namespace of the /proc that the file was
    /// opened in.
    pub(crate) fn knows_kthreads(&self) -> bool {
        // SAFETY: `raw` is valid by the invariant, and that of an open file in /proc.
        unsafe { bindings::kthread_counter_seq_knows_kthreads(self.raw) }
    }
}

impl fmt::Write for Writer<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.write(text.as_bytes());
        Ok(())
    }
}

/// What an open file keeps between the calls for one row.
///
/// It starts zeroed, which is valid: there is no row. It is freed without being dropped, and holds
/// no row then: the kernel calls `stop` after each `start`.
///
/// # Invariants
///
/// `row` is initialised if and only if `holds`.
#[repr(C)]
pub(crate) struct Cursor<R> {
    /// Whether `row` is initialised.
    holds: bool,
    row: MaybeUninit<R>,
}

impl<R> Cursor<R> {
    fn replace(&mut self, row: Option<R>) {
        if core::mem::replace(&mut self.holds, false) {
            // SAFETY: It is initialised, and marked as gone just before.
            unsafe { self.row.assume_init_drop() };
        }
        if let Some(row) = row {
            self.row.write(row);
            self.holds = true;
        }
    }

    fn row(&self) -> Option<&R> {
        // SAFETY: It is initialised if it is marked as such.
        self.holds.then(|| unsafe { self.row.assume_init_ref() })
    }
}

/// The C operations of a table.
pub(crate) struct Operations<T>(PhantomData<T>);

impl<T: Rows> Operations<T> {
    /// Only for `proc_create_seq_private`, with a [`Cursor<T::Row>`] as the state of an open file and a
    /// `T` as the data of the inode.
    pub(crate) const VTABLE: bindings::seq_operations = bindings::seq_operations {
        start: Some(Self::start),
        stop: Some(Self::stop),
        next: Some(Self::next),
        show: Some(Self::show),
    };

    /// # Safety
    ///
    /// `file` is a file that was opened with this vtable; the kernel holds its lock.
    unsafe fn parts<'a>(file: *mut bindings::seq_file) -> (&'a T, &'a mut Cursor<T::Row>) {
        // SAFETY: The file is valid, and so is its inode.
        let table = unsafe { (*(*(*file).file).f_inode).i_private };
        // SAFETY: The inode's data is a `T` that lives at least as long as calls for it.
        let table = unsafe { &*table.cast::<T>() };
        // SAFETY: The state is a zeroed or valid cursor, which only the holder of the file's lock
        // uses. It is aligned: an allocation is aligned to the largest power of two that divides its
        // size, and a type's size is a multiple of its alignment.
        let cursor = unsafe { &mut *(*file).private.cast::<Cursor<T::Row>>() };
        (table, cursor)
    }

    /// Moves the cursor to a row; what is returned only says whether there is one.
    ///
    /// # Safety
    ///
    /// As for [`Self::parts`], and `position` is valid.
    unsafe fn seek(file: *mut bindings::seq_file, position: *mut bindings::loff_t) -> *mut c_void {
        // SAFETY: By the requirements of this function.
        let (table, cursor) = unsafe { Self::parts(file) };
        // SAFETY: By the requirements of this function.
        let position = unsafe { &mut *position };
        // What was there goes first, also if there is no other.
        cursor.replace(None);
        match Self::row_at(table, position) {
            Ok(row) => cursor.replace(row),
            Err(error) => return error.to_ptr(),
        }
        if cursor.holds {
            core::ptr::from_mut(cursor).cast()
        } else {
            core::ptr::null_mut()
        }
    }

    /// There are no rows behind the last position that the kernel knows.
    fn row_at(table: &T, position: &mut bindings::loff_t) -> Result<Option<T::Row>> {
        let Ok(mut at) = u64::try_from(*position) else {
            return Ok(None);
        };
        let row = table.row(&mut at)?;
        Ok(bindings::loff_t::try_from(at).ok().and_then(|at| {
            *position = at;
            row
        }))
    }

    /// # Safety
    ///
    /// Called by the kernel as `start` of a file with this vtable.
    unsafe extern "C" fn start(
        file: *mut bindings::seq_file,
        position: *mut bindings::loff_t,
    ) -> *mut c_void {
        // SAFETY: By the requirements of this function.
        unsafe { Self::seek(file, position) }
    }

    /// # Safety
    ///
    /// Called by the kernel as `next` of a file with this vtable.
    unsafe extern "C" fn next(
        file: *mut bindings::seq_file,
        _row: *mut c_void,
        position: *mut bindings::loff_t,
    ) -> *mut c_void {
        // SAFETY: `next` is given a position of its caller's, to move it.
        let next = unsafe { &mut *position };
        // What comes after the last position is negative, and has no row.
        *next = next.wrapping_add(1);
        // SAFETY: By the requirements of this function.
        unsafe { Self::seek(file, position) }
    }

    /// # Safety
    ///
    /// Called by the kernel as `stop` of a file with this vtable: after each `start`, whatever it
    /// returned.
    unsafe extern "C" fn stop(file: *mut bindings::seq_file, _row: *mut c_void) {
        // SAFETY: By the requirements of this function.
        let (_, cursor) = unsafe { Self::parts(file) };
        cursor.replace(None);
    }

    /// # Safety
    ///
    /// Called by the kernel as `show` of a file with this vtable.
    unsafe extern "C" fn show(file: *mut bindings::seq_file, _row: *mut c_void) -> c_int {
        // SAFETY: By the requirements of this function.
        let (table, cursor) = unsafe { Self::parts(file) };
        // INVARIANT: The file is valid and one in /proc, and its lock is held by this task.
        let mut out = Writer {
            raw: file,
            _lifetime: PhantomData,
            _not_send: PhantomData,
        };
        match cursor.row().map(|row| table.show(row, &mut out)) {
            Some(Err(fmt::Error)) => EIO.to_errno(),
            Some(Ok(())) | None => 0,
        }
    }
}
