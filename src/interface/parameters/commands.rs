// SPDX-License-Identifier: GPL-2.0

//! The parameters that are only written: what to do with which workers.

use super::{
    Command,
    Pool,
    Refusal,
    Rejection, //
};
use crate::domain::logic::{
    ids::Ids,
    signal, //
};

pub(super) struct Start;

impl Command for Start {
    const NAME: &'static str = "start";
    type Value = Ids;

    fn parse(text: &[u8]) -> Result<Ids, Rejection> {
        Ids::parse(text)
    }

    fn act(pool: &Pool, ids: Ids) -> Result<(), Refusal> {
        pool.start(&ids)
    }
}

pub(super) struct Stop;

impl Command for Stop {
    const NAME: &'static str = "stop";
    type Value = Ids;

    fn parse(text: &[u8]) -> Result<Ids, Rejection> {
        Ids::parse(text)
    }

    fn act(pool: &Pool, ids: Ids) -> Result<(), Refusal> {
        pool.stop(&ids)
    }
}

pub(super) struct Signal;

impl Command for Signal {
    const NAME: &'static str = "signal";
    type Value = signal::Command;

    fn parse(text: &[u8]) -> Result<signal::Command, Rejection> {
        signal::Command::parse(text)
    }

    fn act(pool: &Pool, command: signal::Command) -> Result<(), Refusal> {
        pool.signal(&command)
    }
}

pub(super) struct Reset;

impl Command for Reset {
    const NAME: &'static str = "reset";
    type Value = Ids;

    fn parse(text: &[u8]) -> Result<Ids, Rejection> {
        Ids::parse(text)
    }

    fn act(pool: &Pool, ids: Ids) -> Result<(), Refusal> {
        pool.reset(&ids)
    }
}
