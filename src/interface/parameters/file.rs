// SPDX-License-Identifier: GPL-2.0

//! What the files of the parameters do: the same code for all, with what differs as plain functions.

use core::fmt;

use kernel::prelude::*;

use crate::{
    abstractions::module_param::{
        Lock,
        Operations,
        Source, //
    },
    domain::{
        logic::reject::Rejection,
        pool::Pool,
        refusal::Refusal, //
    },
    interface::state::{
        self,
        Arguments,
        Place, //
    }, //
};

/// Parses a value, and keeps it until the module is initialised.
type Keep = fn(&mut Arguments, &[u8]) -> Result<(), Refusal>;
/// Parses a value, and acts on it.
type Act = fn(&Pool, &[u8]) -> Result<(), Refusal>;
/// Parses a value, and does either.
type Set = fn(Place<'_>, &[u8]) -> Result<(), Refusal>;

/// What a parameter does.
pub(super) enum File {
    Setting {
        set: Set,
        show: fn(&Pool, &mut dyn fmt::Write) -> fmt::Result,
    },
    Argument {
        keep: Keep,
        show: fn(&Arguments, &mut dyn fmt::Write) -> fmt::Result,
    },
    Command {
        act: Act,
    },
    Output {
        show: fn(&mut Lock<'_>, &mut dyn fmt::Write) -> fmt::Result,
    },
}

const READ_ONLY: Rejection = Rejection::invalid(&"can only be read");
const NOT_AT_LOAD: Rejection = Rejection::invalid(&"a command, only for a module that is loaded");

impl Operations for File {
    fn set(&self, lock: &mut Lock<'_>, name: &'static CStr, text: &CStr, source: Source) -> Result {
        let set = |place: Place<'_>, text: &[u8]| match (self, place) {
            (Self::Setting { set, .. }, place) => set(place, text),
            (Self::Argument { keep, .. }, Place::Arguments(arguments)) => keep(arguments, text),
            (Self::Command { act }, Place::Pool(pool)) => act(pool, text),
            (Self::Command { .. }, Place::Arguments(_)) => Err(NOT_AT_LOAD.into()),
            // Also a write that the mode does not allow.
            (Self::Argument { .. } | Self::Output { .. }, _) => Err(READ_ONLY.into()),
        };
        state::write(lock, name, text, source, set)
    }

    fn show(&self, lock: &mut Lock<'_>, out: &mut dyn fmt::Write) -> Result {
        let shown = match self {
            Self::Setting { show, .. } => {
                let pool = state::pool(lock).map_err(|refusal| refusal.error)?;
                show(&pool, out)
            }
            Self::Argument { show, .. } => show(state::arguments(lock), out),
            Self::Output { show } => show(lock, out),
            Self::Command { .. } => return Err(EPERM),
        };
        // A page has room for any value.
        shown
            .and_then(|()| out.write_str("\n"))
            .map_err(|fmt::Error| EIO)
    }
}
