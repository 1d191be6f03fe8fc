// SPDX-License-Identifier: GPL-2.0

//! Tests of probes, and of what they note of a thread's waking.

use kernel::prelude::*;

#[kunit_tests(kthread_counter_tracepoint)]
mod tracepoint_tests {
    use kernel::{
        prelude::*,
        sync::atomic::{
            Atomic,
            Relaxed, //
        },
        task::{
            Pid,
            Task, //
        },
    };

    use crate::{
        abstractions::{
            preempt::Unpreempted,
            sched_events::{
                OnSwitch,
                OnWaking,
                SchedSwitch,
                SchedWaking, //
            },
            tracepoint::Probe, //
        },
        support::a_while, //
    };

    /// How often the thread of a test was woken, as two probes have it.
    static WAKINGS: [Atomic<i32>; 2] = [const { Atomic::new(0) }; 2];
    /// How often it gave its CPU away, and how often it got one.
    static GONE: Atomic<i32> = Atomic::new(0);
    static CAME: Atomic<i32> = Atomic::new(0);
    /// That thread: tests run one after the other.
    static WATCHED: Atomic<Pid> = Atomic::new(0);

    fn count<const N: usize>(task: &Task) {
        if task.pid() == WATCHED.load(Relaxed) {
            WAKINGS[N].add(1, Relaxed);
        }
    }

    struct First;

    impl OnWaking for First {
        fn waking(task: &Task, _: &Unpreempted) {
            count::<0>(task);
        }
    }

    struct Second;

    impl OnWaking for Second {
        fn waking(task: &Task, _: &Unpreempted) {
            count::<1>(task);
        }
    }

    struct Switches;

    impl OnSwitch for Switches {
        fn switch(prev: &Task, next: &Task, _: &Unpreempted) {
            let watched = WATCHED.load(Relaxed);
            GONE.add(i32::from(prev.pid() == watched), Relaxed);
            CAME.add(i32::from(next.pid() == watched), Relaxed);
        }
    }

    /// How often the calling thread is woken in a sleep, as the two probes have it: at least once.
    fn wakings_of_a_sleep() -> [i32; 2] {
        WATCHED.store(kernel::current!().pid(), Relaxed);
        let now = || [WAKINGS[0].load(Relaxed), WAKINGS[1].load(Relaxed)];
        let before = now();
        a_while();
        let after = now();
        WATCHED.store(0, Relaxed);
        [after[0] - before[0], after[1] - before[1]]
    }

    #[test]
    fn a_probe_is_called_until_it_is_dropped() -> Result {
        let before = wakings_of_a_sleep();
        let probe = Probe::<SchedWaking>::on_waking::<First>()?;
        let during = wakings_of_a_sleep();
        drop(probe);
        let after = wakings_of_a_sleep();

        assert_eq!(before, [0, 0]);
        assert!(during[0] > 0);
        assert_eq!(during[1], 0);
        assert_eq!(after, [0, 0]);
        Ok(())
    }

    #[test]
    fn a_probe_can_be_attached_again() -> Result {
        let mut is_right = true;
        for _ in 0..3 {
            let probe = Probe::<SchedWaking>::on_waking::<First>()?;
            is_right &= wakings_of_a_sleep()[0] > 0;
            drop(probe);
        }

        assert!(is_right);
        Ok(())
    }

    #[test]
    fn a_probe_is_there_once() -> Result {
        let probe = Probe::<SchedWaking>::on_waking::<First>()?;
        let error = Probe::<SchedWaking>::on_waking::<First>().err();
        let seen = wakings_of_a_sleep();
        drop(probe);

        assert_eq!(error, Some(EEXIST));
        assert!(seen[0] > 0);
        Ok(())
    }

    #[test]
    fn two_functions_at_a_tracepoint_are_both_called() -> Result {
        let one = Probe::<SchedWaking>::on_waking::<First>()?;
        let other = Probe::<SchedWaking>::on_waking::<Second>();
        let both = wakings_of_a_sleep();
        drop(one);
        let one_less = wakings_of_a_sleep();
        drop(other?);
        let none = wakings_of_a_sleep();

        assert!(both[0] > 0 && both[1] > 0);
        assert_eq!(one_less[0], 0);
        assert!(one_less[1] > 0);
        assert_eq!(none, [0, 0]);
        Ok(())
    }

    #[test]
    fn a_switch_names_who_goes_and_who_comes() -> Result {
        let probe = Probe::<SchedSwitch>::on_switch::<Switches>()?;
        wakings_of_a_sleep();
        drop(probe);
        let seen = [GONE.load(Relaxed), CAME.load(Relaxed)];

        // The last one of each may have come before the probe or after it.
        assert!(seen[0] > 0);
        assert!(seen[1] > 0);
        assert!((seen[0] - seen[1]).abs() <= 1);
        Ok(())
    }
}

