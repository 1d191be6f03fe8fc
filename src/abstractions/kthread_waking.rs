// SPDX-License-Identifier: GPL-2.0

//! When a thread was woken, and which task had the CPU before it.
//!
//! | what | who writes | who reads |
//! |---|---|---|
//! | `at` | the thread, before it sleeps; who wakes it, under the lock of its wake-ups or as the thread itself | the thread |
//! | `task` | the thread, before it sleeps; who wakes it, likewise; the scheduler, when it switches to the thread | the thread |
//!
//! What the scheduler does before it switches to a thread, the thread sees. What who wakes it does, the
//! scheduler sees when it switches to it. A thread that sets its state and finds that it need not sleep may
//! be woken all the same, so that a note may be one of the sleep before. It is overwritten by that of the
//! sleep's own waking, if there is one.

use core::cmp;

use kernel::{
    bindings::TASK_COMM_LEN,
    prelude::*,
    sync::atomic::{
        Atomic,
        Relaxed, //
    },
    task::Pid, //
};

/// How many words the name of a task has.
const WORDS: usize = TASK_COMM_LEN as usize / size_of::<u64>();

/// The name of a task, as words.
pub(super) type Comm = [u64; WORDS];

/// What is known of a thread's last waking.
pub(crate) struct Waking {
    /// On the monotonic clock; 0 if the thread has not been woken.
    at: Atomic<i64>,
    /// Whether the task before it is known. After a waking, it is the first one that counts.
    has_task: Atomic<bool>,
    pid: Atomic<Pid>,
    comm: [Atomic<u64>; WORDS],
}

/// A task that had the CPU.
#[derive(Clone, Copy)]
pub(crate) struct Predecessor {
    comm: [u8; TASK_COMM_LEN as usize],
    pid: Pid,
}

impl Predecessor {
    /// Its name, which may have any bytes in it.
    pub(crate) fn comm(&self) -> &[u8] {
        let end = self.comm.iter().position(|&byte| byte == 0);
        &self.comm[..end.unwrap_or(self.comm.len())]
    }

    /// Its id, in the first pid namespace.
    pub(crate) fn pid(&self) -> Pid {
        self.pid
    }
}

impl Waking {
    pub(super) const fn new() -> Self {
        Self {
            at: Atomic::new(0),
            has_task: Atomic::new(false),
            pid: Atomic::new(0),
            comm: [const { Atomic::new(0) }; WORDS],
        }
    }

    /// Forgets everything: the thread is about to sleep.
    ///
    /// It sets its state after this, and who wakes it looks at that state first. Both are full barriers.
    #[inline]
    pub(crate) fn forget(&self) {
        self.at.store(0, Relaxed);
        self.has_task.store(false, Relaxed);
    }

    /// How long ago the thread was woken, at a time `now`, in nanoseconds and at least 0. None if it has
    /// not been woken since [`Waking::forget`].
    #[inline]
    pub(crate) fn age(&self, now: i64) -> Option<i64> {
        let at = self.at.load(Relaxed);
        // The clock of who wakes it may differ by some nanoseconds.
        (at != 0).then(|| cmp::max(now - at, 0))
    }

    /// The task that had the CPU until the thread got it, when it had been woken. If it was not woken, the
    /// last one from which it took over the CPU.
    pub(crate) fn predecessor(&self) -> Option<Predecessor> {
        if !self.has_task.load(Relaxed) {
            return None;
        }
        let mut comm = [0; TASK_COMM_LEN as usize];
        for (bytes, word) in comm.chunks_exact_mut(size_of::<u64>()).zip(&self.comm) {
            bytes.copy_from_slice(&word.load(Relaxed).to_ne_bytes());
        }
        Some(Predecessor {
            comm,
            pid: self.pid.load(Relaxed),
        })
    }

    /// Somebody wakes the thread.
    #[inline]
    pub(super) fn note_waking(&self, now: i64) {
        self.has_task.store(false, Relaxed);
        self.at.store(now, Relaxed);
    }

    /// The thread gets the CPU that a task had.
    #[inline]
    pub(super) fn note_switch(&self, comm: Comm, pid: Pid) {
        if self.at.load(Relaxed) != 0 && self.has_task.load(Relaxed) {
            return;
        }
        for (noted, word) in self.comm.iter().zip(comm) {
            noted.store(word, Relaxed);
        }
        self.pid.store(pid, Relaxed);
        self.has_task.store(true, Relaxed);
    }
}
