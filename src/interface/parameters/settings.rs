// SPDX-License-Identifier: GPL-2.0

//! The parameters that are read and written.

use core::fmt;

use kernel::prelude::*;

use super::{
    kinds::{
        boxed,
        show,
        Setting, //
    },
    switch, //
};
use crate::{
    abstractions::{
        jiffies::HZ,
        sched::{
            self,
            Policy, //
        }, //
    },
    domain::{
        logic::{
            cpus::Cpus,
            interval::Interval,
            list::List,
            reject::Rejection,
            text, //
        },
        pool::{
            Pool,
            MAX_WORKERS, //
        },
        primitive::Wait,
        refusal::Refusal,
        settings::Change, //
    },
    interface::state::Arguments, //
};

const NANOS_PER_MICROSECOND: i64 = 1_000;

pub(super) struct Threads;

impl Setting for Threads {
    type Value = u32;

    #[inline]
    fn parse(text: &[u8]) -> Result<u32, Refusal> {
        Ok(text::at_most(text, MAX_WORKERS, &"more than 32768")?)
    }

    #[inline]
    fn keep(arguments: &mut Arguments, count: u32) {
        arguments.threads = count;
    }

    #[inline]
    fn act(pool: &Pool, count: u32) -> Result<(), Refusal> {
        pool.set_count(count, true)
    }

    fn show(pool: &Pool, out: &mut dyn fmt::Write) -> fmt::Result {
        show(&pool.count(), out)
    }
}

pub(super) struct Intervals;

impl Setting for Intervals {
    type Value = KBox<List<Interval>>;

    #[inline]
    fn parse(text: &[u8]) -> Result<Self::Value, Refusal> {
        const ONE: List<Interval> = List::one(Interval::DEFAULT);

        let mut intervals = boxed(ONE)?;
        intervals.parse(text, |item| Interval::parse(item, HZ))?;
        Ok(intervals)
    }

    #[inline]
    fn keep(arguments: &mut Arguments, intervals: Self::Value) {
        arguments.config.change(&Change::Intervals(&intervals));
    }

    #[inline]
    fn act(pool: &Pool, intervals: Self::Value) -> Result<(), Refusal> {
        pool.configure(&Change::Intervals(&intervals))
    }

    fn show(pool: &Pool, out: &mut dyn fmt::Write) -> fmt::Result {
        show(&pool.config(|config| config.intervals), out)
    }
}

pub(super) struct Waits;

impl Setting for Waits {
    type Value = List<Wait>;

    #[inline]
    fn parse(text: &[u8]) -> Result<Self::Value, Refusal> {
        let mut waits = List::one(Wait::Ssleep);
        waits.parse(text, Wait::parse)?;
        Ok(waits)
    }

    #[inline]
    fn keep(arguments: &mut Arguments, waits: Self::Value) {
        arguments.config.change(&Change::Waits(&waits));
    }

    #[inline]
    fn act(pool: &Pool, waits: Self::Value) -> Result<(), Refusal> {
        pool.configure(&Change::Waits(&waits))
    }

    fn show(pool: &Pool, out: &mut dyn fmt::Write) -> fmt::Result {
        show(&pool.config(|config| config.waits), out)
    }
}

pub(super) struct CpuList;

impl Setting for CpuList {
    type Value = KBox<Cpus>;

    #[inline]
    fn parse(text: &[u8]) -> Result<Self::Value, Refusal> {
        let cpus = boxed(Cpus::parse(text)?)?;
        let is_online = |number| sched::online_cpu(number).is_some();
        let are_online = cpus
            .ranges()
            .iter()
            .all(|range| range.numbers().all(is_online));
        are_online
            .then_some(cpus)
            .ok_or(Rejection::invalid(&"a CPU that is not online").into())
    }

    #[inline]
    fn keep(arguments: &mut Arguments, cpus: Self::Value) {
        arguments.config.change(&Change::Cpus(&cpus));
    }

