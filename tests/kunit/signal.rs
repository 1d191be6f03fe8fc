// SPDX-License-Identifier: GPL-2.0

//! Tests of the signals of kernel threads.

use kernel::prelude::*;

#[kunit_tests(kthread_counter_signal)]
mod tests {
    use kernel::prelude::*;

    use crate::{
        abstractions::signal::send,
        support::{
            becomes_true,
            end_of,
            is_gone,
            prepare,
            spawn,
            verdict,
            Bed,
            PATIENCE, //
        },
    };

    const SIGKILL: c_int = 9;
    const SIGUSR1: c_int = 10;
    const SIGUSR2: c_int = 12;

    const NO_SIGNALS: [c_int; 4] = [0, -1, 65, c_int::MAX];

    #[test]
    fn an_allowed_signal_cuts_a_sleep_short_and_is_taken_once() -> Result {
        let bed = Bed::new()?;
        let (mut thread, begun) = prepare(move |thread| {
            let interrupted = bed.is_interrupted_within(PATIENCE);
            let still_interrupted = bed.is_interrupted();
            let number = thread.dequeue_signal();
            let none = thread.dequeue_signal();
            verdict(&[
                interrupted,
                still_interrupted,
                number == Some(SIGUSR1),
                none.is_none(),
                !thread.signal_pending(),
                !bed.is_interrupted(),
            ])
        })?;
        thread.allow_signal(SIGUSR1);
        let thread = thread.start();
        begun.wait_interruptible()?;
        let sent = send(thread.task(), SIGUSR1);
        let code = end_of(thread);

        assert_eq!(sent, Ok(()));
        assert_eq!(code, Some(0));
        Ok(())
    }

    #[test]
    fn a_signal_reaches_a_thread_that_has_just_been_started() -> Result {
        let bed = Bed::new()?;
        let (mut thread, _begun) = prepare(move |thread| {
            let interrupted = bed.is_interrupted_within(PATIENCE);
            verdict(&[interrupted, thread.dequeue_signal() == Some(SIGKILL)])
        })?;
        thread.allow_signal(SIGKILL);
        let thread = thread.start();
        let sent = send(thread.task(), SIGKILL);
        let code = end_of(thread);

        assert_eq!(sent, Ok(()));
        assert_eq!(code, Some(0));
        Ok(())
    }

    #[test]
    fn signals_that_are_not_allowed_are_ignored() -> Result {
        let bed = Bed::new()?;
        let (mut thread, begun) = prepare(move |thread| {
            let interrupted = bed.is_interrupted();
            verdict(&[!interrupted, thread.dequeue_signal().is_none()])
        })?;
        thread.allow_signal(SIGUSR1);
        let thread = thread.start();
        begun.wait_interruptible()?;
        let sent = send(thread.task(), SIGUSR2);
        let code = end_of(thread);

        assert_eq!(sent, Ok(()));
        assert_eq!(code, Some(0));
        Ok(())
    }

    #[test]
    fn a_number_that_is_no_signal_changes_nothing() -> Result {
        let bed = Bed::new()?;
        let (mut thread, _begun) = prepare(move |thread| {
            let interrupted = bed.is_interrupted();
            verdict(&[!interrupted, thread.dequeue_signal().is_none()])
        })?;
        for number in NO_SIGNALS {
            thread.allow_signal(number);
        }
        let thread = thread.start();
        let sent = NO_SIGNALS.map(|number| send(thread.task(), number));
        let code = end_of(thread);

        assert_eq!(sent, [Err(EINVAL); 4]);
        assert_eq!(code, Some(0));
        Ok(())
    }

    #[test]
    fn a_thread_that_has_ended_gets_no_signal() -> Result {
        let thread = spawn(|_| 0)?;
        let is_gone = becomes_true(|| is_gone(thread.task()));
        let sent = send(thread.task(), SIGKILL);
        drop(thread);

        assert!(is_gone);
        assert_eq!(sent, Err(ESRCH));
        Ok(())
    }

    #[test]
    fn a_thread_that_is_being_stopped_has_no_signal_to_take() -> Result {
        let bed = Bed::new()?;
        let thread = spawn(move |thread| {
            bed.is_interrupted_within(PATIENCE);
            verdict(&[thread.signal_pending(), thread.dequeue_signal().is_none()])
        })?;
        let code = thread.stop();

        assert_eq!(code, Some(0));
        Ok(())
    }
}
