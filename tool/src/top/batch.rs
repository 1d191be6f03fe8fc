// SPDX-License-Identifier: GPL-2.0

//! The rows as text, so many times.

use std::thread;

use super::{
    columns,
    interval::Interval,
    model::Model,
    sample::{
        self,
        Sample, //
    },
    state::{
        By,
        Choice, //
    }, //
};
use crate::{
    error::{
        say,
        Result, //
    },
    kernel::source::Source,
    output::{
        self,
        style::Style,
        units, //
    }, //
};

/// Prints the first reading, and those that follow.
pub(crate) fn run(
    source: &Source,
    first: Sample,
    interval: Interval,
    choice: Choice,
    times: u64,
) -> Result {
    let mut model = Model::default();
    let mut next = Some(first);
    for time in 0..times {
        let sample = match next.take() {
            Some(sample) => sample,
            None => {
                thread::sleep(interval.0);
                sample::read(source)?
            }
        };
        if let Some(problem) = &sample.problem {
            say("note", problem);
        }
        model.take(sample);
        let blank = if time > 0 { "\n" } else { "" };
        output::print(&(blank.to_owned() + &text(&model, choice)))?;
    }
    Ok(())
}

fn text(model: &Model, choice: Choice) -> String {
    let by = choice.by;
    let mut items = model.items(by);
    choice.sort.sort(&mut items, choice.reverse);
    let columns = columns::fitting(by, Style::of_stdout(false).width);
    let mut text = heading(model, by);
    let mut line = |cells: &str| {
        text.push_str(cells.trim_end());
        text.push('\n');
    };
    line(&columns::titles(&columns).concat());
    for item in &items {
        line(&columns::row(&columns, model, by, item));
    }
    text
}

fn heading(model: &Model, by: By) -> String {
    let module = model.sample.as_ref().map(|sample| &sample.module);
    let number = |number: Option<u64>| number.map_or("-".to_owned(), |number| number.to_string());
    let uptime = module
        .and_then(|module| module.uptime_ns)
        .and_then(|ns| i64::try_from(ns).ok());
    format!(
        "{} by {}: {} workers, {} running, loaded for {}\n",
        "top",
        match by {
            By::Worker => "worker",
            By::Wait => "primitive",
        },
        number(module.and_then(|module| module.threads)),
        number(module.and_then(|module| module.running)),
        uptime.map_or("-".to_owned(), units::time),
    )
}
