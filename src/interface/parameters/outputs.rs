// SPDX-License-Identifier: GPL-2.0

//! The parameters that are only read.

use core::fmt;

use super::kinds::{
    show,
    Output, //
};
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
    fn show(_lock: &mut Lock<'_>, out: &mut dyn fmt::Write) -> fmt::Result {
        show(&jiffies::HZ, out)
    }
}

pub(super) struct LastTrip;

impl Output for LastTrip {
    fn show(lock: &mut Lock<'_>, out: &mut dyn fmt::Write) -> fmt::Result {
        let Some(pool) = state::pool(lock).ok() else {
            return out.write_str("none");
        };
        let Some(trip) = pool.environment().tripwire().record() else {
            return out.write_str("none");
        };
        add(out, "id=", Some(trip.id.into()))?;
        out.write_str(" wait=")?;
        show(&trip.wait, out)?;
        add(out, " cpu=", Some(trip.cpu.into()))?;
        add(out, " late_ns=", Some(trip.late))?;
        add(out, " at_ns=", Some(trip.woken))?;
        if pool.environment().watch() != 0 {
            show_causes(&trip, out)?;
        }
        Ok(())
    }
}

/// Adds a name and a number, or that there is none.
#[inline(never)] // There are several.
fn add(out: &mut dyn fmt::Write, name: &str, number: Option<i64>) -> fmt::Result {
    out.write_str(name)?;
    match number {
        Some(number) => show(&number, out),
        None => out.write_str("-"),
    }
}

/// What is known of why a wake was late.
fn show_causes(trip: &Trip, out: &mut dyn fmt::Write) -> fmt::Result {
    let to_run = trip.to_run.nanos();
    add(out, " to_wake_ns=", to_run.map(|to_run| trip.late - to_run))?;
    add(out, " to_run_ns=", to_run)?;
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
    fn show(lock: &mut Lock<'_>, out: &mut dyn fmt::Write) -> fmt::Result {
        show(state::last_error(lock), out)
    }
}
