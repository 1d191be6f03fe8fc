// SPDX-License-Identifier: GPL-2.0

//! The sleeping primitives, by the words of the module's parameter `wait`.

/// In the order in which the module's documents have them.
pub(crate) const ALL: [&str; 9] = [
    "ssleep",
    "timeout",
    "idle",
    "usleep",
    "fsleep",
    "hrtimer",
    "completion",
    "event",
    "work",
];

/// Whether it wakes when the device is read or written, and not when a time is over.
pub(crate) fn is_driven(wait: &str) -> bool {
    matches!(wait, "completion" | "event")
}

/// Whether it counts jiffies, so that it is late by up to two of them.
pub(crate) fn counts_jiffies(wait: &str) -> bool {
    matches!(wait, "ssleep" | "timeout" | "idle" | "work")
}

/// Whether the module can say which part of its lateness is whose.
pub(crate) fn is_split(wait: &str) -> bool {
    wait != "work"
}
