// SPDX-License-Identifier: GPL-2.0

//! The parameters that are only written: what to do with which workers.

use kernel::prelude::*;

use super::kinds::{
    boxed,
    Command, //
};
use crate::domain::{
    logic::{
        ids::Ids,
        signal, //
    },
    pool::Pool,
    refusal::Refusal, //
};

#[inline(never)] // Several commands do it.
fn parse_ids(text: &[u8]) -> Result<KBox<Ids>, Refusal> {
    boxed(Ids::parse(text)?)
}

pub(super) struct Start;

impl Command for Start {
    type Value = KBox<Ids>;

    #[inline]
    fn parse(text: &[u8]) -> Result<Self::Value, Refusal> {
        parse_ids(text)
    }

    #[inline]
    fn act(pool: &Pool, ids: Self::Value) -> Result<(), Refusal> {
        pool.start(&ids)
    }
}

pub(super) struct Stop;

impl Command for Stop {
    type Value = KBox<Ids>;

    #[inline]
    fn parse(text: &[u8]) -> Result<Self::Value, Refusal> {
        parse_ids(text)
    }

    #[inline]
    fn act(pool: &Pool, ids: Self::Value) -> Result<(), Refusal> {
        pool.stop(&ids)
    }
}

pub(super) struct Signal;

impl Command for Signal {
    type Value = KBox<signal::Command>;

    #[inline]
    fn parse(text: &[u8]) -> Result<Self::Value, Refusal> {
        boxed(signal::Command::parse(text)?)
    }

    #[inline]
    fn act(pool: &Pool, command: Self::Value) -> Result<(), Refusal> {
        pool.signal(&command)
    }
}

pub(super) struct Reset;

impl Command for Reset {
    type Value = KBox<Ids>;

    #[inline]
    fn parse(text: &[u8]) -> Result<Self::Value, Refusal> {
        parse_ids(text)
    }

    #[inline]
    fn act(pool: &Pool, ids: Self::Value) -> Result<(), Refusal> {
        pool.reset(&ids)
    }
}
