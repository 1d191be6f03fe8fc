// SPDX-License-Identifier: GPL-2.0

//! The share of ticks that were late by so much or less: a line for each primitive.

use super::{
    axis::{
        self,
        Axis, //
    },
    canvas::{
        self,
        Anchor,
        Canvas,
        PIXEL, //
    },
    palette::{
        self,
        Ink, //
    },
    picture::{
        Picture,
        MARGIN, //
    }, //
};
use crate::{
    error::Result,
    measure::measured::Measured, //
};

// In pixels.
const LEFT: i32 = 62;
const RIGHT: i32 = 16;
const HEAD: i32 = 52;
const PLOT: i32 = 300;
const FOOT: i32 = 46;
/// A line of the legend, and a column of it.
const LINE: i32 = 18;
const COLUMN: i32 = 116;
// In tenths of a pixel.
const THICK: u32 = 22;
const THIN: u32 = 9;

pub(crate) fn draw(picture: &Picture<'_>, left_out: usize) -> Result<String> {
    let width = i32::from(picture.width);
    let legend = Legend::of(picture, left_out);
    let height = HEAD + PLOT + FOOT + legend.height();
    canvas::draw((width, height), &picture.title, |canvas| {
        picture.heading(canvas, "Share of ticks that were late by so much or less")?;
        let x = axis::of_lateness(
            picture.distributions(),
            (LEFT * PIXEL, (width - RIGHT) * PIXEL),
        );
        let most = picture
            .distributions()
            .map(|distribution| distribution.total())
            .max();
        let top = axis::nines(1, most.unwrap_or(0)).max(2.0);
        let bottom = HEAD + PLOT;
        let y = Axis::new((0.0, top), (bottom * PIXEL, HEAD * PIXEL));
        grid(canvas, &x, &y)?;
        for (place, row) in picture.rows.iter().enumerate() {
            let ink = palette::line(row.name, place);
            if let Some(other) = row.other {
                curve(canvas, other, ink, THIN, &x, &y)?;
            }
            curve(canvas, row.measured, ink, THICK, &x, &y)?;
        }
        picture.foot(canvas, bottom * PIXEL, "")?;
        legend.draw(canvas, (bottom + FOOT) * PIXEL)
    })
}

fn grid(canvas: &Canvas<'_>, x: &Axis, y: &Axis) -> Result {
    let ((left, right), (bottom, top)) = (x.ends(), y.ends());
    for mark in axis::lateness_marks(x) {
        canvas.line(palette::GRID, 10, vec![(mark.at, top), (mark.at, bottom)])?;
        let at = (mark.at, bottom + 12 * PIXEL);
        canvas.text(&mark.label, canvas::FAINT, Anchor::Middle, at)?;
    }
    for mark in axis::nines_marks(y) {
        canvas.line(palette::GRID, 10, vec![(left, mark.at), (right, mark.at)])?;
        let at = (left - 6 * PIXEL, mark.at);
        canvas.text(&mark.label, canvas::FAINT, Anchor::Right, at)?;
    }
    canvas.line(
        palette::FAINT,
        10,
        vec![(left, top), (left, bottom), (right, bottom)],
    )
}

/// The share is known at the bounds of buckets; between them the line is straight.
fn curve(
    canvas: &Canvas<'_>,
    measured: &Measured,
    ink: Ink,
    width: u32,
    x: &Axis,
    y: &Axis,
) -> Result {
    let Some(distribution) = &measured.distribution else {
        return Ok(());
    };
    let total = distribution.total();
    let mut above = total;
    let mut points: Vec<(i32, i32)> = Vec::new();
    for (bound, count) in distribution.buckets() {
        let (from, to) = axis::edges(bound);
        let to = measured.max.map_or(to, |max| to.min(max)).max(from);
        let before = axis::nines(above, total);
        above = above.saturating_sub(count);
        let after = axis::nines(above, total);
        for (ns, nines) in [(from, before), (to, after)] {
            let point = (x.at(axis::log(ns)), y.at(nines));
            if points.last() != Some(&point) {
                points.push(point);
            }
        }
    }
    if points.is_empty() {
        return Ok(());
    }
    canvas.line(ink, width, points)
}

/// Which line is whose.
struct Legend {
    columns: i32,
    entries: Vec<(Ink, String)>,
    notes: Vec<String>,
}

impl Legend {
    fn of(picture: &Picture<'_>, left_out: usize) -> Self {
        let rows = picture.rows.iter().enumerate();
        let mut notes = Vec::new();
        if let Some((this, other)) = picture.names {
            let room = picture.room();
            for note in [format!("thick: {this}"), format!("thin: {other}")] {
                notes.push(canvas::cut(&note, canvas::FAINT, room));
            }
        }
        if left_out > 0 {
            notes.push(format!("{left_out} more are not drawn"));
        }
        Self {
            columns: (picture.room() / PIXEL / COLUMN).max(1),
            entries: rows
                .map(|(place, row)| (palette::line(row.name, place), row.name.to_owned()))
                .collect(),
            notes,
        }
    }

    fn height(&self) -> i32 {
        let entries = i32::try_from(self.entries.len()).unwrap_or(0);
        let notes = i32::try_from(self.notes.len()).unwrap_or(0);
        LINE * ((entries + self.columns - 1) / self.columns + notes) + 8
    }

    fn draw(&self, canvas: &Canvas<'_>, top: i32) -> Result {
        let left = MARGIN * PIXEL;
        let (mut column, mut y) = (0, top + 6 * PIXEL);
        for (ink, name) in &self.entries {
            if column == self.columns {
                column = 0;
                y += LINE * PIXEL;
            }
            let x = left + column * COLUMN * PIXEL;
            canvas.line(*ink, THICK, vec![(x, y), (x + 30 * PIXEL, y)])?;
            canvas.text(name, canvas::LABEL, Anchor::Left, (x + 36 * PIXEL, y))?;
            column += 1;
        }
        for note in &self.notes {
            y += LINE * PIXEL;
            canvas.text(note, canvas::FAINT, Anchor::Left, (left, y))?;
        }
        Ok(())
    }
}
