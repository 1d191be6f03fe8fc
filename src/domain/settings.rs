// SPDX-License-Identifier: GPL-2.0

//! How workers sleep and where they run: what all are dealt, and what one has.

use super::{
    logic::{
        cpus::Cpus,
        interval::Interval,
        list::List, //
    },
    primitive::Wait, //
};
use crate::abstractions::sched::Policy;

/// What the workers are dealt.
#[derive(Clone, Copy)]
pub(crate) struct Config {
    /// The times between two ticks.
    pub(crate) intervals: List<Interval>,
    /// The sleeping primitives.
    pub(crate) waits: List<Wait>,
    /// The CPUs that threads are bound to.
    pub(crate) cpus: Cpus,
    /// How threads are scheduled.
    pub(crate) policy: Policy,
}

/// A change of what the workers are dealt.
pub(crate) enum Change<'a> {
    /// See [`Config::intervals`].
    Intervals(&'a List<Interval>),
    /// See [`Config::waits`].
    Waits(&'a List<Wait>),
    /// See [`Config::cpus`].
    Cpus(&'a Cpus),
    /// See [`Config::policy`].
    Policy(Policy),
}

impl Config {
    /// Changes a part of it.
    #[inline(never)] // It is done at load and later.
    pub(crate) fn change(&mut self, change: &Change<'_>) {
        match change {
            Change::Intervals(intervals) => self.intervals.clone_from(intervals),
            Change::Waits(waits) => self.waits.clone_from(waits),
            Change::Cpus(cpus) => self.cpus.clone_from(cpus),
            Change::Policy(policy) => self.policy = *policy,
        }
    }

    /// What worker `id` gets of it.
    pub(crate) fn dealt(&self, id: u32) -> Settings {
        Settings {
            interval: self.intervals.dealt(id),
            wait: self.waits.dealt(id),
            cpu: self.cpus.dealt(id),
            policy: self.policy,
        }
    }
}

/// How a worker sleeps, and where it runs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Settings {
    /// The time between two ticks.
    pub(crate) interval: Interval,
    /// The sleeping primitive.
    pub(crate) wait: Wait,
    /// The CPU that its thread is bound to.
    pub(crate) cpu: Option<u32>,
    /// How its thread is scheduled.
    pub(crate) policy: Policy,
}

impl Settings {
    /// Whether a sleep with other settings would be the same.
    pub(crate) fn sleeps_like(&self, other: &Self) -> bool {
        self.interval.is_same_time(other.interval)
            && self.wait == other.wait
            // The CPU matters to a sleep only if something other than the thread runs: it is queued there.
            && (self.wait.runs_in_thread() || self.cpu == other.cpu)
    }
}
