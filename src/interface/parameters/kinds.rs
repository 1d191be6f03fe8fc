// SPDX-License-Identifier: GPL-2.0

//! The four kinds of parameters.

use core::{
    fmt,
    marker::PhantomData, //
};

use kernel::prelude::*;

use super::file::File;
use crate::{
    abstractions::module_param::{
        Lock,
        Operations,
        Parameter, //
    },
    domain::{
        pool::Pool,
        refusal::Refusal, //
    },
    interface::state::{
        Arguments,
        Place, //
    }, //
};

/// A parameter that is read and written.
pub(super) trait Setting: 'static {
    /// As [`Parameter::BARE`].
    const BARE: Option<&'static CStr> = None;
    type Value;

    fn parse(text: &[u8]) -> Result<Self::Value, Refusal>;

    /// Keeps the value until the module is initialised.
    fn keep(arguments: &mut Arguments, value: Self::Value);

    /// Acts on the value when the module is live.
    fn act(pool: &Pool, value: Self::Value) -> Result<(), Refusal>;

    /// Shows what is in force.
    fn show(pool: &Pool, out: &mut dyn fmt::Write) -> fmt::Result;
}

/// A parameter that is only given when the module is loaded.
pub(super) trait Argument: 'static {
    /// As [`Parameter::BARE`].
    const BARE: Option<&'static CStr> = None;
    type Value;

    fn parse(text: &[u8]) -> Result<Self::Value, Refusal>;

    /// Keeps the value.
    fn keep(arguments: &mut Arguments, value: Self::Value);

    /// Shows it.
    fn show(arguments: &Arguments, out: &mut dyn fmt::Write) -> fmt::Result;
}

/// A parameter that is only written: a command to the live module.
pub(super) trait Command: 'static {
    type Value;

    fn parse(text: &[u8]) -> Result<Self::Value, Refusal>;

    fn act(pool: &Pool, value: Self::Value) -> Result<(), Refusal>;
}

/// A parameter that is only read.
pub(super) trait Output: 'static {
    fn show(lock: &mut Lock<'_>, out: &mut dyn fmt::Write) -> fmt::Result;
}

pub(super) struct SettingFile<S>(PhantomData<S>);

impl<S: Setting> Parameter for SettingFile<S> {
    const BARE: Option<&'static CStr> = S::BARE;
    const OPERATIONS: &'static dyn Operations = &File::Setting {
        set: |place, text| {
            let value = S::parse(text)?;
            match place {
                Place::Arguments(arguments) => {
                    S::keep(arguments, value);
                    Ok(())
                }
                Place::Pool(pool) => S::act(pool, value),
            }
        },
        show: S::show,
    };
}

pub(super) struct ArgumentFile<A>(PhantomData<A>);

impl<A: Argument> Parameter for ArgumentFile<A> {
    const BARE: Option<&'static CStr> = A::BARE;
    const OPERATIONS: &'static dyn Operations = &File::Argument {
        keep: |arguments, text| {
            A::keep(arguments, A::parse(text)?);
            Ok(())
        },
        show: A::show,
    };
}

pub(super) struct CommandFile<C>(PhantomData<C>);

impl<C: Command> Parameter for CommandFile<C> {
    const BARE: Option<&'static CStr> = None;
    const OPERATIONS: &'static dyn Operations = &File::Command {
        act: |pool, text| C::act(pool, C::parse(text)?),
    };
}

pub(super) struct OutputFile<O>(PhantomData<O>);

impl<O: Output> Parameter for OutputFile<O> {
    const BARE: Option<&'static CStr> = None;
    const OPERATIONS: &'static dyn Operations = &File::Output { show: O::show };
}

/// Puts a value that is large somewhere else than on the stack, where it would be once for each function
/// that hands it on.
pub(super) fn boxed<T>(value: T) -> Result<KBox<T>, Refusal> {
    Ok(KBox::new(value, GFP_KERNEL)?)
}

/// Shows a value in its own words.
#[inline(never)] // Most are shown so.
pub(super) fn show(value: &dyn fmt::Display, out: &mut dyn fmt::Write) -> fmt::Result {
    write!(out, "{value}")
}
