// SPDX-License-Identifier: GPL-2.0

//! Making the task of a kernel thread, with what it is given: the part that [`super::kthread`] and
//! [`super::kthread_exit`] share.
//!
//! C header: [`include/linux/kthread.h`](srctree/include/linux/kthread.h)

use core::ptr::NonNull;

use kernel::{
    error::from_err_ptr,
    prelude::*, //
};

use super::topology::Node;
use crate::bindings;

/// Creates a thread that calls `entry` with `payload` when it is woken. Returns the task and the
/// payload, which belongs to the caller again.
///
/// The name is data: percent signs in it mean nothing.
///
/// # Errors
///
/// As for [`super::kthread::Created::new`]; the payload is dropped then.
///
/// # Safety
///
/// `entry` may be called once, in a new thread, with a pointer to a shared `P`. If there is a thread,
/// the caller neither drops nor moves the payload until `entry` does not use it any more.
pub(super) unsafe fn create<P>(
    name: &CStr,
    node: Option<Node>,
    entry: unsafe extern "C" fn(*mut c_void) -> c_int,
    payload: Pin<KBox<P>>,
) -> Result<(NonNull<bindings::task_struct>, NonNull<P>)> {
    // SAFETY: It stays where it is until it is dropped.
    let payload = KBox::into_raw(unsafe { Pin::into_inner_unchecked(payload) });
    // SAFETY: By the requirements of this function. The format takes one string, and gets one that is
    // terminated.
    let task = from_err_ptr(unsafe {
        bindings::kthread_create_on_node(
            Some(entry),
            payload.cast(),
            node.map_or(bindings::NUMA_NO_NODE, Node::number),
            c"%s".as_char_ptr(),
            name.as_char_ptr(),
        )
    });
    match task {
        Ok(task) => {
            // SAFETY: It is not null: there is a task.
            let task = unsafe { NonNull::new_unchecked(task) };
            // SAFETY: `KBox::into_raw` never returns null.
            let payload = unsafe { NonNull::new_unchecked(payload) };
            Ok((task, payload))
        }
        Err(error) => {
            // SAFETY: It comes from `KBox::into_raw` above. A thread whose creation failed, or whose
            // creator gave up waiting, never calls `entry`.
            drop(unsafe { KBox::from_raw(payload) });
            Err(error)
        }
    }
}
