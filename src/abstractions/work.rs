// SPDX-License-Identifier: GPL-2.0

//! Work items: what a thread that is there for it runs for others.
//!
//! `kernel::workqueue` has items that own themselves while they are queued, and that nobody can
//! flush or cancel.

use core::ops::Deref;

use kernel::{
    prelude::*,
    sync::LockClassKey,
    time::Jiffies,
    types::Opaque, //
};

/// What an item does.
pub(crate) trait Run: Send + Sync + 'static {
    /// Runs in process context, and may sleep. An item never runs twice at the same time.
    fn run(&self);
}

/// Where items wait until they run: [`super::workqueue::System`] or
/// [`super::kthread_worker::Queue`].
///
/// # Safety
///
/// For a work item that [`Queue::init`] has initialised, `run` is called with a pointer to its first
/// field at most once after each [`Queue::queue`] that is true, and only then; in process context, and
/// not twice at the same time. When [`Queue::cancel`] has returned it is not called, nor running, until
/// the item is queued again. The methods may be called from any thread, also at the same time for one
/// work item.
pub(crate) unsafe trait Queue: Send + Sync + 'static {
    /// The C type of a work item.
    type Work;

    /// The C type of its first field, which its function is given.
    type Started;

    /// Initialises a work item.
    ///
    /// # Safety
    ///
    /// `work` can be written to, and `run` may be called as [`Queue`] says.
    unsafe fn init(
        work: *mut Self::Work,
        run: unsafe extern "C" fn(*mut Self::Started),
        class: &Class,
    );

    /// As [`Item::queue`].
    ///
    /// # Safety
    ///
    /// `work` was initialised by [`Queue::init`] of this type, is only queued on `self`, and both stay
    /// valid and where they are until it is cancelled.
    unsafe fn queue(&self, work: *mut Self::Work, delay: Jiffies) -> bool;

    /// As [`Item::flush`].
    ///
    /// # Safety
    ///
    /// As for [`Queue::queue`].
    unsafe fn flush(&self, work: *mut Self::Work);

    /// As [`Item::cancel`].
    ///
    /// # Safety
    ///
    /// As for [`Queue::queue`].
    unsafe fn cancel(&self, work: *mut Self::Work) -> bool;
}

/// What lockdep knows an item as: one that waits for another of the same class might wait for itself.
#[doc(hidden)]
pub(crate) struct Class {
    /// Its name.
    pub(crate) name: &'static CStr,
    /// Of the item.
    pub(crate) work: Pin<&'static LockClassKey>,
    /// Of its timer.
    pub(crate) timer: Pin<&'static LockClassKey>,
}

/// Creates an [`Item`] initialiser with the given name and new lock classes: queue, function, name.
macro_rules! new_work_item {
    ($queue:expr, $inner:expr, $name:literal) => {
        $crate::abstractions::work::Item::new(
            $queue,
            $inner,
            $crate::abstractions::work::Class {
                name: kernel::c_str!($name),
                work: kernel::static_lock_class!(),
                timer: kernel::static_lock_class!(),
            },
        )
    };
}
pub(crate) use new_work_item;

/// A work item that may be queued with a delay. Cancelled on drop; one that is leaked while it is queued
/// still runs, so a module must not leak one.
///
/// # Context
///
/// Waiting for an item, or dropping it, deadlocks in the item itself. On a `kthread_worker` it
/// deadlocks in any item of the same thread.
///
/// # Invariants
///
/// `work` is initialised for `queue` with [`Item::run`], which uses `inner`, and is only queued
/// there. It is neither pending nor running when the fields are dropped.
#[pin_data(PinnedDrop)]
#[repr(C)]
pub(crate) struct Item<Q: Queue, T: Run> {
    // First, so that a pointer to it is one to the item.
    #[pin]
    work: Opaque<Q::Work>,
    #[pin]
    queue: Q,
    #[pin]
    inner: T,
}

// SAFETY: A work item may be queued and cancelled from any thread, as [`Queue`] says; `Q` and `T` are
// `Send`.
unsafe impl<Q: Queue, T: Run> Send for Item<Q, T> {}

// SAFETY: A work item may be queued and cancelled from any thread, as [`Queue`] says; `Q` and `T` are
// `Sync`.
unsafe impl<Q: Queue, T: Run> Sync for Item<Q, T> {}

impl<Q: Queue, T: Run> Item<Q, T> {
    /// Constructs an initialiser; use [`new_work_item!`].
    pub(crate) fn new(
        queue: impl PinInit<Q>,
        inner: impl PinInit<T>,
        class: Class,
    ) -> impl PinInit<Self> {
        // INVARIANT: Initialised for this type of queue, and not queued.
        pin_init!(Self {
            work <- Opaque::ffi_init(move |slot| {
                // SAFETY: `slot` is valid, and `run` expects to be called for an `Item<Q, T>`.
                unsafe { Q::init(slot, Self::run, &class) }
            }),
            queue <- queue,
            inner <- inner,
        })
    }

    /// Queues the item after `delay`, unless it is queued or being cancelled; whether it has done so.
    /// Does not sleep.
    pub(crate) fn queue(&self, delay: Jiffies) -> bool {
        // SAFETY: By the type invariant. The item is pinned, and cancelled when it is dropped.
        unsafe { self.queue.queue(self.work.get(), delay) }
    }

    /// The C work item, for what only one kind of queue can do.
    pub(super) fn as_raw(&self) -> *mut Q::Work {
        self.work.get()
    }

    /// If the item is queued, waits until it has run. If its delay is not over yet, it runs at once.
    /// Sleeps.
    pub(crate) fn flush(&self) {
        // SAFETY: As in `queue`.
        unsafe { self.queue.flush(self.work.get()) }
    }

    /// Takes the item off the queue, and waits until it has run if it is running; whether it was on the
    /// queue. Sleeps.
    pub(crate) fn cancel(&self) -> bool {
        // SAFETY: As in `queue`.
        unsafe { self.queue.cancel(self.work.get()) }
    }

    /// The work item's function.
    ///
    /// # Safety
    ///
    /// Called for the `work` of an item, as [`Queue`] says.
    unsafe extern "C" fn run(work: *mut Q::Started) {
        // SAFETY: It is the first field of its work, and that of its item, which is valid while the work
        // is queued or running.
        let item = unsafe { &*work.cast::<Self>() };
        item.inner.run();
    }
}

impl<Q: Queue, T: Run> Deref for Item<Q, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.inner
    }
}

#[pinned_drop]
impl<Q: Queue, T: Run> PinnedDrop for Item<Q, T> {
    fn drop(self: Pin<&mut Self>) {
        self.cancel();
    }
}
