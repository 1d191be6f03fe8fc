// SPDX-License-Identifier: GPL-2.0

//! Whether the module is still the one that it was: unloaded and loaded again, it may look the same.

use std::time::{
    Duration,
    Instant, //
};

use crate::kernel::{
    source::{
        Source,
        TABLE, //
    },
    table::Module, //
};

/// The module's clock and ours are the same, but for rounding.
const TOLERANCE: Duration = Duration::from_millis(1);

/// How long the module had been loaded, and when that was read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Life {
    uptime: Option<Duration>,
    read: Instant,
}

impl Life {
    /// Of a table that has just been read.
    pub(crate) fn of(uptime_ns: Option<u64>) -> Self {
        Self {
            uptime: uptime_ns.map(Duration::from_nanos),
            read: Instant::now(),
        }
    }

    pub(crate) fn read(source: &Source) -> Self {
        Self::of(uptime_ns(source))
    }

    /// Whether a table that was read after `begun` is of the same module. What is not known is no proof.
    pub(crate) fn goes_on(&self, uptime_ns: Option<u64>, begun: Instant) -> bool {
        let passed = begun.saturating_duration_since(self.read);
        let now = uptime_ns.map(Duration::from_nanos);
        self.uptime.zip(now).is_none_or(|(before, now)| {
            now >= before && (now - before).saturating_add(TOLERANCE) >= passed
        })
    }

    pub(crate) fn goes_on_now(&self, source: &Source) -> bool {
        let begun = Instant::now();
        self.goes_on(uptime_ns(source), begun)
    }
}

fn uptime_ns(source: &Source) -> Option<u64> {
    let module = source.open(TABLE).and_then(Module::read);
    module.ok()?.uptime_ns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_that_was_loaded_again_is_another() {
        let life = Life::of(Some(5_000_000_000));
        let after = |seconds: u64| life.read + Duration::from_secs(seconds);
        assert!(life.goes_on(Some(15_000_000_000), after(10)));
        assert!(life.goes_on(Some(16_000_000_000), after(10)));
        assert!(life.goes_on(None, after(10)));
        assert!(Life::of(None).goes_on(Some(0), after(10)));
        // Back, or further than before but not as far as it should be.
        assert!(!life.goes_on(Some(4_999_999_999), after(0)));
        assert!(!life.goes_on(Some(9_000_000_000), after(10)));
    }
}
