// SPDX-License-Identifier: GPL-2.0

//! The pictures of a measurement, for wide windows and for narrow ones.

use super::measurement::Measurement;
use crate::{
    error::Result,
    output::{
        html::Html,
        svg::{
            self,
            Picture,
            Row, //
        }, //
    },
    summary::Summary, //
};

const WIDE: u16 = 880;
const NARROW: u16 = 360;

/// The shares, and the shares added up; over those of another measurement, if there is one.
pub(super) fn both(
    html: &mut Html,
    name: &str,
    summaries: &[Summary],
    before: Option<(&Measurement, &[Summary])>,
) -> Result {
    for (start, cumulative, width) in [
        ("<div class=\"wide\">\n", false, WIDE),
        ("<div class=\"narrow\">\n", false, NARROW),
        ("<div class=\"wide\">\n", true, WIDE),
        ("<div class=\"narrow\">\n", true, NARROW),
    ] {
        let others = before.map_or(&[][..], |(_, summaries)| summaries);
        let rows = summaries.iter().map(|one| Row {
            name: &one.name,
            measured: &one.measured,
            other: others
                .iter()
                .find(|other| other.name == one.name)
                .map(|other| &other.measured),
        });
        let picture = Picture {
            title: name.to_owned(),
            names: before.map(|(first, _)| (name, first.name.as_str())),
            rows: rows.collect(),
            cumulative,
            width,
        };
        html.markup(start);
        html.drawn(&svg::element(picture)?);
        html.markup("</div>\n");
    }
    Ok(())
}
