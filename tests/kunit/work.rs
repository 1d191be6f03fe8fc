// SPDX-License-Identifier: GPL-2.0

//! Tests of what runs work for others, and of threads that end by themselves.

use kernel::{
    prelude::*,
    sync::atomic::{
        Atomic,
        Relaxed, //
    }, //
};

use crate::{
    abstractions::{
        delay::{
            msleep,
            Milliseconds, //
        },
        work::{
            new_work_item,
            Item,
            Queue,
            Run, //
        }, //
    },
    support::{
        becomes_true,
        timed,
        timeout,
        Token,
        Witness,
        PATIENCE, //
    },
};

/// An item that says when it begins, takes its time, and counts when it ends.
struct Task {
    token: Token,
    begun: Atomic<bool>,
    time: Milliseconds,
}

impl Task {
    fn new(witness: &kernel::sync::Arc<Witness>, time: Milliseconds) -> Self {
        Self {
            token: Token(witness.clone()),
            begun: Atomic::new(false),
            time,
        }
    }
}

impl Run for Task {
    fn run(&self) {
        self.begun.store(true, Relaxed);
        msleep(self.time);
        self.token.run();
    }
}

const AT_ONCE: Milliseconds = Milliseconds(0);
const LONG: Milliseconds = Milliseconds(200);

type Boxed<Q> = Pin<KBox<Item<Q, Task>>>;

// What should be true of items, whoever runs them.

fn queue_flush_cancel<Q: Queue>(new: impl Fn(Task) -> Result<Boxed<Q>>) -> Result<[bool; 10]> {
    let witness = Witness::new()?;
    let item = new(Task::new(&witness, AT_ONCE))?;
    let later = timeout(PATIENCE);
    Ok([
        item.queue(0),
        {
            item.flush();
            witness.runs() == 1
        },
        item.queue(later),
        !item.queue(0),
        item.cancel(),
        !item.cancel(),
        witness.runs() == 1,
        item.queue(later),
        {
            let (took, ()) = timed(|| item.flush());
            took < later && witness.runs() == 2
        },
        {
            item.flush();
            witness.runs() == 2
        },
    ])
}

fn cancel_running<Q: Queue>(new: impl Fn(Task) -> Result<Boxed<Q>>) -> Result<[bool; 3]> {
    let witness = Witness::new()?;
    let item = new(Task::new(&witness, LONG))?;
    item.queue(0);
    Ok([
        becomes_true(|| item.begun.load(Relaxed)),
        !item.cancel(),
        witness.runs() == 1,
    ])
}

/// KASAN, or the kernel's debug objects, would see an item that is freed while it is queued.
fn drop_waiting_and_running<Q: Queue>(new: impl Fn(Task) -> Result<Boxed<Q>>) -> Result<[bool; 4]> {
    let witness = Witness::new()?;
    let waits = new(Task::new(&witness, AT_ONCE))?;
    let queued = waits.queue(timeout(PATIENCE));
    drop(waits);
    let was_taken_off = (witness.runs(), witness.drops()) == (0, 1);
    let runs = new(Task::new(&witness, LONG))?;
    runs.queue(0);
    let has_begun = becomes_true(|| runs.begun.load(Relaxed));
    drop(runs);
    let has_run = (witness.runs(), witness.drops()) == (1, 2);
    Ok([queued, was_taken_off, has_begun, has_run])
}

#[kunit_tests(kthread_counter_workqueue)]
mod workqueue_tests {
    use kernel::prelude::*;

    use super::*;
    use crate::abstractions::workqueue::{
        share,
        System, //
    };

    fn item(task: Task) -> Result<Boxed<System>> {
        KBox::pin_init(new_work_item!(System, task, "kunit workqueue"), GFP_KERNEL)
    }

    /// Lets another item run, and waits for it.
    struct Waits(Boxed<System>);

    impl Run for Waits {
        fn run(&self) {
            self.0.queue(0);
            self.0.flush();
        }
    }

    #[test]
    fn an_item_is_queued_flushed_and_cancelled() -> Result {
        assert_eq!(queue_flush_cancel(item)?, [true; 10]);
        Ok(())
    }

    #[test]
    fn an_item_that_is_cancelled_while_it_runs_has_run_then() -> Result {
        assert_eq!(cancel_running(item)?, [true; 3]);
        Ok(())
    }

    #[test]
    fn an_item_can_be_dropped_while_it_waits_and_while_it_runs() -> Result {
        assert_eq!(drop_waiting_and_running(item)?, [true; 4]);
        Ok(())
    }

