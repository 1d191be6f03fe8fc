// SPDX-License-Identifier: GPL-2.0

//! The parameters that are only read.

use core::fmt;

use super::kinds::Output;
use crate::{
    abstractions::{
        jiffies,
        module_param::Lock, //
    },
    interface::state, //
};

pub(super) struct Hz;

impl Output for Hz {
    const NAME: &'static str = "hz";

    fn show(_lock: &mut Lock<'_>, out: &mut dyn fmt::Write) -> fmt::Result {
        write!(out, "{}", jiffies::HZ)
    }
}

pub(super) struct LastTrip;

impl Output for LastTrip {
    const NAME: &'static str = "last_trip";

    fn show(lock: &mut Lock<'_>, out: &mut dyn fmt::Write) -> fmt::Result {
        let trip = state::pool(lock)
            .ok()
            .and_then(|pool| pool.environment().tripwire().record());
        match trip {
            Some(trip) => write!(
                out,
                "id={} wait={} cpu={} late_ns={} at_ns={}",
                trip.id, trip.wait, trip.cpu, trip.late, trip.woken
            ),
            None => out.write_str("none"),
        }
    }
}

pub(super) struct LastError;

impl Output for LastError {
    const NAME: &'static str = "last_error";

    fn show(lock: &mut Lock<'_>, out: &mut dyn fmt::Write) -> fmt::Result {
        write!(out, "{}", state::last_error(lock))
    }
}
