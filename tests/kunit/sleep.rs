// SPDX-License-Identifier: GPL-2.0

//! Tests of what a thread sleeps in: wait queues, completions, work items.

use kernel::prelude::*;

#[kunit_tests(kthread_counter_wait)]
mod wait_tests {
    use kernel::{
        prelude::*,
        sync::{
            atomic::{
                Atomic,
                Relaxed, //
            },
            Arc, //
        }, //
    };

    use crate::{
        abstractions::{
            clock,
            delay::Milliseconds,
            hrtimer,
            wait::{
                new_wait_queue,
                Queue,
                Waited, //
            },
        },
        support::{
            a_while,
            end_of,
            is_gone,
            spawn,
            timed,
            timeout,
            verdict,
            NANOS_PER_MILLI,
            PATIENCE, //
        },
    };

    fn queue() -> Result<Arc<Queue>> {
        Arc::pin_init(new_wait_queue!("kunit"), GFP_KERNEL)
    }

    #[test]
    fn what_is_true_is_not_waited_for() -> Result {
        let queue = queue()?;
        let thread = spawn(move |thread| {
            // It sleeps in none of these, or it would be for ever; and it has been notified.
            while !thread.should_stop() {
                a_while();
            }
            verdict(&[
                queue.wait_interruptible(|| true) == Waited::Condition,
                queue.wait_interruptible_timeout(timeout(PATIENCE), || true) == Waited::Condition,
            ])
        })?;
        thread.request_stop();
        let code = end_of(thread);

        assert_eq!(code, Some(0));
        Ok(())
    }

    #[test]
    fn a_timeout_is_not_too_short() -> Result {
        let queue = queue()?;
        let time = timeout(Milliseconds(100));
        let (took, waited) = timed(|| queue.wait_interruptible_timeout(time, || false));

        assert!(waited == Waited::TimedOut);
        assert!(took >= time);
        Ok(())
    }

    #[test]
    fn a_deadline_is_not_missed_early() -> Result {
        let deadline = clock::monotonic() + 100 * NANOS_PER_MILLI;
        let has_come = hrtimer::sleep_until(deadline);
        let now = clock::monotonic();

        assert!(has_come);
        assert!(now >= deadline);
        Ok(())
    }

    #[test]
    fn a_deadline_that_has_passed_is_over_at_once() -> Result {
        let past = [clock::monotonic() - 1, 1, 0, -1, i64::MIN];

        assert!(past.map(hrtimer::sleep_until) == [true; 5]);
        Ok(())
    }

    #[test]
    fn an_uninterruptible_wait_ends_when_its_condition_is_true() -> Result {
        let queue = queue()?;
        let is_true = Arc::new(Atomic::new(false), GFP_KERNEL)?;
        let thread = {
            let (queue, is_true) = (queue.clone(), is_true.clone());
            spawn(move |_| {
                queue.wait_uninterruptible(|| is_true.load(Relaxed));
                verdict(&[is_true.load(Relaxed)])
            })?
        };
        thread.notify();
        a_while();
        let ended_early = is_gone(thread.task());
        is_true.store(true, Relaxed);
        queue.wake_up_all();
        let code = end_of(thread);

        assert!(!ended_early);
        assert_eq!(code, Some(0));
        Ok(())
    }

    #[test]
    fn a_wake_up_reaches_all_that_wait() -> Result {
        let queue = queue()?;
        let is_true = Arc::new(Atomic::new(false), GFP_KERNEL)?;
        let spawn_waiter = || {
            let (queue, is_true) = (queue.clone(), is_true.clone());
            spawn(move |_| {
                let waited = queue.wait_interruptible(|| is_true.load(Relaxed));
                verdict(&[waited == Waited::Condition])
            })
        };
        let threads = [spawn_waiter()?, spawn_waiter()?, spawn_waiter()?];

        // They look, and go on.
        queue.wake_up_all();
        a_while();
        let are_waiting = !threads.iter().any(|thread| is_gone(thread.task()));
        is_true.store(true, Relaxed);
        queue.wake_up_all();
        let codes = threads.map(end_of);

        assert!(are_waiting);
        assert_eq!(codes, [Some(0); 3]);
        Ok(())
    }

    #[test]
    fn a_notification_interrupts_each_kind_of_wait() -> Result {
        let queue = queue()?;
        let thread = spawn(move |_| {
            verdict(&[
                queue.wait_interruptible(|| false) == Waited::Interrupted,
                queue.wait_interruptible_timeout(timeout(PATIENCE), || false)
                    == Waited::Interrupted,
                !hrtimer::sleep_until(i64::MAX),
            ])
        })?;
        thread.notify();
        let code = end_of(thread);

        assert_eq!(code, Some(0));
        Ok(())
    }
}

#[kunit_tests(kthread_counter_completion)]
mod completion_tests {
    use kernel::{
        prelude::*,
        sync::Arc, //
    };

    use crate::{
        abstractions::completion::Completion,
        support::{
            end_of,
            spawn,
            verdict, //
        },
    };