#[kunit_tests(kthread_counter_waking)]
mod waking_tests {
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
            kthread::{
                self,
                Created,
                Current, //
            },
            kthread_exit::Finishing,
            kthread_probe::Probes,
            sched::{
                self,
                Policy, //
            },
            wait::{
                new_wait_queue,
                Queue,
                Waited, //
            }, //
        },
        support::{
            a_while,
            end_of,
            spawn,
            verdict,
            Bed,
            NANOS_PER_MILLI,
            PATIENCE, //
        },
    };

    /// The clock of who wakes a thread may be behind by some nanoseconds.
    const TOLERANCE: i64 = NANOS_PER_MILLI;

    fn queue() -> Result<Arc<Queue>> {
        Arc::pin_init(new_wait_queue!("kunit probe"), GFP_KERNEL)
    }

    /// Sleeps for some milliseconds. How long ago the thread was woken, and its time was over.
    fn sleep(thread: &Current<'_>, queue: &Queue, millis: i64) -> (Option<i64>, i64) {
        thread.waking().forget();
        let deadline = clock::monotonic() + millis * NANOS_PER_MILLI;
        queue.wait_uninterruptible_until(deadline, || false);
        let now = clock::monotonic();
        (thread.waking().measure(now), now - deadline)
    }

    /// It sleeps until a time, so that it cannot have been woken before that.
    #[test]
    fn a_thread_that_slept_was_woken_when_its_time_was_over() -> Result {
        let queue = queue()?;
        let probes = Probes::attach()?;
        let thread = spawn(move |thread| {
            let is_right = |(age, late): (Option<i64>, i64)| {
                age.is_some_and(|age| age >= 0 && age <= late + TOLERANCE)
            };
            // Long enough for a busy host to let the thread fall asleep before it is over.
            verdict(&[(); 3].map(|()| is_right(sleep(thread, &queue, 100))))
        });
        let code = thread.map(end_of);
        drop(probes);

        assert_eq!(code, Ok(Some(0)));
        Ok(())
    }

    #[test]
    fn a_thread_that_was_notified_was_woken_after_that() -> Result {
        let bed = Bed::new()?;
        let notified = Arc::new(Atomic::new(0_i64), GFP_KERNEL)?;
        let probes = Probes::attach()?;
        let at = notified.clone();
        let thread = spawn(move |thread| {
            thread.waking().forget();
            let was_interrupted = bed.is_interrupted_within(PATIENCE);
            let now = clock::monotonic();
            let age = thread.waking().measure(now);
            verdict(&[
                was_interrupted,
                age.is_some_and(|age| age <= now - at.load(Relaxed) + TOLERANCE),
            ])
        });
        let code = thread.map(|thread| {
            notified.store(clock::monotonic(), Relaxed);
            thread.notify();
            end_of(thread)
        });
        drop(probes);

        assert_eq!(code, Ok(Some(0)));
        Ok(())
    }

    #[test]
    fn a_thread_that_did_not_sleep_was_not_woken() -> Result {
        let queue = queue()?;
        let probes = Probes::attach()?;
        let thread = spawn(move |thread| {
            // A busy host may take the CPU until the time is over, and then the thread does not sleep.
            let was_woken = (0..20).any(|_| sleep(thread, &queue, 10).0.is_some());
            thread.waking().forget();
            let waited = queue.wait_interruptible(|| true);
            verdict(&[
                was_woken,
                waited == Waited::Condition,
                thread.waking().measure(clock::monotonic()).is_none(),
            ])
        });
        let code = thread.map(end_of);
        drop(probes);

        assert_eq!(code, Ok(Some(0)));
        Ok(())
    }

    #[test]
    fn nothing_is_noted_without_probes() -> Result {
        let queue = queue()?;
        drop(Probes::attach()?);
        let thread = spawn(move |thread| {
            let (age, _) = sleep(thread, &queue, 20);
            verdict(&[age.is_none(), thread.waking().predecessor().is_none()])
        })?;
        let code = end_of(thread);

        assert_eq!(code, Some(0));
        Ok(())
    }

    /// A real-time thread gets the CPU from one that is busy there, if not each time: others may be in
    /// between.
    #[test]
    fn the_predecessor_is_who_had_the_cpu() -> Result {
        const NAME: &CStr = c"kunit/busy";

        let queue = queue()?;
        let cpu = sched::online_cpu(0).ok_or(ENODEV)?;
        let probes = Probes::attach()?;
        let run = || -> Result<Option<c_int>> {
            let mut busy = Created::new(NAME, None, |thread| {
                while !thread.should_stop() {
                    sched::cond_resched();
                }
                0
            })?;
            busy.bind(cpu);
            let pid = busy.pid();
            let mut thread = Created::new(c"kunit", None, move |thread| {
                let has_it_from_there = || {
                    sleep(thread, &queue, 5);
                    let before = thread.waking().predecessor();
                    before.is_some_and(|task| task.pid() == pid && task.comm() == NAME.to_bytes())
                };
                verdict(&[(0..200).any(|_| has_it_from_there())])
            })?;
            thread.bind(cpu);
            thread.set_policy(Policy::Fifo);
            let busy = busy.start();
            let code = end_of(thread.start());
            busy.stop();
            Ok(code)
        };
        let code = run();
        drop(probes);

        assert_eq!(code, Ok(Some(0)));
        Ok(())
    }

    /// KASAN would see a probe that touches what has been freed, or takes the data of another kind of
    /// thread for that of this one.
    #[test]
    fn threads_of_all_kinds_come_and_go() -> Result {
        let mut is_right = true;
        let probes = Probes::attach()?;
        for _ in 0..100 {
            let thread = kthread::run(c"kunit", |thread| {
                while !thread.should_stop() {
                    a_while();
                }
                7
            });
            is_right &= thread.is_ok_and(|thread| matches!(thread.stop(), Some(7) | None));
            drop(Created::new(c"kunit", None, |_| 0));
            drop(Finishing::run(c"kunit", || 0));
        }
        drop(probes);

        assert!(is_right);
        Ok(())
    }
}
