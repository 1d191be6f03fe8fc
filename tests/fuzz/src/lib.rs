// SPDX-License-Identifier: GPL-2.0

//! What a parser promises, checked for whatever text a fuzzer comes up with.
//!
//! The very files that the module is built from are compiled here, and the models of the host tests.
//! Each module is one target: its `check` panics where a parser breaks a promise.

#[path = "../../../src/domain/logic/mod.rs"]
#[expect(dead_code, reason = "not all of it parses")]
mod logic;

#[path = "../../host/src/interval_model.rs"]
mod interval_model;
#[path = "../../host/src/range_model.rs"]
mod range_model;

pub mod cpus;
pub mod ids;
pub mod interval;
pub mod scalar;
pub mod signal;

use logic::reject::{
    Kind,
    Rejection, //
};

/// The kind of the rejection, which is what decides the errno. Each has a reason to show.
fn kind<T>(result: Result<T, Rejection>) -> Result<T, Kind> {
    result.map_err(|rejection| {
        assert!(!rejection.reason.is_empty());
        rejection.kind
    })
}
