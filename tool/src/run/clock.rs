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
        let elapsed = self.elapsed();
        let awake = now(ClockId::Monotonic).saturating_sub(self.awake);
        elapsed.saturating_sub(awake) > TOLERANCE
    }
}

fn now(clock: ClockId) -> Duration {
    let Timespec { tv_sec, tv_nsec } = clock_gettime(clock);
    let whole = u64::try_from(tv_sec).unwrap_or(0);
    Duration::new(whole, u32::try_from(tv_nsec).unwrap_or(0))
}