    fn completion() -> Result<Arc<Completion>> {
        Arc::pin_init(Completion::new(), GFP_KERNEL)
    }

    #[test]
    fn each_complete_is_taken_once() -> Result {
        let completion = completion()?;
        let before = completion.try_wait();
        for _ in 0..3 {
            completion.complete();
        }
        let waited = completion.wait_interruptible();
        let taken = [(); 3].map(|()| completion.try_wait());

        assert!(!before);
        assert_eq!(waited, Ok(()));
        assert_eq!(taken, [true, true, false]);
        Ok(())
    }

    #[test]
    fn three_completes_let_three_threads_go() -> Result {
        let completion = completion()?;
        let spawn_waiter = || {
            let completion = completion.clone();
            spawn(move |_| verdict(&[completion.wait_interruptible() == Ok(())]))
        };
        let threads = [spawn_waiter()?, spawn_waiter()?, spawn_waiter()?];
        for _ in 0..3 {
            completion.complete();
        }
        let codes = threads.map(end_of);
        let left = completion.try_wait();

        assert_eq!(codes, [Some(0); 3]);
        assert!(!left);
        Ok(())
    }

    #[test]
    fn what_is_completed_for_all_stays_so() -> Result {
        let completion = completion()?;
        completion.complete_all();
        let waited = [(); 3].map(|()| completion.wait_interruptible());

        assert!(completion.is_done());
        assert_eq!(waited, [Ok(()); 3]);
        Ok(())
    }

    #[test]
    fn a_notification_interrupts_the_wait_for_a_completion() -> Result {
        let completion = completion()?;
        let thread =
            spawn(move |_| verdict(&[completion.wait_interruptible() == Err(ERESTARTSYS)]))?;
        thread.notify();
        let code = end_of(thread);

        assert_eq!(code, Some(0));
        Ok(())
    }
}

#[kunit_tests(kthread_counter_delayed_work)]
mod delayed_work_tests {
    use kernel::{
        cpu::nr_cpu_ids,
        prelude::*,
        sync::Arc, //
    };

    use crate::{
        abstractions::{
            clock,
            delay::Milliseconds,
            delayed_work::Alarm,
            sched, //
        },
        support::{
            end_of,
            spawn,
            timed,
            timeout,
            verdict,
            PATIENCE, //
        },
    };

    const DELAY: Milliseconds = Milliseconds(100);

    /// Whether the alarm rang, not too early, and at a time that is neither past nor yet to come.
    fn rings_in_time(alarm: &Alarm) -> bool {
        let delay = timeout(DELAY);
        let start = clock::monotonic();
        let (took, rang) = timed(|| alarm.wait_interruptible(delay, None));
        took >= delay && rang.is_ok_and(|rang| (start..=clock::monotonic()).contains(&rang.at))
    }

    #[test]
    fn it_rings_on_the_cpu_that_it_is_told() -> Result {
        let alarm = Arc::pin_init(Alarm::new(), GFP_KERNEL)?;
        let mut cpus = (0..nr_cpu_ids()).filter_map(sched::online_cpu);
        let all_do = cpus.all(|cpu| {
            let rang = alarm.wait_interruptible(timeout(DELAY), Some(cpu));
            rang.is_ok_and(|rang| rang.cpu == cpu.as_u32())
        });

        assert!(all_do);
        Ok(())
    }

    #[test]
    fn it_rings_when_it_is_due() -> Result {
        let alarm = Arc::pin_init(Alarm::new(), GFP_KERNEL)?;
        let rings = [(); 3].map(|()| rings_in_time(&alarm));

        assert_eq!(rings, [true; 3]);
        Ok(())
    }

    /// One that was given up neither rings later nor counts as one that rang.
    #[test]
    fn it_can_be_used_again_after_an_interruption() -> Result {
        let alarm = Arc::pin_init(Alarm::new(), GFP_KERNEL)?;
        let thread = spawn(move |thread| {
            let (took, waited) = timed(|| alarm.wait_interruptible(timeout(PATIENCE), None));
            let is_short = took < timeout(PATIENCE);
            thread.clear_notification();
            verdict(&[
                waited.is_err_and(|error| error == ERESTARTSYS),
                is_short,
                rings_in_time(&alarm),
            ])
        })?;
        thread.notify();
        let code = end_of(thread);

        assert_eq!(code, Some(0));
        Ok(())
    }

    /// KASAN, or the kernel's debug objects, would see a work item that is freed while it is queued.
    #[test]
    fn it_can_be_dropped_after_an_interruption() -> Result {
        let thread = spawn(move |_| {
            let waited = KBox::pin_init(Alarm::new(), GFP_KERNEL)
                .map(|alarm| alarm.wait_interruptible(timeout(PATIENCE), None));
            verdict(&[waited.is_ok_and(|waited| waited.is_err_and(|error| error == ERESTARTSYS))])
        })?;
        thread.notify();
        let code = end_of(thread);

        assert_eq!(code, Some(0));
        Ok(())
    }
}
