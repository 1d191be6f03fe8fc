// SPDX-License-Identifier: GPL-2.0

//! Tests of timers that wake the thread that has set them.

use kernel::prelude::*;

#[kunit_tests(kthread_counter_timer)]
mod timer_tests {
    use kernel::{
        prelude::*,
        sync::Arc, //
    };

    use crate::{
        abstractions::{
            delay::Milliseconds,
            timer::Timer,
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
            PATIENCE, //
        },
    };

    const DELAY: Milliseconds = Milliseconds(100);

    fn queue() -> Result<Arc<Queue>> {
        Arc::pin_init(new_wait_queue!("kunit timer"), GFP_KERNEL)
    }

    /// The queue alone would let it sleep for as long as patience lasts.
    #[test]
    fn a_timer_wakes_the_thread_that_has_set_it() -> Result {
        let queue = queue()?;
        let thread = spawn(move |_| {
            let (took, waited) = timed(|| {
                Timer::with(timeout(DELAY), |timer| {
                    queue.wait_uninterruptible_timeout(timeout(PATIENCE), || timer.is_over())
                })
            });
            verdict(&[
                waited == Waited::Condition,
                took >= timeout(DELAY),
                took < timeout(PATIENCE),
            ])
        })?;
        let code = end_of(thread);

        assert_eq!(code, Some(0));
        Ok(())
    }

    #[test]
    fn one_that_is_not_over_is_forgotten() -> Result {
        let was_over = Timer::with(timeout(PATIENCE), |timer| timer.is_over());
        // On the same stack again. The kernel's debug objects would see one that is still pending.
        let is_over = Timer::with(timeout(PATIENCE), |timer| timer.is_over());

        assert!(!was_over);
        assert!(!is_over);
        Ok(())
    }

    /// A notification wakes it, and it goes on sleeping until the time is over.
    #[test]
    fn an_uninterruptible_wait_is_over_in_time() -> Result {
        let queue = queue()?;
        let thread = spawn(move |_| {
            let sleep = || queue.wait_uninterruptible_timeout(timeout(DELAY), || false);
            let (took, waited) = timed(sleep);
            verdict(&[waited == Waited::TimedOut, took >= timeout(DELAY)])
        })?;
        thread.notify();
        let code = end_of(thread);

        assert_eq!(code, Some(0));
        Ok(())
    }
}
