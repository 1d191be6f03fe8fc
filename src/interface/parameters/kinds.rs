// SPDX-License-Identifier: GPL-2.0

//! The four kinds of parameters, and what their files do.

use core::{
    fmt,
    marker::PhantomData, //
};

use kernel::prelude::*;

use crate::{
    abstractions::module_param::{
        Lock,
        Param,
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

/// A parameter that is read and written.
pub(super) trait Setting: 'static {
    const NAME: &'static str;
    /// As [`Param::BARE`].
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
    const NAME: &'static str;
    /// As [`Param::BARE`].
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
    const NAME: &'static str;
    type Value;

    fn parse(text: &[u8]) -> Result<Self::Value, Refusal>;

    fn act(pool: &Pool, value: Self::Value) -> Result<(), Refusal>;
}

/// A parameter that is only read.
pub(super) trait Output: 'static {
    const NAME: &'static str;

    fn show(lock: &mut Lock<'_>, out: &mut dyn fmt::Write) -> fmt::Result;
}

pub(super) struct SettingFile<S>(PhantomData<S>);

impl<S: Setting> Param for SettingFile<S> {
    const BARE: Option<&'static CStr> = S::BARE;

    fn set(lock: &mut Lock<'_>, text: &CStr, source: Source) -> Result {
        let keep = |arguments: &mut Arguments, value| {
            S::keep(arguments, value);
            Ok(())
        };
        state::write(lock, S::NAME, text, source, S::parse, keep, S::act)
    }

    fn show(lock: &mut Lock<'_>, out: &mut dyn fmt::Write) -> Result {
        let pool = state::pool(lock).map_err(|refusal| refusal.error)?;
        end(S::show(&pool, out), out)
    }
}

pub(super) struct ArgumentFile<A>(PhantomData<A>);

impl<A: Argument> Param for ArgumentFile<A> {
    const BARE: Option<&'static CStr> = A::BARE;

    fn set(lock: &mut Lock<'_>, text: &CStr, source: Source) -> Result {
        let keep = |arguments: &mut Arguments, value| {
            A::keep(arguments, value);
            Ok(())
        };
        state::write(lock, A::NAME, text, source, A::parse, keep, refuse)
    }

    fn show(lock: &mut Lock<'_>, out: &mut dyn fmt::Write) -> Result {
        end(A::show(state::arguments(lock), out), out)
    }
}

pub(super) struct CommandFile<C>(PhantomData<C>);

impl<C: Command> Param for CommandFile<C> {
    fn set(lock: &mut Lock<'_>, text: &CStr, source: Source) -> Result {
        let keep = |_: &mut Arguments, _| {
            Err(Rejection::invalid(
                "a command, only for a module that is loaded",
            ))
        };
        state::write(lock, C::NAME, text, source, C::parse, keep, C::act)
    }

    fn show(_lock: &mut Lock<'_>, _out: &mut dyn fmt::Write) -> Result {
        Err(EPERM)
    }
}

pub(super) struct OutputFile<O>(PhantomData<O>);

impl<O: Output> Param for OutputFile<O> {
    fn set(lock: &mut Lock<'_>, text: &CStr, source: Source) -> Result {
        let keep = |_: &mut Arguments, ()| Err(READ_ONLY);
        state::write(lock, O::NAME, text, source, |_| Ok(()), keep, refuse)
    }

    fn show(lock: &mut Lock<'_>, out: &mut dyn fmt::Write) -> Result {
        end(O::show(lock, out), out)
    }
}

/// Puts a value that is large somewhere else than on the stack, where it would be once for each function
/// that hands it on.
pub(super) fn boxed<T>(value: T) -> Result<KBox<T>, Refusal> {
    Ok(KBox::new(value, GFP_KERNEL)?)
}

const READ_ONLY: Rejection = Rejection::invalid("can only be read");

/// What a file does with a write that its mode does not allow.
fn refuse<V>(_: &Pool, _: V) -> Result<(), Refusal> {
    Err(READ_ONLY.into())
}

/// Ends the line, in which a page has room for any value.
fn end(shown: fmt::Result, out: &mut dyn fmt::Write) -> Result {
    shown
        .and_then(|()| out.write_str("\n"))
        .map_err(|fmt::Error| EIO)
}
