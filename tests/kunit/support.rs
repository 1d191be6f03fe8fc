// SPDX-License-Identifier: GPL-2.0

//! What the tests share.

use kernel::{
    prelude::*,
    sync::{
        atomic::{
            Atomic,
            Relaxed, //
        },
        Arc, //
    },
    task::Task,
    time::Jiffies, //
};

use crate::abstractions::{
    completion::Completion,
    delay::{
        msleep,
        Milliseconds, //
    },
    jiffies,
    kthread::{
        Created,
        Current,
        Handle, //
    },
    signal,
    wait::{
        new_wait_queue,
        Queue,
        Waited, //
    },
};

pub(crate) const NANOS_PER_MILLI: i64 = 1_000_000;

/// No test waits for as long as that, on whatever machine.
pub(crate) const PATIENCE: Milliseconds = Milliseconds(30_000);

/// Long enough for another thread to come to where it sleeps. If it was too short, a test would see
/// less, and pass.
const A_WHILE: Milliseconds = Milliseconds(100);

/// In jiffies, for a sleep.
pub(crate) fn timeout(time: Milliseconds) -> Jiffies {
    jiffies::from_nanos(u64::from(time.0) * NANOS_PER_MILLI as u64)
}

/// How many jiffies something takes, and what it gives. By the clock, a sleep in jiffies can be too
/// short: where the tick that counts them is late, they are behind.
pub(crate) fn timed<R>(body: impl FnOnce() -> R) -> (Jiffies, R) {
    let start = jiffies::now();
    let result = body();
    (jiffies::now().wrapping_sub(start), result)
}

pub(crate) fn a_while() {
    msleep(A_WHILE);
}

/// Waits until a condition is true; whether it is, before patience ends.
pub(crate) fn becomes_true(mut condition: impl FnMut() -> bool) -> bool {
    const STEP: Milliseconds = Milliseconds(10);

    for _ in 0..PATIENCE.0 / STEP.0 {
        if condition() {
            return true;
        }
        msleep(STEP);
    }
    false
}

/// Whether a kernel thread has ended. The signal that asks for it is one that nobody allows.
pub(crate) fn is_gone(task: &Task) -> bool {
    const SIGURG: c_int = 23;

    signal::send(task, SIGURG) == Err(ESRCH)
}

/// Waits until a thread has ended by itself; its exit code. None if it did not.
pub(crate) fn end_of(thread: Handle) -> Option<c_int> {
    let is_gone = becomes_true(|| is_gone(thread.task()));
    thread.stop().filter(|_| is_gone)
}

/// For a thread that checks something: its exit code is 0 if all is true, or says what is not.
pub(crate) fn verdict(checks: &[bool]) -> c_int {
    let first_false = checks.iter().position(|check| !check);
    first_false.map_or(0, |index| {
        pr_err!("check {index} of the thread is false\n");
        index as c_int + 1
    })
}

/// A thread that says when it has begun.
pub(crate) fn prepare<F>(function: F) -> Result<(Created, Arc<Completion>)>
where
    F: FnOnce(&Current<'_>) -> c_int + Send + 'static,
{
    let begun = Arc::pin_init(Completion::new(), GFP_KERNEL)?;
    let announced = begun.clone();
    let thread = Created::new(c"kunit", None, move |thread| {
        announced.complete();
        function(thread)
    })?;
    Ok((thread, begun))
}

/// A thread that is about to do what `function` does first, and probably sleeps in it already.
pub(crate) fn spawn<F>(function: F) -> Result<Handle>
where
    F: FnOnce(&Current<'_>) -> c_int + Send + 'static,
{
    let (thread, begun) = prepare(function)?;
    let thread = thread.start();
    begun.wait_interruptible()?;
    a_while();
    Ok(thread)
}

/// A place to sleep in, where nothing is waited for.
pub(crate) struct Bed(Arc<Queue>);

impl Bed {
    pub(crate) fn new() -> Result<Self> {
        let queue = Arc::pin_init(new_wait_queue!("kunit bed"), GFP_KERNEL)?;
        Ok(Self(queue))
    }

    /// Sleeps interruptibly; whether something cut it short.
    pub(crate) fn is_interrupted_within(&self, time: Milliseconds) -> bool {
        self.0.wait_interruptible_timeout(timeout(time), || false) == Waited::Interrupted
    }

    /// As above, for a time in which what comes late would come.
    pub(crate) fn is_interrupted(&self) -> bool {
        self.is_interrupted_within(A_WHILE)
    }
}

/// Counts what happens to a closure.
pub(crate) struct Witness {
    runs: Atomic<i32>,
    drops: Atomic<i32>,
}

impl Witness {
    pub(crate) fn new() -> Result<Arc<Self>> {
        let witness = Self {
            runs: Atomic::new(0),
            drops: Atomic::new(0),
        };
        Ok(Arc::new(witness, GFP_KERNEL)?)
    }

    pub(crate) fn runs(&self) -> i32 {
        self.runs.load(Relaxed)
    }

    pub(crate) fn drops(&self) -> i32 {
        self.drops.load(Relaxed)
    }
}

/// What is given to the closure that is watched.
pub(crate) struct Token(pub(crate) Arc<Witness>);

impl Token {
    pub(crate) fn run(&self) {
        self.0.runs.add(1, Relaxed);
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        self.0.drops.add(1, Relaxed);
    }
}
