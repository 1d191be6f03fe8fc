// SPDX-License-Identifier: GPL-2.0

//! What the parameters act upon, from before `init` until after `exit`.
//!
//! | phase | from | until | a write |
//! |---|---|---|---|
//! | loading | the module's memory is there | `init` has succeeded | of `insmod`: is kept for `init`; of a file: ENODEV |
//! | live | `init` has succeeded | `exit` begins | acts on the pool |
//! | gone | `exit` begins | the module's memory is gone | ENODEV |
//!
//! All of it is protected by the kernel's lock of the module's parameters. A write gives the lock
//! up while it acts on the pool, which has a lock of its own for commands; it holds a reference to
//! the pool meanwhile, so that `exit` can go on beside it.

use kernel::{
    prelude::*,
    sync::Arc, //
};

use super::last_error::LastError;
use crate::{
    abstractions::{
        module_param::{
            Lock,
            Locked,
            Source, //
        },
        sched::Policy, //
    },
    domain::{
        logic::{
            cpus::Cpus,
            interval::Interval,
            list::List,
            mode::Mode, //
        },
        pool::Pool,
        primitive::Wait,
        refusal::Refusal,
        settings::Config, //
    }, //
};

/// What the module is loaded with.
#[derive(Clone, Copy)]
pub(crate) struct Arguments {
    /// How many workers.
    pub(crate) threads: u32,
    /// What they are dealt.
    pub(crate) config: Config,
    /// Whether they are started.
    pub(crate) autostart: bool,
    /// Whether ticks are logged.
    pub(crate) log: bool,
    /// How late a wake may be, in nanoseconds; 0 for any.
    pub(crate) trip_limit: i64,
    /// Whether the causes of lateness are wanted.
    pub(crate) causes: bool,
    /// The permission bits of the device.
    pub(crate) device_mode: Mode,
}

/// Where the value of a parameter goes.
pub(crate) enum Place<'a> {
    /// It is kept until the module is initialised.
    Arguments(&'a mut Arguments),
    /// It is acted on.
    Pool(&'a Pool),
}

enum Phase {
    Loading,
    Live(Arc<Pool>),
    Gone,
}

struct State {
    phase: Phase,
    arguments: Arguments,
    last_error: LastError,
}

static STATE: Locked<State> = Locked::new(State {
    phase: Phase::Loading,
    arguments: Arguments {
        threads: 1,
        config: Config {
            intervals: List::one(Interval::DEFAULT),
            waits: List::one(Wait::Ssleep),
            cpus: Cpus::UNBOUND,
            policy: Policy::Normal,
        },
        autostart: true,
        log: false,
        trip_limit: 0,
        causes: false,
        device_mode: Mode::DEFAULT,
    },
    last_error: LastError::NONE,
});

/// What the module is loaded with.
pub(crate) fn arguments<'a>(lock: &'a mut Lock<'_>) -> &'a Arguments {
    &STATE.get(lock).arguments
}

/// The pool, while the module is live.
///
/// # Errors
///
/// ENODEV.
#[inline(never)] // Each read and write does.
pub(crate) fn pool(lock: &mut Lock<'_>) -> Result<Arc<Pool>, Refusal> {
    match &STATE.get(lock).phase {
        Phase::Live(pool) => Ok(pool.clone()),
        Phase::Loading | Phase::Gone => Err(Refusal::NOT_LIVE),
    }
}

/// The last rejected write.
pub(crate) fn last_error<'a>(lock: &'a mut Lock<'_>) -> &'a LastError {
    &STATE.get(lock).last_error
}

/// Handles one write of a parameter: keeps the value or acts on it, and notes the outcome.
pub(crate) fn write(
    lock: &mut Lock<'_>,
    name: &'static CStr,
    text: &CStr,
    source: Source,
    set: impl Fn(Place<'_>, &[u8]) -> Result<(), Refusal>,
) -> Result {
    let text = text.to_bytes();
    let outcome = match source {
        Source::Load => set(Place::Arguments(&mut STATE.get(lock).arguments), text),
        // Moved, because the last reference to the pool should not go under the lock.
        Source::Sysfs => {
            pool(lock).and_then(|pool| lock.released(move || set(Place::Pool(&pool), text)))
        }
    };

    let last_error = &mut STATE.get(lock).last_error;
    match outcome {
        Ok(()) => {
            *last_error = LastError::NONE;
            Ok(())
        }
        Err(refusal) => {
            *last_error = LastError::new(name, text, refusal.reason);
            if source == Source::Load {
                // There will be no file to read it from.
                pr_err!("{}\n", &*last_error);
            }
            Err(refusal.error)
        }
    }
}

/// The live phase: begins with [`Live::new`], ends on drop.
pub(crate) struct Live(());

impl Live {
    /// From now on writes act on the pool.
    pub(crate) fn new(pool: Arc<Pool>) -> Self {
        enter(Phase::Live(pool));
        Self(())
    }
}

impl Drop for Live {
    #[inline]
    fn drop(&mut self) {
        enter(Phase::Gone);
    }
}

fn enter(phase: Phase) {
    let before = Lock::with(|lock| core::mem::replace(&mut STATE.get(lock).phase, phase));
    // Not under the lock.
    drop(before);
}
