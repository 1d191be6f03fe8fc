// SPDX-License-Identifier: GPL-2.0

//! Which workers are one series.

use clap::ValueEnum;

/// What series are told apart by, beside the primitive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct By {
    pub(crate) cpu: bool,
    pub(crate) interval: bool,
}

/// A word of the option.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Label {
    /// The primitive
    Wait,
    /// The CPU to which workers are bound
    Cpu,
    /// The interval
    Interval,
}

impl By {
    pub(crate) fn new(labels: &[Label]) -> Self {
        Self {
            cpu: labels.contains(&Label::Cpu),
            interval: labels.contains(&Label::Interval),
        }
    }
}

/// The labels of a series.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) wait: String,
    pub(crate) cpu: Option<u64>,
    pub(crate) interval: Option<String>,
}
