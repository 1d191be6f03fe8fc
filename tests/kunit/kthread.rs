// SPDX-License-Identifier: GPL-2.0

//! Tests of kernel threads.

use kernel::prelude::*;

use crate::{
    abstractions::kthread::{
        self,
        Handle, //
    },
    support::{
        Bed,
        PATIENCE, //
    }, //
};

/// Threads that are there to be seen by name: data that looks like a format, and a long one.
pub(crate) fn create_names() -> Result<[Handle; 2]> {
    Ok([
        run_until_stopped(c"%s%n%d 100%/%p")?,
        run_until_stopped(c"kthread_counter_kunit, of which ps shows every single letter")?,
    ])
}

/// Sleeps interruptibly: one that has not been started, or that nothing interrupts, is taken for hung
/// after two minutes.
fn run_until_stopped(name: &CStr) -> Result<Handle> {
    let bed = Bed::new()?;
    kthread::run(name, move |thread| {
        while !thread.should_stop() {
            bed.is_interrupted_within(PATIENCE);
        }
        0
    })
}

#[kunit_tests(kthread_counter_kthread)]
mod tests {
    use kernel::{
        cpu::{
            nr_cpu_ids,
            CpuId, //
        },
        prelude::*, //
    };

    use crate::{
        abstractions::{
            delay::{
                msleep,
                Milliseconds, //
            },
            kthread::Created,
            sched::{
                self,
                Policy, //
            },
            topology::Node, //
        },
        support::{
            a_while,
            becomes_true,
            end_of,
            is_gone,
            prepare,
            spawn,
            timed,
            timeout,
            verdict,
            Bed,
            Token,
            Witness,
            PATIENCE, //
        },
    };

    #[test]
    fn a_thread_that_is_not_started_drops_its_closure() -> Result {
        let witness = Witness::new()?;
        let token = Token(witness.clone());
        let thread = Created::new(c"kunit", None, move |_| {
            token.run();
            0
        })?;
        let drops_before = witness.drops();
        drop(thread);

        assert_eq!(drops_before, 0);
        assert_eq!(witness.runs(), 0);
        assert_eq!(witness.drops(), 1);
        Ok(())
    }

    #[test]
    fn dropping_a_handle_stops_the_thread_and_waits_for_it() -> Result {
        let witness = Witness::new()?;
        let token = Token(witness.clone());
        let thread = spawn(move |thread| {
            while !thread.should_stop() {
                msleep(Milliseconds(10));
            }
            // Who does not wait goes on before this is over.
            a_while();
            token.run();
            0
        })?;
        let runs_before = witness.runs();
        drop(thread);

        assert_eq!(runs_before, 0);
        assert_eq!(witness.runs(), 1);
        assert_eq!(witness.drops(), 1);
        Ok(())
    }

    #[test]
    fn the_end_of_a_closure_can_be_waited_for() -> Result {
        let thread = spawn(move |thread| {
            while !thread.should_stop() {
                msleep(Milliseconds(10));
            }
            a_while();
            7
        })?;
        let returned_before = thread.has_returned();
        thread.request_stop();
        // As often as one likes.
        let waited = [(); 2].map(|()| thread.wait_interruptible());
        let returned_after = thread.has_returned();
        let code = thread.stop();

        assert!(!returned_before);
        assert_eq!(waited, [Ok(()); 2]);
        assert!(returned_after);
        assert_eq!(code, Some(7));
        Ok(())
    }

    /// One thread waits for the end of another, which does not come, and is interrupted.
    #[test]
    fn the_wait_for_the_end_of_a_closure_can_be_interrupted() -> Result {
        let sleeper = spawn(move |thread| {
            while !thread.should_stop() {
                msleep(Milliseconds(10));
            }
            0
        })?;
        let waiter = spawn(move |_| {
            let waited = sleeper.wait_interruptible();
            // It still has to be stopped.
            verdict(&[
                waited == Err(ERESTARTSYS),
                !sleeper.has_returned(),
                sleeper.stop() == Some(0),
            ])
        })?;
        waiter.notify();
        let code = end_of(waiter);

        assert_eq!(code, Some(0));
        Ok(())
    }

    #[test]
    fn a_thread_that_returned_by_itself_gives_its_code() -> Result {
        let mut is_right = true;
        for code in [0, 1, -512, c_int::MAX, c_int::MIN] {
            let thread = spawn(move |_| code)?;
            let is_gone = becomes_true(|| is_gone(thread.task()));
            is_right &= is_gone && thread.stop() == Some(code);
        }

        assert!(is_right);
        Ok(())
    }

    #[test]
    fn a_thread_that_returned_by_itself_can_be_dropped() -> Result {
        let witness = Witness::new()?;
        let token = Token(witness.clone());
        let thread = spawn(move |_| {
            token.run();
            0
        })?;
        let is_gone = becomes_true(|| is_gone(thread.task()));
        drop(thread);

        assert!(is_gone);
        assert_eq!(witness.runs(), 1);
        assert_eq!(witness.drops(), 1);
        Ok(())
    }

