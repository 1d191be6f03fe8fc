// SPDX-License-Identifier: GPL-2.0

//! The live view: `sample` reads, `model` compares with what was read before, `state` is what the user chose,
//! `view` draws it, and `batch` prints it, as text or as `json`. `screen` and `events` are the terminal's side.

mod batch;
mod columns;
mod events;
mod history;
mod interval;
mod json;
mod keys;
mod live;
mod model;
mod pictures;
mod sample;
mod screen;
mod sort;
mod state;
mod view;

pub(crate) use batch::{
    run as batch,
    text, //
};
pub(crate) use interval::Interval;
pub(crate) use json::line as json;
pub(crate) use live::run as live;
pub(crate) use sample::read;
pub(crate) use sort::Sort;
pub(crate) use state::{
    By,
    Choice, //
};

#[cfg(test)]
pub(crate) use view::tests::draw_in_any_size;
