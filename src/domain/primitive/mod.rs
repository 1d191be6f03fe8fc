// SPDX-License-Identifier: GPL-2.0

//! The sleeping primitives, each in a file of its own.
//!
//! A primitive is a file with a `TIMING` and a `sleep`, and a line in the list below.

use core::fmt;

use super::{
    calls::{
        Calls,
        DeviceCalls, //
    },
    logic::{
        reject::Rejection,
        stats::Pace, //
    },
    sleeper::{
        Sleeper,
        Woke, //
    }, //
};
use crate::abstractions::modinfo::terminated;

/// A sleep that nothing ends early may take this long, in nanoseconds: so long does a stop wait for it.
const LONGEST_UNHEARD: u64 = 1_000_000_000;

/// A thread that sleeps uninterruptibly wakes up this often, in seconds, or half as often, or khungtaskd
/// would report it as hung.
const PIECE: u32 = 10;

/// What tells a primitive that it is time.
#[derive(Clone, Copy)]
pub(crate) enum Timing {
    /// The clock.
    Timed(Pace),
    /// Calls of the device.
    Called(fn(&DeviceCalls) -> &Calls),
}

macro_rules! primitives {
    ($($name:ident: $file:ident,)*) => {
        $(mod $file;)*

        /// The primitive that a worker sleeps with.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Wait {
            $(#[doc = concat!("See `", stringify!($file), ".rs`.")] $name,)*
        }

        impl Wait {
            /// All of them.
            const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name that the user reads and writes.
            #[inline]
            pub(crate) const fn name(self) -> &'static core::ffi::CStr {
                const NAMES: &[&core::ffi::CStr] =
                    &[$(terminated(concat!(stringify!($file), "\0")),)*];

                // In the order of the variants.
                NAMES[self as usize]
            }

            /// What tells it that it is time.
            pub(crate) const fn timing(self) -> Timing {
                match self {
                    $(Self::$name => $file::TIMING,)*
                }
            }

            /// Whether it has a time at which it is due.
            pub(crate) const fn has_deadline(self) -> bool {
                matches!(self.timing(), Timing::Timed(_))
            }

            /// Whether what is measured runs in the worker's thread, and not elsewhere because of it.
            pub(crate) const fn runs_in_thread(self) -> bool {
                !matches!(self, Self::Work)
            }

            /// Puts the worker's thread to sleep.
            ///
            /// # Context
            ///
            /// Sleeps.
            #[inline]
            pub(crate) fn sleep(self, sleeper: &Sleeper<'_>) -> Woke {
                match self {
                    $(Self::$name => $file::sleep(sleeper),)*
                }
            }
        }
    };
}

primitives! {
    Ssleep: ssleep,
    Timeout: timeout,
    Idle: idle,
    Usleep: usleep,
    Fsleep: fsleep,
    Hrtimer: hrtimer,
    Completion: completion,
    Event: event,
    Work: work,
}

impl Wait {
    /// Parses a name.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, Rejection> {
        Self::ALL
            .iter()
            .copied()
            .find(|wait| wait.name().to_bytes() == text)
            .ok_or(Rejection::invalid(&"unknown primitive"))
    }
}

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name().to_str().unwrap_or_default())
    }
}
