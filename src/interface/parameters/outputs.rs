// SPDX-License-Identifier: GPL-2.0

//! The parameters that are only read.

use core::fmt;

use super::kinds::Output;
use crate::{
    abstractions::{
        capability,
        jiffies,
        module_param::Lock, //
    },
    domain::{
        logic::escaped::Escaped,
        trip::Trip, //
    },
    interface::state, //
};

pub(super) struct Hz;

impl Output for Hz {
    const NAME: &'static str = "hz";

    #[inline]
    fn show(_lock: &mut Lock<'_>, out: &mut dyn fmt::Write) -> fmt::Result {
        write!(out, "{}", jiffies::HZ)
    }
}

pub(super) struct LastTrip;

impl Output for LastTrip {
    const NAME: &'static str = "last_trip";

    #[inline]
    fn show(lock: &mut Lock<'_>, out: &mut dyn fmt::Write) -> fmt::Result {
        let Some(pool) = state::pool(lock).ok() else {
            return out.write_str("none");
        };
        let Some(trip) = pool.environment().tripwire().record() else {
            return out.write_str("none");
        };
        write!(
            out,
            "id={} wait={} cpu={} late_ns={} at_ns={}",
            trip.id, trip.wait, trip.cpu, trip.late, trip.woken
        )?;
        if pool.environment().watch() != 0 {
            show_causes(&trip, out)?;
        }
        Ok(())
    }
}

/// What is known of why a wake was late.
fn show_causes(trip: &Trip, out: &mut dyn fmt::Write) -> fmt::Result {
    match trip.to_run.nanos() {
        Some(to_run) => write!(out, " to_wake_ns={} to_run_ns={to_run}", trip.late - to_run)?,
        None => out.write_str(" to_wake_ns=- to_run_ns=-")?,
    }
    match trip.after {
        // What runs on the machine is not for everybody to know.
        Some(after) if capability::may_observe() => {
            write!(out, " after={}/{}", Escaped(after.comm()), after.pid())
        }
        _ => out.write_str(" after=-"),
    }
}

pub(super) struct LastError;

impl Output for LastError {
    const NAME: &'static str = "last_error";

    #[inline]
    fn show(lock: &mut Lock<'_>, out: &mut dyn fmt::Write) -> fmt::Result {
        write!(out, "{}", state::last_error(lock))
    }
}
