// SPDX-License-Identifier: GPL-2.0

//! Tests of sleeps that no signal ends.

use kernel::prelude::*;

#[kunit_tests(kthread_counter_uninterruptible_wait)]
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
            wait::{
                new_wait_queue,
                Queue,
                Waited, //
            }, //
        },
        support::{
            end_of,
            spawn,
            timed,
            timeout,
            verdict,
            NANOS_PER_MILLI,
            PATIENCE, //
        },
    };

    const DELAY: Milliseconds = Milliseconds(300);

    fn queue() -> Result<Arc<Queue>> {
        Arc::pin_init(new_wait_queue!("kunit uninterruptible"), GFP_KERNEL)
    }

    fn after(time: Milliseconds) -> i64 {
        clock::monotonic() + i64::from(time.0) * NANOS_PER_MILLI
    }

    #[test]
    fn what_is_true_is_not_waited_for() -> Result {
        let queue = queue()?;
        let (took, waited) = timed(|| {
            [
                queue.wait_idle_timeout(timeout(PATIENCE), || true),
                queue.wait_uninterruptible_until(after(PATIENCE), || true),
            ]
        });

        assert!(waited == [Waited::Condition; 2]);
        assert!(took < timeout(PATIENCE));
        Ok(())
    }

    /// A notification wakes it, and it goes on sleeping until the time is over.
    #[test]
    fn an_idle_wait_is_over_in_time() -> Result {
        let queue = queue()?;
        let thread = spawn(move |_| {
            let (took, waited) = timed(|| queue.wait_idle_timeout(timeout(DELAY), || false));
            verdict(&[waited == Waited::TimedOut, took >= timeout(DELAY)])
        })?;
        thread.notify();
        let code = end_of(thread);

        assert_eq!(code, Some(0));
        Ok(())
    }

    #[test]
    fn a_wait_until_a_time_is_over_then() -> Result {
        let queue = queue()?;
        let thread = spawn(move |_| {
            let deadline = after(DELAY);
            let waited = queue.wait_uninterruptible_until(deadline, || false);
            verdict(&[waited == Waited::TimedOut, clock::monotonic() >= deadline])
        })?;
        thread.notify();
        let code = end_of(thread);

        assert_eq!(code, Some(0));
        Ok(())
    }

    #[test]
    fn a_time_that_has_passed_is_over_at_once() -> Result {
        let queue = queue()?;
        let past = [clock::monotonic() - 1, 1, 0, -1, i64::MIN];
        let waited = past.map(|deadline| queue.wait_uninterruptible_until(deadline, || false));

        assert!(waited == [Waited::TimedOut; 5]);
        Ok(())
    }

    /// Whether a wait ends because its condition becomes true, and long before its time is over.
    fn ends_when_it_is_true(
        wait: impl FnOnce(&Queue, &dyn Fn() -> bool) -> Waited + Send + 'static,
    ) -> Result<bool> {
        let queue = queue()?;
        let is_true = Arc::new(Atomic::new(false), GFP_KERNEL)?;
        let (waker, set) = (queue.clone(), is_true.clone());
        let thread = spawn(move |_| {
            let (took, waited) = timed(|| wait(&queue, &|| is_true.load(Relaxed)));
            verdict(&[waited == Waited::Condition, took < timeout(PATIENCE)])
        })?;
        // It looks, and goes on.
        waker.wake_up_all();
        thread.notify();
        set.store(true, Relaxed);
        waker.wake_up_all();
        Ok(end_of(thread) == Some(0))
    }

    #[test]
    fn they_end_when_their_condition_is_true() -> Result {
        let ends = [
            ends_when_it_is_true(|queue, is_true| {
                queue.wait_idle_timeout(timeout(PATIENCE), is_true)
            })?,
            ends_when_it_is_true(|queue, is_true| {
                queue.wait_uninterruptible_until(after(PATIENCE), is_true)
            })?,
        ];

        assert_eq!(ends, [true; 2]);
        Ok(())
    }
}

#[kunit_tests(kthread_counter_delay)]
mod delay_tests {
    use kernel::prelude::*;

