// SPDX-License-Identifier: GPL-2.0

//! Tests of clocks, jiffies, delays and rate limits.

use kernel::prelude::*;

#[kunit_tests(kthread_counter_time)]
mod tests {
    use kernel::{
        prelude::*,
        time::Jiffies, //
    };

    use crate::{
        abstractions::{
            clock,
            delay::{
                msleep,
                Milliseconds, //
            },
            jiffies::{
                from_nanos,
                HZ, //
            },
            ratelimit::RateLimit,
        },
        support::{
            timed,
            timeout, //
        },
    };

    const SECOND: u64 = 1_000_000_000;

    #[test]
    fn the_clock_does_not_go_back() {
        let mut last = clock::monotonic();
        let mut is_right = last > 0;
        for _ in 0..10_000 {
            let now = clock::monotonic();
            is_right &= now >= last;
            last = now;
        }

        assert!(is_right);
    }

    #[test]
    fn a_delay_is_not_too_short() {
        let time = Milliseconds(50);
        let (took, ()) = timed(|| msleep(time));

        assert!(took >= timeout(time));
    }

    #[test]
    fn jiffies_are_rounded_up_and_at_least_one() {
        let hz = HZ.get() as Jiffies;

        assert_eq!(from_nanos(0), 1);
        assert_eq!(from_nanos(1), 1);
        assert_eq!(from_nanos(SECOND / u64::from(HZ.get())), 1);
        assert_eq!(from_nanos(SECOND / u64::from(HZ.get()) + 1), 2);
        assert_eq!(from_nanos(SECOND), hz);
        assert_eq!(from_nanos(SECOND + 1), hz + 1);
        assert_eq!(from_nanos(86_400 * SECOND), 86_400 * hz);
        assert!(from_nanos(u64::MAX) > from_nanos(u64::MAX - SECOND));
    }

    #[test]
    fn ten_messages_are_allowed_and_no_more() -> Result {
        let limit = KBox::pin_init(RateLimit::new(), GFP_KERNEL)?;
        let allowed = (0..15).filter(|_| limit.allows(c"kunit")).count();

        assert_eq!(allowed, 10);
        Ok(())
    }
}
