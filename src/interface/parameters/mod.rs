// SPDX-License-Identifier: GPL-2.0

//! The files in /sys/module/kthread_counter/parameters, which are also the arguments of `insmod`.
//!
//! There are four kinds: a [`Setting`] is read and written, an [`Argument`] is given at load and
//! read, a [`Command`] is only written, an [`Output`] is only read.

mod arguments;
mod commands;
mod outputs;
mod settings;
mod switch;

use core::{
    fmt,
    marker::PhantomData, //
};

use kernel::prelude::*;

use super::state::{
    self,
    Arguments, //
};
use crate::{
    abstractions::module_param::{
        module_params,
        Lock,
        Param,
        Source, //
    },
    domain::{
        logic::reject::Rejection,
        pool::Pool,
        refusal::Refusal, //
    }, //
};

module_params! {
    threads: SettingFile<settings::Threads>, 0o644, "uint",
        "Number of workers, 0 to 32768 (default 1)";
    interval: SettingFile<settings::Intervals>, 0o644, "interval[,...]",
        "Time between two ticks: N or N*HZ (seconds), HZ, HZ/D, Nj, Ns, Nms, Nus; 50us to 24h (default 1)";
    wait: SettingFile<settings::Waits>, 0o644, "primitive[,...]",
        "Sleeping primitive: ssleep, timeout, hrtimer, completion, event, work (default ssleep)";
    cpus: SettingFile<settings::CpuList>, 0o644, "cpulist",
        "CPUs that the workers are bound to in turn, such as 0-3,7 (default: not bound)";
    sched: SettingFile<settings::Sched>, 0o644, "policy",
        "Scheduling policy: normal, fifo_low, fifo (default normal)";
    log: SettingFile<settings::Log>, 0o644, "bool",
        "Log each tick, rate limited (default N)";
    trip_us: SettingFile<settings::TripUs>, 0o644, "uint",
        "Latch the first wake later than this many microseconds, and stop tracing; 0 is off (default 0)";
    last_trip: OutputFile<outputs::LastTrip>, 0o444, "string",
        "The wake that trip_us has latched, or none (read only)";
    start: CommandFile<commands::Start>, 0o200, "ids",
        "Write all or a list such as 0,2-3: start these workers";
    stop: CommandFile<commands::Stop>, 0o200, "ids",
        "Write all or a list such as 0,2-3: stop these workers and wait for them";
    signal: CommandFile<commands::Signal>, 0o200, "SIGNAL [ids]",
        "Write HUP, INT, USR1, USR2, TERM or KILL and ids: send it to these workers, or to all";
    reset: CommandFile<commands::Reset>, 0o200, "ids",
        "Write all or a list such as 0,2-3: zero the counters of these workers";
    autostart: ArgumentFile<arguments::Autostart>, 0o444, "bool",
        "Start the workers at load (default Y)";
    device_mode: ArgumentFile<arguments::DeviceMode>, 0o444, "octal",
        "Permission bits of /dev/kthread_counter (default 0600)";
    hz: OutputFile<outputs::Hz>, 0o444, "uint",
        "The kernel's HZ (read only)";
    last_error: OutputFile<outputs::LastError>, 0o444, "string",
        "Why the last rejected write was rejected (read only)";
}

/// A parameter that is read and written.
trait Setting: 'static {
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
trait Argument: 'static {
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
trait Command: 'static {
    const NAME: &'static str;
    type Value;

    fn parse(text: &[u8]) -> Result<Self::Value, Refusal>;

    fn act(pool: &Pool, value: Self::Value) -> Result<(), Refusal>;
}

/// A parameter that is only read.
trait Output: 'static {
    const NAME: &'static str;

    fn show(lock: &mut Lock<'_>, out: &mut dyn fmt::Write) -> fmt::Result;
}

struct SettingFile<S>(PhantomData<S>);

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

struct ArgumentFile<A>(PhantomData<A>);

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

struct CommandFile<C>(PhantomData<C>);

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

struct OutputFile<O>(PhantomData<O>);

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
fn boxed<T>(value: T) -> Result<KBox<T>, Refusal> {
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
