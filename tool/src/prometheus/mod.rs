// SPDX-License-Identifier: GPL-2.0

//! What a Prometheus knows of a machine at two points in time.
//!
//! `connection` and `http` carry a question to its `address`, `answer` and `native` understand what it says. `machine` says of
//! which machine, `point` adds up what was known of it at one moment, and `period` what was counted between two.

pub(crate) mod address;
mod answer;
mod connection;
mod http;
mod machine;
pub(crate) mod moment;
mod native;
pub(crate) mod period;
mod point;