    /// Lockdep would say so if it took them for the same.
    #[test]
    fn an_item_may_wait_for_another() -> Result {
        let witness = Witness::new()?;
        let other = item(Task::new(&witness, AT_ONCE))?;
        let waits = new_work_item!(System, Waits(other), "kunit waits");
        let waits = KBox::pin_init(waits, GFP_KERNEL)?;
        waits.queue(0);
        waits.flush();
        drop(waits);

        assert_eq!(witness.runs(), 1);
        Ok(())
    }

    #[test]
    fn shared_work_is_done_by_two_at_the_same_time() {
        let begun = Atomic::new(0u32);
        let met = Atomic::new(0u32);
        share(&|| {
            begun.fetch_add(1, Relaxed);
            if becomes_true(|| begun.load(Relaxed) == 2) {
                met.fetch_add(1, Relaxed);
            }
        });

        assert_eq!(met.load(Relaxed), 2);
    }

    /// KASAN, or the kernel's debug objects, would see one who begins after that.
    #[test]
    fn shared_work_may_be_over_before_another_has_begun() {
        for _ in 0..100 {
            let calls = Atomic::new(0u32);
            share(&|| {
                calls.fetch_add(1, Relaxed);
            });

            assert!((1..=2).contains(&calls.load(Relaxed)));
        }
    }
}

#[kunit_tests(kthread_counter_kthread_worker)]
mod kthread_worker_tests {
    use kernel::{
        prelude::*,
        sync::Arc, //
    };

    use super::*;
    use crate::abstractions::kthread_worker::{
        self,
        Worker, //
    };

    fn worker() -> Result<Arc<Worker>> {
        Ok(Arc::new(Worker::new(c"kunit %s")?, GFP_KERNEL)?)
    }

    fn item_on(worker: Arc<Worker>, task: Task) -> Result<Boxed<kthread_worker::Queue>> {
        let queue = kthread_worker::Queue::new(worker);
        KBox::pin_init(new_work_item!(queue, task, "kunit worker"), GFP_KERNEL)
    }

    /// On a worker of its own, which stays as long as the item is there.
    fn item(task: Task) -> Result<Boxed<kthread_worker::Queue>> {
        item_on(worker()?, task)
    }

    #[test]
    fn an_item_is_queued_flushed_and_cancelled() -> Result {
        assert_eq!(queue_flush_cancel(item)?, [true; 10]);
        Ok(())
    }

    #[test]
    fn an_item_that_is_cancelled_while_it_runs_has_run_then() -> Result {
        assert_eq!(cancel_running(item)?, [true; 3]);
        Ok(())
    }

    #[test]
    fn an_item_can_be_dropped_while_it_waits_and_while_it_runs() -> Result {
        assert_eq!(drop_waiting_and_running(item)?, [true; 4]);
        Ok(())
    }

    /// The worker stays as long as an item of it is there.
    #[test]
    fn items_share_a_worker() -> Result {
        let witness = Witness::new()?;
        let worker = worker()?;
        let last = item_on(worker.clone(), Task::new(&witness, AT_ONCE))?;
        let checks = drop_waiting_and_running(|task| item_on(worker.clone(), task))?;
        drop(worker);
        last.queue(0);
        last.flush();
        let runs = witness.runs();
        drop(last);

        assert_eq!(checks, [true; 4]);
        assert_eq!(runs, 1);
        Ok(())
    }

    #[test]
    fn a_worker_without_work_can_be_dropped() -> Result {
        for _ in 0..3 {
            drop(worker()?);
        }
        Ok(())
    }
}

#[kunit_tests(kthread_counter_kthread_exit)]
mod kthread_exit_tests {
    use kernel::{
        prelude::*,
        sync::Arc, //
    };

    use crate::{
        abstractions::{
            completion::Completion,
            kthread_exit::Finishing, //
        },
        support::{
            a_while,
            becomes_true,
            Token,
            Witness, //
        },
    };

    #[test]
    fn dropping_waits_for_the_end() -> Result {
        let witness = Witness::new()?;
        let token = Token(witness.clone());
        let thread = Finishing::run(c"kunit %s", move || {
            a_while();
            token.run();
            0
        })?;
        drop(thread);
        let after = (witness.runs(), witness.drops());

        assert_eq!(after, (1, 1));
        Ok(())
    }

    #[test]
    fn one_that_has_ended_long_ago_can_be_dropped() -> Result {
        let witness = Witness::new()?;
        let token = Token(witness.clone());
        let told = Arc::pin_init(Completion::new(), GFP_KERNEL)?;
        let waits = told.clone();
        let thread = Finishing::run(c"kunit", move || {
            waits.wait();
            token.run();
            0
        })?;
        a_while();
        let before = witness.runs();
        told.complete();
        let has_ended = becomes_true(|| witness.drops() == 1);
        a_while();
        drop(thread);

        assert_eq!(before, 0);
        assert!(has_ended);
        assert_eq!(witness.runs(), 1);
        Ok(())
    }
}
