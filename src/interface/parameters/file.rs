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
        Arguments, //
    }, //
};

/// A parameter's name, and what it does.
pub(super) struct File {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
}

/// Parses a value, and keeps it until the module is initialised.
type Keep = fn(&mut Arguments, &[u8]) -> Result<(), Refusal>;
/// Parses a value, and acts on it.
type Act = fn(&Pool, &[u8]) -> Result<(), Refusal>;

/// Parses a value, and does either.
type Set = fn(Place<'_>, &[u8]) -> Result<(), Refusal>;

/// Where the value of a setting goes.
pub(super) enum Place<'a> {
    /// It is kept until the module is initialised.
    Arguments(&'a mut Arguments),
    /// It is acted on.
    Pool(&'a Pool),
}

pub(super) enum Kind {
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
    fn set(&self, lock: &mut Lock<'_>, text: &CStr, source: Source) -> Result {
        let keep = |arguments: &mut Arguments, text: &[u8]| match self.kind {
            Kind::Setting { set, .. } => set(Place::Arguments(arguments), text),
            Kind::Argument { keep, .. } => keep(arguments, text),
            Kind::Command { .. } => Err(NOT_AT_LOAD.into()),
            Kind::Output { .. } => Err(READ_ONLY.into()),
        };
        let act = |pool: &Pool, text: &[u8]| match self.kind {
            Kind::Setting { set, .. } => set(Place::Pool(pool), text),
            Kind::Command { act } => act(pool, text),
            // A write that the mode does not allow.
            Kind::Argument { .. } | Kind::Output { .. } => Err(READ_ONLY.into()),
        };
        state::write(lock, self.name, text, source, keep, act)
    }

    fn show(&self, lock: &mut Lock<'_>, out: &mut dyn fmt::Write) -> Result {
        let shown = match self.kind {
            Kind::Setting { show, .. } => {
                let pool = state::pool(lock).map_err(|refusal| refusal.error)?;
                show(&pool, out)
            }
            Kind::Argument { show, .. } => show(state::arguments(lock), out),
            Kind::Output { show } => show(lock, out),
            Kind::Command { .. } => return Err(EPERM),
        };
        // A page has room for any value.
        shown
            .and_then(|()| out.write_str("\n"))
            .map_err(|fmt::Error| EIO)
    }
}
