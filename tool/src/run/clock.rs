// SPDX-License-Identifier: GPL-2.0

//! How long it has been, also while the machine slept.

use std::time::{
    Duration,
    SystemTime, //
};

use rustix::time::{
    clock_gettime,
    ClockId,
    Timespec, //
};

/// The two clocks are read one after the other, in such an order that a delay between them makes the
/// difference smaller: whoever has the CPU meanwhile is no suspend.
const TOLERANCE: Duration = Duration::from_millis(20);

pub(crate) struct Clock {
    boot: Duration,
    awake: Duration,
    /// Seconds since 1970.
    pub(crate) start: f64,
}

impl Clock {
    pub(crate) fn start() -> Self {
        Self::start_by(now)
    }

    fn start_by(mut now: impl FnMut(ClockId) -> Duration) -> Self {
        let awake = now(ClockId::Monotonic);
        Self {
            awake,
            boot: now(ClockId::Boottime),
            start: SystemTime::UNIX_EPOCH
                .elapsed()
                .map_or(0.0, |time| time.as_secs_f64()),
        }
    }

    pub(crate) fn elapsed(&self) -> Duration {
        now(ClockId::Boottime).saturating_sub(self.boot)
    }

    /// Whether the machine was suspended since.
    pub(crate) fn was_suspended(&self) -> bool {
        self.was_suspended_by(now)
    }

    fn was_suspended_by(&self, mut now: impl FnMut(ClockId) -> Duration) -> bool {
        let elapsed = now(ClockId::Boottime).saturating_sub(self.boot);
        let awake = now(ClockId::Monotonic).saturating_sub(self.awake);
        elapsed.saturating_sub(awake) > TOLERANCE
    }
}

fn now(clock: ClockId) -> Duration {
    let Timespec { tv_sec, tv_nsec } = clock_gettime(clock);
    let whole = u64::try_from(tv_sec).unwrap_or(0);
    Duration::new(whole, u32::try_from(tv_nsec).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Clocks that go on by this with each reading, and the time that the machine was suspended.
    struct Clocks {
        step: Duration,
        now: Duration,
        suspended: Duration,
    }

    impl Clocks {
        fn read(&mut self, clock: ClockId) -> Duration {
            self.now += self.step;
            match clock {
                ClockId::Monotonic => self.now,
                _ => self.now + self.suspended,
            }
        }
    }

    #[test]
    fn a_delay_is_no_suspend() {
        for (first, second) in [(0, 0), (500, 0), (0, 500), (500, 5_000), (5_000, 500)] {
            let mut clocks = Clocks {
                step: Duration::from_millis(first),
                now: Duration::from_secs(100),
                suspended: Duration::from_secs(3),
            };
            let clock = Clock::start_by(|id| clocks.read(id));
            clocks.step = Duration::from_millis(second);
            let was_suspended = clock.was_suspended_by(|id| clocks.read(id));
            assert!(!was_suspended, "{first}ms, {second}ms");
        }
    }

    #[test]
    fn a_suspend_is_seen() {
        let mut clocks = Clocks {
            step: Duration::from_millis(1),
            now: Duration::from_secs(100),
            suspended: Duration::ZERO,
        };
        let clock = Clock::start_by(|id| clocks.read(id));
        clocks.suspended = Duration::from_millis(100);
        assert!(clock.was_suspended_by(|id| clocks.read(id)));
        assert!(!Clock::start().was_suspended());
    }
}
