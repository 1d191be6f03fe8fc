// SPDX-License-Identifier: GPL-2.0

//! When a thread was woken, and which task had the CPU before it.
//!
//! | what | who writes | who reads |
//! |---|---|---|
//! | `at` | the thread, before it sleeps; who wakes it, under its `pi_lock` or in an interrupt on its CPU | the thread, when it has slept |
//! | `has_task`, `pid`, `comm` | the same, and the scheduler, when it switches to the thread | the same |
//! | `is_measured` | the thread | the scheduler, when it switches to the thread |
//!
//! What a CPU notes before it switches to a thread, the thread sees. What a waker notes, the scheduler sees
//! before it switches to the thread that was woken.
//!
//! A thread that has set its state may be woken although it finds that it need not sleep. If that waker is
//! on another CPU and loses time between its look at the state and its note, the note may come after
//! [`Waking::forget`] and be one of the sleep before. The next waking overwrites it. If there is none,
//! because that sleep's time has passed already, the tick is split by the older note.

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
    /// Whether the thread has run and looked: who has the CPU in between from now on did not make it late.
    is_measured: Atomic<bool>,
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
            is_measured: Atomic::new(true),
            pid: Atomic::new(0),
            comm: [const { Atomic::new(0) }; WORDS],
        }
    }

    /// Forgets everything: the thread is about to sleep.
    ///
    /// That comes before the note of who wakes it: by the barrier of `set_current_state`, or by the lock of
    /// the timer or the completion that the thread waits for.
    #[inline]
    pub(crate) fn forget(&self) {
        self.is_measured.store(false, Relaxed);
        self.at.store(0, Relaxed);
        self.has_task.store(false, Relaxed);
    }

    /// Ends the notes: the thread runs. Returns how long ago it was woken, at a time `now`, in nanoseconds
    /// and at least 0; none if it has not been woken since [`Waking::forget`].
    #[inline]
    pub(crate) fn measure(&self, now: i64) -> Option<i64> {
        self.is_measured.store(true, Relaxed);
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
        let is_later = self.at.load(Relaxed) != 0 && self.has_task.load(Relaxed);
        if is_later || self.is_measured.load(Relaxed) {
            return;
        }
        for (noted, word) in self.comm.iter().zip(comm) {
            noted.store(word, Relaxed);
        }
        self.pid.store(pid, Relaxed);
        self.has_task.store(true, Relaxed);
    }
}