    /// On the CPU of a real-time thread that does not sleep, nothing else runs.
    #[test]
    fn a_thread_stopped_before_it_ran_has_no_code() -> Result {
        let cpu = CpuId::current();
        sched::set_cpu(kernel::current!(), Some(cpu))?;
        sched::set_policy(kernel::current!(), Policy::Fifo);

        let witness = Witness::new()?;
        let token = Token(witness.clone());
        let mut thread = Created::new(c"kunit", None, move |_| {
            token.run();
            0
        })?;
        thread.bind(cpu);
        let code = thread.start().stop();
        sched::set_policy(kernel::current!(), Policy::Normal);

        assert_eq!(code, None);
        assert_eq!(witness.runs(), 0);
        assert_eq!(witness.drops(), 1);
        Ok(())
    }

    #[test]
    fn a_thread_stopped_at_once_ran_or_has_no_code() -> Result {
        let mut is_right = true;
        for _ in 0..100 {
            let witness = Witness::new()?;
            let token = Token(witness.clone());
            let thread = Created::new(c"kunit", None, move |_| {
                token.run();
                7
            })?;
            let code = thread.start().stop();
            is_right &= code == (witness.runs() == 1).then_some(7) && witness.drops() == 1;
        }

        assert!(is_right);
        Ok(())
    }

    #[test]
    fn a_request_to_stop_cuts_a_sleep_short() -> Result {
        let bed = Bed::new()?;
        let thread = spawn(move |thread| {
            let asked_before = thread.should_stop();
            let interrupted = bed.is_interrupted_within(PATIENCE);
            verdict(&[!asked_before, interrupted, thread.should_stop()])
        })?;
        thread.request_stop();
        let code = end_of(thread);

        assert_eq!(code, Some(0));
        Ok(())
    }

    #[test]
    fn a_request_to_stop_is_not_lost_on_a_thread_that_does_not_sleep_yet() -> Result {
        let bed = Bed::new()?;
        let thread = spawn(move |thread| {
            while !thread.should_stop() {
                msleep(Milliseconds(10));
            }
            a_while();
            verdict(&[bed.is_interrupted_within(PATIENCE)])
        })?;
        thread.request_stop();
        let code = end_of(thread);

        assert_eq!(code, Some(0));
        Ok(())
    }

    #[test]
    fn stopping_cuts_a_sleep_short() -> Result {
        let bed = Bed::new()?;
        let thread = spawn(move |thread| {
            let interrupted = bed.is_interrupted_within(PATIENCE);
            verdict(&[interrupted, thread.should_stop()])
        })?;
        let code = thread.stop();

        assert_eq!(code, Some(0));
        Ok(())
    }

    #[test]
    fn a_notification_lasts_until_it_is_cleared() -> Result {
        let bed = Bed::new()?;
        let thread = spawn(move |thread| {
            let first = bed.is_interrupted_within(PATIENCE);
            let second = bed.is_interrupted();
            thread.clear_notification();
            let third = bed.is_interrupted();
            verdict(&[first, second, !third, !thread.should_stop()])
        })?;
        thread.notify();
        let code = end_of(thread);

        assert_eq!(code, Some(0));
        Ok(())
    }

    #[test]
    fn a_notification_does_not_shorten_an_uninterruptible_sleep() -> Result {
        let thread = spawn(|_| {
            let time = Milliseconds(500);
            let (took, ()) = timed(|| msleep(time));
            verdict(&[took >= timeout(time)])
        })?;
        for _ in 0..5 {
            thread.notify();
            msleep(Milliseconds(20));
        }
        let code = end_of(thread);

        assert_eq!(code, Some(0));
        Ok(())
    }

    #[test]
    fn a_bound_thread_stays_on_its_cpu() -> Result {
        let mut is_right = true;
        for cpu in (0..nr_cpu_ids()).filter_map(sched::online_cpu) {
            let node = Some(Node::of(cpu));
            let mut thread = Created::new(c"kunit", node, move |_| {
                for _ in 0..20 {
                    if CpuId::current().as_u32() != cpu.as_u32() {
                        return 1;
                    }
                    msleep(Milliseconds(1));
                }
                0
            })?;
            thread.bind(cpu);
            is_right &= end_of(thread.start()) == Some(0);
        }

        assert!(is_right);
        Ok(())
    }

    #[test]
    fn a_running_thread_is_moved_to_a_cpu() -> Result {
        let mut is_right = true;
        for cpu in (0..nr_cpu_ids()).filter_map(sched::online_cpu) {
            let bed = Bed::new()?;
            let thread = spawn(move |thread| {
                bed.is_interrupted_within(PATIENCE);
                thread.clear_notification();
                verdict(&[CpuId::current().as_u32() == cpu.as_u32()])
            })?;
            is_right &= sched::set_cpu(thread.task(), Some(cpu)).is_ok();
            thread.notify();
            is_right &= end_of(thread) == Some(0);
        }

        assert!(is_right);
        Ok(())
    }

    #[test]
    fn there_is_no_cpu_behind_the_last_one() {
        assert!(sched::online_cpu(0).is_some());
        assert!(sched::online_cpu(nr_cpu_ids()).is_none());
        assert!(sched::online_cpu(u32::MAX).is_none());
    }

    #[test]
    fn a_created_thread_has_the_process_id_that_it_runs_with() -> Result {
        let (thread, _begun) = prepare(|_| kernel::current!().pid())?;
        let pid = thread.pid();
        let code = end_of(thread.start());

        assert_eq!(code, Some(pid));
        Ok(())
    }
}
