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
        workqueue::{
            Deferred,
            Run, //
        },
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

/// What should be true of an item, whoever runs it.
fn queue_flush_cancel(item: &impl Deferred, witness: &Witness) -> [bool; 10] {
    let later = timeout(PATIENCE);
    [
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
            let (millis, ()) = timed(|| item.flush());
            millis < i64::from(PATIENCE.0) && witness.runs() == 2
        },
        {
            item.flush();
            witness.runs() == 2
        },
    ]
}

/// Cancels an item while it runs; whether it was running, was on no queue, and has run then.
fn cancel_running(item: &impl Deferred, task: &Task, witness: &Witness) -> [bool; 3] {
    item.queue(0);
    [
        becomes_true(|| task.begun.load(Relaxed)),
        !item.cancel(),
        witness.runs() == 1,
    ]
}

#[kunit_tests(kthread_counter_workqueue)]
mod workqueue_tests {
    use kernel::{
        prelude::*,
        sync::atomic::Relaxed, //
    };

    use super::{
        cancel_running,
        queue_flush_cancel,
        Task,
        AT_ONCE,
        LONG, //
    };
    use crate::{
        abstractions::workqueue::{
            Deferred,
            Item, //
        },
        support::{
            becomes_true,
            timeout,
            Witness,
            PATIENCE, //
        },
    };

    #[test]
    fn an_item_is_queued_flushed_and_cancelled() -> Result {
        let witness = Witness::new()?;
        let item = KBox::pin_init(Item::new(Task::new(&witness, AT_ONCE)), GFP_KERNEL)?;
        let checks = queue_flush_cancel(&*item, &witness);
        drop(item);

        assert_eq!(checks, [true; 10]);
        Ok(())
    }

    #[test]
    fn an_item_that_is_cancelled_while_it_runs_has_run_then() -> Result {
        let witness = Witness::new()?;
        let item = KBox::pin_init(Item::new(Task::new(&witness, LONG)), GFP_KERNEL)?;
        let checks = cancel_running(&*item, &item, &witness);
        drop(item);

        assert_eq!(checks, [true; 3]);
        Ok(())
    }

    /// KASAN, or the kernel's debug objects, would see an item that is freed while it is queued.
    #[test]
    fn an_item_can_be_dropped_while_it_waits_and_while_it_runs() -> Result {
        let witness = Witness::new()?;
        let waits = KBox::pin_init(Item::new(Task::new(&witness, AT_ONCE)), GFP_KERNEL)?;
        let queued = waits.queue(timeout(PATIENCE));
        drop(waits);
        let after_waiting = (witness.runs(), witness.drops());
        let runs = KBox::pin_init(Item::new(Task::new(&witness, LONG)), GFP_KERNEL)?;
        runs.queue(0);
        let has_begun = becomes_true(|| runs.begun.load(Relaxed));
        drop(runs);
        let after_running = (witness.runs(), witness.drops());

        assert!(queued);
        assert_eq!(after_waiting, (0, 1));
        assert!(has_begun);
        assert_eq!(after_running, (1, 2));
        Ok(())
    }
}

#[kunit_tests(kthread_counter_kthread_worker)]
mod kthread_worker_tests {
    use kernel::{
        prelude::*,
        sync::{
            atomic::Relaxed,
            Arc, //
        }, //
    };

    use super::{
        cancel_running,
        queue_flush_cancel,
        Task,
        AT_ONCE,
        LONG, //
    };
    use crate::{
        abstractions::{
            kthread_worker::{
                Item,
                Worker, //
            },
            workqueue::Deferred,
        },
        support::{
            becomes_true,
            timeout,
            Witness,
            PATIENCE, //
        },
    };

    fn worker() -> Result<Arc<Worker>> {
        Ok(Arc::new(Worker::new(c"kunit %s")?, GFP_KERNEL)?)
    }

    #[test]
    fn an_item_is_queued_flushed_and_cancelled() -> Result {
        let witness = Witness::new()?;
        let task = Task::new(&witness, AT_ONCE);
        let item = KBox::pin_init(Item::new(worker()?, task), GFP_KERNEL)?;
        let checks = queue_flush_cancel(&*item, &witness);
        drop(item);

        assert_eq!(checks, [true; 10]);
        Ok(())
    }

    #[test]
    fn an_item_that_is_cancelled_while_it_runs_has_run_then() -> Result {
        let witness = Witness::new()?;
        let task = Task::new(&witness, LONG);
        let item = KBox::pin_init(Item::new(worker()?, task), GFP_KERNEL)?;
        let checks = cancel_running(&*item, &item, &witness);
        drop(item);

        assert_eq!(checks, [true; 3]);
        Ok(())
    }

    /// The worker stays as long as an item of it is there.
    #[test]
    fn an_item_can_be_dropped_while_it_waits_and_while_it_runs() -> Result {
        let witness = Witness::new()?;
        let worker = worker()?;
        let task = Task::new(&witness, AT_ONCE);
        let waits = KBox::pin_init(Item::new(worker.clone(), task), GFP_KERNEL)?;
        let task = Task::new(&witness, LONG);
        let runs = KBox::pin_init(Item::new(worker.clone(), task), GFP_KERNEL)?;
        drop(worker);
        let queued = waits.queue(timeout(PATIENCE));
        drop(waits);
        let after_waiting = (witness.runs(), witness.drops());
        runs.queue(0);
        let has_begun = becomes_true(|| runs.begun.load(Relaxed));
        drop(runs);
        let after_running = (witness.runs(), witness.drops());

        assert!(queued);
        assert_eq!(after_waiting, (0, 1));
        assert!(has_begun);
        assert_eq!(after_running, (1, 2));
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
