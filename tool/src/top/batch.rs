// SPDX-License-Identifier: GPL-2.0

//! The rows in a pipe, so many times.

use std::{
    io::Write,
    thread, //
};

use super::{
    columns,
    interval::Interval,
    model::{
        Item,
        Model, //
    },
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

/// Writes the first reading, and those that follow, each in this form.
pub(crate) fn run(
    source: &Source,
    first: Sample,
    interval: Interval,
    times: u64,
    form: impl Fn(&Model, bool, &mut dyn Write) -> Result,
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
        let mut out = output::large();
        form(&model, time > 0, &mut out)?;
        out.flush()?;
    }
    Ok(())
}

/// For people: a heading, and a row a line.
pub(crate) fn text(model: &Model, choice: Choice, is_next: bool, to: &mut dyn Write) -> Result {
    let by = choice.by;
    let columns = columns::fitting(by, Style::of_stdout(false).width);
    if is_next {
        writeln!(to)?;
    }
    write!(to, "{}", heading(model, by))?;
    let mut line = |cells: &str| writeln!(to, "{}", cells.trim_end());
    line(&columns::titles(&columns).concat())?;
    for item in &sorted(model, choice) {
        line(&columns::row(&columns, model, by, item))?;
    }
    Ok(())
}

/// The rows in the order that was asked for.
pub(super) fn sorted(model: &Model, choice: Choice) -> Vec<Item> {
    let mut items = model.items(choice.by);
    choice.sort.sort(&mut items, choice.reverse);
    items
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
