// SPDX-License-Identifier: GPL-2.0

//! What a kernel thread is given: its closure, and what it shares with its handle and with probes.
//!
//! | what | who writes | who reads |
//! |---|---|---|
//! | `should_stop` | the handle | the thread |
//! | `has_run` | the thread | the handle, when the thread is gone |
//! | `done` | the thread, once | who waits for it |
//! | `waking` | probes, see [`super::kthread_waking`] | the thread |
//!
//! A probe finds it by the task. It may do so until the task sets `PF_EXITING`, which it does before
//! `kthread_stop` returns, and it keeps preemption off meanwhile, which is a read-side critical section of
//! RCU. So the memory is freed a grace period after the thread has been joined.

use core::{
    cell::UnsafeCell,
    marker::PhantomData,
    ptr::NonNull, //
};

use kernel::{
    prelude::*,
    sync::atomic::{
        Atomic,
        Relaxed, //
    },
    task::Task,
    types::NotThreadSafe, //
};

use super::{
    completion::Completion,
    kthread_waking::Waking,
    preempt::Unpreempted, //
};
use crate::bindings;

/// What a thread, its handle and probes share: the first field of its payload.
#[pin_data]
pub(super) struct Shared {
    functions: &'static Functions,
    pub(super) should_stop: Atomic<bool>,
    pub(super) has_run: Atomic<bool>,
    /// Completed for all when the closure has returned. Never, if the thread was stopped before it ran.
    #[pin]
    pub(super) done: Completion,
    waking: Waking,
}

/// What depends on the type of the closure.
struct Functions {
    /// [`Payload::run`].
    ///
    /// # Safety
    ///
    /// The payload is one of the type that these functions are for. Called once, in its thread.
    run: unsafe fn(NonNull<Shared>, &Current<'_>) -> c_int,
    /// [`Payload::drop_closure`].
    ///
    /// # Safety
    ///
    /// As for `run`; called once, when the thread is gone.
    drop_closure: unsafe fn(NonNull<Shared>),
}

impl Shared {
    /// Frees the payload that this is the first field of: what is in it now, its memory when no probe can
    /// have it any more.
    ///
    /// # Safety
    ///
    /// It is that of a payload which came from a `KBox`, and its thread has been joined. Called once.
    #[inline]
    pub(super) unsafe fn free(this: NonNull<Self>) {
        const { assert!(!core::mem::needs_drop::<Self>()) };
        const { assert!(size_of::<Completion>() >= size_of::<bindings::callback_head>()) };
        const { assert!(align_of::<Completion>() >= align_of::<bindings::callback_head>()) };
        // As C's `kvfree_rcu` demands.
        const { assert!(core::mem::offset_of!(Self, done) < 4096) };

        // SAFETY: By the requirements of this function it is still valid.
        let functions = unsafe { this.as_ref() }.functions;
        // SAFETY: They are the functions for its type, and the thread is gone.
        unsafe { (functions.drop_closure)(this) };
        // Where the completion was, which only the thread and its handle use. With it, this never waits. Its
        // type depends on the kernel; none is larger than an `rcu_head`.
        //
        // SAFETY: It is part of the payload.
        let head = unsafe { &raw mut (*this.as_ptr()).done };
        // SAFETY: A `KBox` is memory of `kmalloc`. It stays for a grace period: probes may use `waking` until
        // they see that the thread exits, which it has noted before it was joined.
        unsafe { bindings::kvfree_call_rcu(head.cast(), this.as_ptr().cast()) };
    }

    /// Whether a task is a thread of this file. For most tasks this is a look at their flags.
    ///
    /// May be called in any context.
    #[inline]
    pub(super) fn is_of(task: &Task) -> bool {
        if flags(task) & bindings::PF_KTHREAD == 0 {
            return false;
        }
        // SAFETY: May be asked of any valid task.
        let function = unsafe { bindings::kthread_func(task.as_ptr()) };
        // It has one address: it is not generic, and not inlined into what the kernel calls. The compiler
        // merges functions only if they are identical, and no other is.
        function == entry as *mut c_void
    }

    /// What is noted of the waking of a thread of this file, if it has not begun to exit.
    ///
    /// # Safety
    ///
    /// [`Shared::is_of`] has said so of the task.
    #[inline]
    pub(super) unsafe fn waking_of<'a>(task: &Task, _: &'a Unpreempted) -> Option<&'a Waking> {
        // Preemption is off, so this is a critical section of RCU. Whoever frees the payload has seen the flag
        // before the grace period began.
        if flags(task) & bindings::PF_EXITING != 0 {
            return None;
        }
        // SAFETY: It is a kernel thread, as it has a function.
        let shared = unsafe { bindings::kthread_data(task.as_ptr()) }.cast::<Self>();
        // SAFETY: The data of a thread with `entry` is a payload, which is not freed before this critical
        // section ends; or null, as long as the thread has set its function only.
        unsafe { shared.as_ref() }.map(|shared| &shared.waking)
    }
}

