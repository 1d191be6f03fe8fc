// SPDX-License-Identifier: GPL-2.0

//! Tests of locks: mutexes, and spin locks that spin on PREEMPT_RT, too.

use kernel::prelude::*;

#[kunit_tests(kthread_counter_mutex)]
mod mutex_tests {
    use kernel::{
        new_mutex,
        prelude::*,
        sync::{
            Arc,
            Mutex, //
        }, //
    };

    use crate::{
        abstractions::mutex::LockOrSignal,
        support::{
            becomes_true,
            end_of,
            is_gone,
            spawn,
            verdict, //
        },
    };

    fn mutex() -> Result<Arc<Mutex<i32>>> {
        Arc::pin_init(new_mutex!(0, "kunit"), GFP_KERNEL)
    }

    #[test]
    fn one_that_is_free_is_taken_and_given_back() -> Result {
        let mutex = mutex()?;
        for _ in 0..3 {
            *mutex.lock_interruptible()? += 1;
        }
        let is_free = mutex.try_lock().is_some();
        let value = *mutex.lock();

        assert!(is_free);
        assert_eq!(value, 3);
        Ok(())
    }

    #[test]
    fn one_that_is_held_is_waited_for() -> Result {
        let mutex = mutex()?;
        let shared = mutex.clone();
        let guard = mutex.lock();
        let thread = spawn(move |_| {
            let added = shared.lock_interruptible().map(|mut value| *value += 1);
            verdict(&[added == Ok(())])
        });
        let mut guard = guard;
        let before = *guard;
        let is_waiting = thread.as_ref().is_ok_and(|thread| !is_gone(thread.task()));
        *guard += 10;
        drop(guard);
        let code = end_of(thread?);
        let after = *mutex.lock();

        assert_eq!(before, 0);
        assert!(is_waiting);
        assert_eq!(code, Some(0));
        assert_eq!(after, 11);
        Ok(())
    }

    #[test]
    fn a_notification_interrupts_the_wait_for_a_mutex() -> Result {
        let mutex = mutex()?;
        let shared = mutex.clone();
        let guard = mutex.lock();
        let thread = spawn(move |_| {
            let error = shared.lock_interruptible().map(|_| ()).err();
            verdict(&[error == Some(ERESTARTSYS)])
        })
        .inspect(|thread| thread.notify());
        let is_gone = thread
            .as_ref()
            .is_ok_and(|thread| becomes_true(|| is_gone(thread.task())));
        // Before the stop, which would wait for ever if the thread did.
        drop(guard);
        let code = thread?.stop();
        let is_free = mutex.try_lock().is_some();

        assert!(is_gone);
        assert_eq!(code, Some(0));
        assert!(is_free);
        Ok(())
    }
}

#[kunit_tests(kthread_counter_raw_spin_lock)]
mod raw_spin_lock_tests {
    use kernel::{
        prelude::*,
        sync::Arc, //
    };

    use crate::{
        abstractions::{
            kthread::Handle,
            raw_spin_lock::{
                new_raw_spinlock,
                RawSpinLock, //
            }, //
        },
        support::{
            end_of,
            spawn,
            verdict, //
        },
    };

    fn lock() -> Result<Arc<RawSpinLock<u32>>> {
        Arc::pin_init(new_raw_spinlock!(0, c"kunit"), GFP_KERNEL)
    }

    #[test]
    fn one_that_is_held_is_not_taken() -> Result {
        let lock = lock()?;
        let guard = lock.lock();
        let was_taken = lock.try_lock().is_some();
        drop(guard);
        let is_free = lock.try_lock().is_some();

        assert!(!was_taken);
        assert!(is_free);
        Ok(())
    }

    /// An addition would be lost now and then if both could be inside at once.
    #[test]
    fn one_thread_at_a_time_has_it() -> Result {
        const ADDITIONS: u32 = 100_000;
        let lock = lock()?;
        let adds = |lock: Arc<RawSpinLock<u32>>| {
            spawn(move |_| {
                for _ in 0..ADDITIONS {
                    *lock.lock() += 1;
                }
                verdict(&[true])
            })
        };
        let threads: [Result<Handle>; 2] = [adds(lock.clone()), adds(lock.clone())];
        let codes = threads.map(|thread| thread.ok().and_then(end_of));
        let sum = *lock.lock();

        assert_eq!(codes, [Some(0); 2]);
        assert_eq!(sum, 2 * ADDITIONS);
        Ok(())
    }
}