    #[inline]
    fn act(pool: &Pool, cpus: Self::Value) -> Result<(), Refusal> {
        pool.configure(&Change::Cpus(&cpus))
    }

    fn show(pool: &Pool, out: &mut dyn fmt::Write) -> fmt::Result {
        show(&pool.config(|config| config.cpus), out)
    }
}

pub(super) struct Sched;

impl Sched {
    const POLICIES: [(&'static str, Policy); 3] = [
        ("normal", Policy::Normal),
        ("fifo_low", Policy::FifoLow),
        ("fifo", Policy::Fifo),
    ];
}

impl Setting for Sched {
    type Value = Policy;

    #[inline]
    fn parse(text: &[u8]) -> Result<Policy, Refusal> {
        let text = text::trim(text);
        if text.is_empty() {
            return Err(text::EMPTY.into());
        }
        Self::POLICIES
            .into_iter()
            .find_map(|(name, policy)| (name.as_bytes() == text).then_some(policy))
            .ok_or(Rejection::invalid(&"neither normal, fifo_low nor fifo").into())
    }

    #[inline]
    fn keep(arguments: &mut Arguments, policy: Policy) {
        arguments.config.change(&Change::Policy(policy));
    }

    #[inline]
    fn act(pool: &Pool, policy: Policy) -> Result<(), Refusal> {
        pool.configure(&Change::Policy(policy))
    }

    fn show(pool: &Pool, out: &mut dyn fmt::Write) -> fmt::Result {
        let in_force = pool.config(|config| config.policy);
        Self::POLICIES
            .into_iter()
            .filter(|(_, policy)| *policy == in_force)
            .try_for_each(|(name, _)| out.write_str(name))
    }
}

pub(super) struct Log;

impl Setting for Log {
    const BARE: Option<&'static CStr> = switch::BARE;
    type Value = bool;

    #[inline]
    fn parse(text: &[u8]) -> Result<bool, Refusal> {
        Ok(switch::parse(text)?)
    }

    #[inline]
    fn keep(arguments: &mut Arguments, on: bool) {
        arguments.log = on;
    }

    #[inline]
    fn act(pool: &Pool, on: bool) -> Result<(), Refusal> {
        pool.environment().set_log(on);
        Ok(())
    }

    fn show(pool: &Pool, out: &mut dyn fmt::Write) -> fmt::Result {
        out.write_str(switch::name(pool.environment().log()))
    }
}

pub(super) struct TripUs;

impl Setting for TripUs {
    /// In nanoseconds, as it is compared with.
    type Value = i64;

    #[inline]
    fn parse(text: &[u8]) -> Result<i64, Refusal> {
        let microseconds = text::at_most(text, u32::MAX, &"more than 4294967295")?;
        Ok(i64::from(microseconds) * NANOS_PER_MICROSECOND)
    }

    #[inline]
    fn keep(arguments: &mut Arguments, limit: i64) {
        arguments.trip_limit = limit;
    }

    #[inline]
    fn act(pool: &Pool, limit: i64) -> Result<(), Refusal> {
        pool.environment().tripwire().set_limit(limit);
        Ok(())
    }

    fn show(pool: &Pool, out: &mut dyn fmt::Write) -> fmt::Result {
        let microseconds = pool.environment().tripwire().limit() / NANOS_PER_MICROSECOND;
        show(&microseconds, out)
    }
}

pub(super) struct Causes;

impl Setting for Causes {
    const BARE: Option<&'static CStr> = switch::BARE;
    type Value = bool;

    #[inline]
    fn parse(text: &[u8]) -> Result<bool, Refusal> {
        Ok(switch::parse(text)?)
    }

    #[inline]
    fn keep(arguments: &mut Arguments, on: bool) {
        arguments.causes = on;
    }

    #[inline]
    fn act(pool: &Pool, on: bool) -> Result<(), Refusal> {
        pool.set_watch(on)
    }

    fn show(pool: &Pool, out: &mut dyn fmt::Write) -> fmt::Result {
        out.write_str(switch::name(pool.environment().watch() != 0))
    }
}