#[inline]
fn flags(task: &Task) -> c_uint {
    // SAFETY: The task is valid; its flags are an aligned word that may be read at any time.
    unsafe { (&raw const (*task.as_ptr()).flags).read_volatile() }
}

/// The one allocation of a thread, owned by its handle.
#[pin_data]
#[repr(C)]
pub(super) struct Payload<F> {
    // First, so that a pointer to it is one to the payload.
    #[pin]
    shared: Shared,
    /// Taken by the thread when it runs; what is left is dropped with the payload.
    function: UnsafeCell<Option<F>>,
}

impl<F> Payload<F>
where
    F: FnOnce(&Current<'_>) -> c_int + Send + 'static,
{
    const FUNCTIONS: &'static Functions = &Functions {
        run: Self::run,
        drop_closure: Self::drop_closure,
    };

    /// Constructs an initialiser.
    pub(super) fn new(function: F) -> impl PinInit<Self> {
        pin_init!(Self {
            shared <- pin_init!(Shared {
                functions: Self::FUNCTIONS,
                should_stop: Atomic::new(false),
                has_run: Atomic::new(false),
                done <- Completion::new(),
                waking: Waking::new(),
            }),
            function: UnsafeCell::new(Some(function)),
        })
    }

    /// Runs the closure.
    ///
    /// # Safety
    ///
    /// As for [`Functions::run`].
    unsafe fn run(shared: NonNull<Shared>, current: &Current<'_>) -> c_int {
        // SAFETY: By the requirements of `Functions`. Others only share the payload.
        let payload = unsafe { shared.cast::<Self>().as_ref() };
        // SAFETY: Only this thread touches the closure until it has returned.
        let function = unsafe { (*payload.function.get()).take() };
        // There is a closure, because this is called once.
        function.map_or(0, |function| function(current))
    }

    /// Drops the closure, if it has not run.
    ///
    /// # Safety
    ///
    /// As for [`Functions::drop_closure`].
    unsafe fn drop_closure(shared: NonNull<Shared>) {
        // SAFETY: By the requirements of `Functions` it is still valid.
        let payload = unsafe { shared.cast::<Self>().as_ref() };
        // SAFETY: Nobody uses the closure any more.
        let function = unsafe { &mut *payload.function.get() };
        drop(function.take());
    }
}

/// The thread's function as C calls it, for all types of closures.
///
/// # Safety
///
/// `data` is a [`Payload`] that stays valid until this returns. Called once, by the kernel, in the new
/// thread.
pub(super) unsafe extern "C" fn entry(data: *mut c_void) -> c_int {
    // SAFETY: The kernel hands on the pointer that the thread was created with.
    let payload = unsafe { NonNull::new_unchecked(data.cast::<Shared>()) };
    // SAFETY: The payload is valid while this runs, and others only share it.
    let shared = unsafe { payload.as_ref() };
    // INVARIANT: This is the thread that the payload was made for.
    let current = Current {
        shared,
        _not_send: PhantomData,
    };
    shared.has_run.store(true, Relaxed);
    // SAFETY: They are the functions for its type, and this is called once.
    let code = unsafe { (shared.functions.run)(payload, &current) };
    // The payload is still valid: who frees it waits for the end of the thread.
    shared.done.complete_all();
    code
}

/// The thread that is running: a token that only its own closure has.
///
/// # Invariants
///
/// The current task is the kernel thread that `shared` belongs to.
pub(crate) struct Current<'a> {
    shared: &'a Shared,
    _not_send: PhantomData<NotThreadSafe>,
}

impl Current<'_> {
    /// Whether the thread has been asked to return.
    ///
    /// Test this before signals are handled: the kernel makes a thread that is being stopped look as
    /// if it had one.
    #[inline]
    pub(crate) fn should_stop(&self) -> bool {
        self.shared.should_stop.load(Relaxed)
    }

    /// Takes notice of [`super::kthread::Handle::notify`]: from now on sleeps are not cut short by what has
    /// been notified so far. Look for what it was about after this.
    #[inline]
    pub(crate) fn clear_notification(&self) {
        // SAFETY: The current task is a kernel thread, which never returns to user space.
        unsafe { bindings::kthread_counter_clear_notify_signal() };
    }

    /// What probes have noted of the thread's last waking, while [`super::kthread_probe::Probes`] exist.
    #[inline]
    pub(crate) fn waking(&self) -> &Waking {
        &self.shared.waking
    }
}
