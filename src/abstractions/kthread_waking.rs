// SPDX-License-Identifier: GPL-2.0

//! When a thread was woken, and which task had the CPU before it.
//!
//! | what | who writes | who reads |
//! |---|---|---|
//! | `at` | the thread, before it sleeps; who wakes it, under its `pi_lock`, or on its own CPU while it is current | the thread, when it has slept |
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

use core::{
    cell::UnsafeCell,
    cmp, //
};

use kernel::{
    bindings::TASK_COMM_LEN,
    prelude::*,
    task::Pid, //
};

/// How many words the name of a task has.
const WORDS: usize = TASK_COMM_LEN as usize / size_of::<u64>();

/// The name of a task, as words.
pub(super) type Comm = [u64; WORDS];

/// A word that is read and written as a whole: `READ_ONCE` and `WRITE_ONCE`. An `Atomic` calls a function
/// for each, too slow for what runs at every waking. For 64-bit kernels only.
struct Word<T>(UnsafeCell<T>);

// SAFETY: All accesses are volatile and of one word, which the kernel's memory model allows at any time.
unsafe impl<T: Send> Sync for Word<T> {}

impl<T: Copy> Word<T> {
    const fn new(value: T) -> Self {
        const { assert!(size_of::<T>() <= size_of::<usize>()) };
        Self(UnsafeCell::new(value))
    }

    #[inline]
    fn load(&self) -> T {
        // SAFETY: It is valid, aligned and initialised.
        unsafe { self.0.get().read_volatile() }
    }

    #[inline]
    fn store(&self, value: T) {
        // SAFETY: As above.
        unsafe { self.0.get().write_volatile(value) };
    }
}

/// What is known of a thread's last waking.
pub(crate) struct Waking {
    /// On the monotonic clock; 0 if the thread has not been woken.
    at: Word<i64>,
    /// Whether the task before it is known. After a waking, it is the first one that counts.
    has_task: Word<bool>,
    /// Whether the thread has run and looked: who has the CPU in between from now on did not make it late.
    is_measured: Word<bool>,
    pid: Word<Pid>,
    comm: [Word<u64>; WORDS],
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
        // It is terminated, or all of it is the name.
        CStr::from_bytes_until_nul(&self.comm).map_or(&self.comm, CStr::to_bytes)
    }

    /// Its id, in the first pid namespace.
    pub(crate) fn pid(&self) -> Pid {
        self.pid
    }
}

impl Waking {
    pub(super) const fn new() -> Self {
        Self {
            at: Word::new(0),
            has_task: Word::new(false),
            is_measured: Word::new(true),
            pid: Word::new(0),
            comm: [const { Word::new(0) }; WORDS],
        }
    }

    /// Forgets everything: the thread is about to sleep.
    ///
    /// That comes before the note of who wakes it, by the lock of the timer, the queue or the completion that the
    /// thread waits for. A waker that takes none of these, as one that only has something to tell the thread, may see
    /// it asleep before it sees this, as `set_current_state` has its barrier at the end: then its note is lost, and
    /// the waking is one that nobody has noted.
    #[inline]
    pub(crate) fn forget(&self) {
        self.is_measured.store(false);
        self.at.store(0);
        self.has_task.store(false);
    }

    /// Ends the notes: the thread runs. Returns how long ago it was woken, at a time `now`, in nanoseconds
    /// and at least 0; none if it has not been woken since [`Waking::forget`].
    #[inline]
    pub(crate) fn measure(&self, now: i64) -> Option<i64> {
        self.is_measured.store(true);
        let at = self.at.load();
        // The clock of who wakes it may differ by some nanoseconds.
        (at != 0).then(|| cmp::max(now - at, 0))
    }

    /// The task that had the CPU until the thread got it, when it had been woken. If it was not woken, the
    /// last one from which it took over the CPU.
    pub(crate) fn predecessor(&self) -> Option<Predecessor> {
        if !self.has_task.load() {
            return None;
        }
        let mut comm = [0; TASK_COMM_LEN as usize];
        for (bytes, word) in comm.chunks_exact_mut(size_of::<u64>()).zip(&self.comm) {
            bytes.copy_from_slice(&word.load().to_ne_bytes());
        }
        Some(Predecessor {
            comm,
            pid: self.pid.load(),
        })
    }

    /// Somebody wakes the thread.
    #[inline]
    pub(super) fn note_waking(&self, now: i64) {
        self.has_task.store(false);
        self.at.store(now);
    }

    /// Whether the task that had the CPU until now is of interest.
    #[inline]
    pub(super) fn wants_task(&self) -> bool {
        let has_first = self.at.load() != 0 && self.has_task.load();
        !has_first && !self.is_measured.load()
    }

    /// The thread gets the CPU that a task had.
    #[inline]
    pub(super) fn note_task(&self, comm: Comm, pid: Pid) {
        for (noted, word) in self.comm.iter().zip(comm) {
            noted.store(word);
        }
        self.pid.store(pid);
        self.has_task.store(true);
    }
}
