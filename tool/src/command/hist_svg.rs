// SPDX-License-Identifier: GPL-2.0

//! `hist --svg`: all primitives in one picture, and another measurement behind them.

use std::path::Path;

use crate::{
    cli::{
        self,
        By, //
    },
    error::Result,
    kernel::source::Source,
    output::{
        self,
        document::Show,
        svg::{
            self,
            Picture,
            Row,
            Theme, //
        }, //
    },
    reading,
    saved,
    summary::{
        self,
        Summary, //
    }, //
};

const WIDTH: u16 = 860;

pub(crate) fn run(arguments: &cli::Hist, file: &Path) -> Result {
    let from = arguments.source.from.as_deref();
    let inputs: Vec<&Path> = from.into_iter().chain(arguments.with.as_deref()).collect();
    saved::refuse_to_overwrite(file, &inputs)?;
    let this = read(from)?;
    let other = arguments.with.as_deref().map(|path| read(Some(path)));
    let other = other.transpose()?;

    let summaries = summarize(&this, arguments.by);
    let others = other.map(|other| summarize(&other, arguments.by));
    let rows = summaries.iter().map(|one| Row {
        name: &one.name,
        measured: &one.measured,
        other: others
            .iter()
            .flatten()
            .find(|other| other.name == one.name)
            .map(|other| &other.measured),
    });
    let name = |path: Option<&Path>| path.map_or("now".to_owned(), saved::name);
    let (this_name, other_name) = (name(from), name(arguments.with.as_deref()));
    let picture = Picture {
        title: this.host.kernel.clone().unwrap_or("How late".to_owned()),
        names: others.is_some().then_some((&this_name, &other_name)),
        rows: rows.collect(),
        cumulative: arguments.cdf,
        width: WIDTH,
    };
    let theme = match (arguments.dark, arguments.light) {
        (true, _) => Theme::Dark,
        (_, true) => Theme::Light,
        _ => Theme::Either,
    };
    output::write(file, &svg::file(picture, theme)?)
}

fn read(path: Option<&Path>) -> Result<Show> {
    let (show, problems) = match path {
        Some(path) => {
            let (run, problems) = saved::load(path)?;
            (run.show, problems)
        }
        None => reading::read(&Source::new(None))?,
    };
    super::name_problems(&problems);
    Ok(show)
}

fn summarize(show: &Show, by: By) -> Vec<Summary> {
    match by {
        By::Wait => summary::by_primitive(show),
        By::Worker => summary::by_worker(show),
    }
}