    use crate::{
        abstractions::{
            clock,
            delay::{
                fsleep,
                schedule_timeout_idle,
                usleep,
                Microseconds,
                Milliseconds, //
            },
            signal::send, //
        },
        support::{
            a_while,
            end_of,
            prepare,
            spawn,
            timed,
            timeout,
            verdict,
            PATIENCE, //
        },
    };

    const SIGUSR1: c_int = 10;
    const NANOS_PER_MICRO: i64 = 1_000;

    /// In nanoseconds, how long a sleep takes.
    fn duration(sleep: impl FnOnce()) -> i64 {
        let start = clock::monotonic();
        sleep();
        clock::monotonic() - start
    }

    #[test]
    fn usleep_is_not_too_short() {
        let are_right = [1, 50, 1_000, 30_000]
            .map(|time| duration(|| usleep(Microseconds(time))) >= time as i64 * NANOS_PER_MICRO);

        assert_eq!(are_right, [true; 4]);
    }

    /// It is busy for the first time, and takes the high-resolution timer for the next ones.
    #[test]
    fn a_short_fsleep_is_not_too_short() {
        let are_right = [5, 11, 500]
            .map(|time| duration(|| fsleep(Microseconds(time))) >= time as i64 * NANOS_PER_MICRO);

        assert_eq!(are_right, [true; 3]);
    }

    /// In jiffies, as the kernel takes the timer wheel for these.
    #[test]
    fn a_long_fsleep_is_not_too_short() {
        let (took, ()) = timed(|| fsleep(Microseconds(100_000)));

        assert!(took >= timeout(Milliseconds(100)));
    }

    /// Whether a thread that is notified in a sleep finds it long enough all the same.
    fn withstands_a_notification(
        is_long_enough: impl FnOnce() -> bool + Send + 'static,
    ) -> Result<bool> {
        let thread = spawn(move |_| verdict(&[is_long_enough()]))?;
        thread.notify();
        Ok(end_of(thread) == Some(0))
    }

    #[test]
    fn no_notification_ends_usleep() -> Result {
        const TIME: Microseconds = Microseconds(400_000);

        let is_right = withstands_a_notification(|| {
            duration(|| usleep(TIME)) >= TIME.0 as i64 * NANOS_PER_MICRO
        })?;

        assert!(is_right);
        Ok(())
    }

    #[test]
    fn no_notification_ends_fsleep() -> Result {
        let is_right = withstands_a_notification(|| {
            let (took, ()) = timed(|| fsleep(Microseconds(400_000)));
            took >= timeout(Milliseconds(400))
        })?;

        assert!(is_right);
        Ok(())
    }

    #[test]
    fn an_idle_sleep_is_not_too_short() {
        let time = timeout(Milliseconds(100));
        let (took, left) = timed(|| schedule_timeout_idle(time));

        assert_eq!(left, 0);
        assert!(took >= time);
    }

    #[test]
    fn a_notification_ends_an_idle_sleep() -> Result {
        let thread = spawn(|_| {
            let (took, left) = timed(|| schedule_timeout_idle(timeout(PATIENCE)));
            verdict(&[left > 0, left < timeout(PATIENCE), took < timeout(PATIENCE)])
        })?;
        thread.notify();
        let code = end_of(thread);

        assert_eq!(code, Some(0));
        Ok(())
    }

    #[test]
    fn a_signal_does_not_end_an_idle_sleep() -> Result {
        let (mut thread, begun) = prepare(|thread| {
            let time = timeout(Milliseconds(400));
            let (took, left) = timed(|| schedule_timeout_idle(time));
            verdict(&[left == 0, took >= time, thread.signal_pending()])
        })?;
        thread.allow_signal(SIGUSR1);
        let thread = thread.start();
        begun.wait_interruptible()?;
        a_while();
        let sent = send(thread.task(), SIGUSR1);
        let code = end_of(thread);

        assert_eq!(sent, Ok(()));
        assert_eq!(code, Some(0));
        Ok(())
    }
}
