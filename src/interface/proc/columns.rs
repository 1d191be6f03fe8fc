// SPDX-License-Identifier: GPL-2.0

//! The columns of the table of workers. They are only ever appended to.

/// The columns and how wide they are for people; programs split at white space.
pub(super) const COLUMNS: [(&str, usize); 28] = [
    ("id", 5),
    ("pid", 7),
    ("cpu", 3),
    ("state", 8),
    ("wait", 10),
    ("interval", 8),
    ("ticks", 8),
    ("missed", 8),
    ("early", 6),
    ("signals", 7),
    ("late_last_ns", 12),
    ("late_min_ns", 12),
    ("late_avg_ns", 12),
    ("late_max_ns", 12),
    ("late_p50_ns", 12),
    ("late_p99_ns", 12),
    ("drift_ns", 12),
    ("exit", 4),
    ("late_sum_ns", 14),
    ("bound", 5),
    ("epoch", 8),
    ("to_wake_avg_ns", 14),
    ("to_wake_max_ns", 14),
    ("to_wake_sum_ns", 14),
    ("to_run_avg_ns", 13),
    ("to_run_max_ns", 13),
    ("to_run_sum_ns", 13),
    ("split_ticks", 0),
];
