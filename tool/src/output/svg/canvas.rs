// SPDX-License-Identifier: GPL-2.0

//! Lines, areas and text. plotters has whole numbers only, so a pixel is ten of its units.

use plotters::{
    coord::Shift,
    drawing::{
        DrawingArea,
        IntoDrawingArea, //
    },
    element::{
        PathElement,
        Rectangle, //
    },
    prelude::SVGBackend,
    style::{
        text_anchor::{
            HPos,
            Pos,
            VPos, //
        },
        Color,
        FontStyle,
        IntoFont,
        TextStyle, //
    }, //
};

use super::palette::{
    self,
    Ink, //
};
use crate::{
    error::{
        Error,
        Result, //
    },
    output::plain::plain, //
};

/// So many units are a pixel.
pub(crate) const PIXEL: i32 = 10;

/// Where text stands, seen from its place.
#[derive(Clone, Copy)]
pub(crate) enum Anchor {
    Left,
    Middle,
    Right,
}

/// How text looks.
#[derive(Clone, Copy)]
pub(crate) struct Pen {
    pub(crate) ink: Ink,
    /// In pixels.
    pub(crate) size: i32,
    pub(crate) bold: bool,
}

pub(crate) const TITLE: Pen = pen(palette::TEXT, 15, true);
pub(crate) const NAME: Pen = pen(palette::TEXT, 13, true);
pub(crate) const LABEL: Pen = pen(palette::TEXT, 12, false);
pub(crate) const FAINT: Pen = pen(palette::FAINT, 12, false);

const fn pen(ink: Ink, size: i32, bold: bool) -> Pen {
    Pen { ink, size, bold }
}

/// About what a character takes. Which font there is, only the viewer knows.
pub(crate) fn width_of(text: &str, pen: Pen) -> i32 {
    let characters = i32::try_from(text.chars().count()).unwrap_or(i32::MAX);
    let tenths = if pen.bold { 6 } else { 5 };
    characters.saturating_mul(pen.size * PIXEL * tenths / 10 + PIXEL / 2)
}

/// The beginning of a text for which there is not enough room.
pub(crate) fn cut(text: &str, pen: Pen, room: i32) -> String {
    if width_of(text, pen) <= room {
        return text.to_owned();
    }
    let fits = (room / width_of("x", pen).max(1)).max(2) - 1;
    let begin = text.chars().take(fits.unsigned_abs() as usize);
    begin.chain(['…']).collect()
}

/// Calls `paint` with a canvas of this size in pixels, and returns the element.
pub(crate) fn draw(
    (width, height): (i32, i32),
    description: &str,
    paint: impl FnOnce(&Canvas<'_>) -> Result,
) -> Result<String> {
    let size = |pixels: i32| (pixels * PIXEL).unsigned_abs();
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (size(width), size(height)));
        let canvas = Canvas {
            area: area.into_drawing_area(),
        };
        canvas.area(palette::GROUND, (0, 0), (width * PIXEL, height * PIXEL))?;
        paint(&canvas)?;
        canvas.area.present().map_err(failed)?;
    }
    // The first line is plotters' <svg>, in its units.
    let (_, rest) = svg.split_once('\n').unwrap_or(("", &svg));
    let tag = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">\n",
        size(width),
        size(height),
        crate::output::plain::escape(description),
    );
    Ok(tag + &palette::dash(rest.to_owned(), PIXEL.unsigned_abs()))
}

pub(crate) struct Canvas<'a> {
    area: DrawingArea<SVGBackend<'a>, Shift>,
}

impl Canvas<'_> {
    /// A line of this width in tenths of a pixel.
    pub(crate) fn line(&self, ink: Ink, width: u32, points: Vec<(i32, i32)>) -> Result {
        let style = ink.colour().stroke_width(width);
        self.area
            .draw(&PathElement::new(points, style))
            .map_err(failed)
    }

    /// A rectangle between two corners.
    pub(crate) fn area(&self, ink: Ink, from: (i32, i32), to: (i32, i32)) -> Result {
        let rectangle = Rectangle::new([from, to], ink.colour().filled());
        self.area.draw(&rectangle).map_err(failed)
    }

    /// Text whose middle is at this height.
    pub(crate) fn text(&self, text: &str, pen: Pen, anchor: Anchor, at: (i32, i32)) -> Result {
        // plotters divides sizes by this.
        const OF_PLOTTERS: f64 = 1.24;

        let style = if pen.bold {
            FontStyle::Bold
        } else {
            FontStyle::Normal
        };
        let font = (
            "sans-serif",
            f64::from(pen.size * PIXEL) * OF_PLOTTERS,
            style,
        );
        let anchor = match anchor {
            Anchor::Left => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::Right => HPos::Right,
        };
        let colour = pen.ink.colour();
        let style = TextStyle::from(font.into_font())
            .color(&colour)
            .pos(Pos::new(anchor, VPos::Center));
        self.area
            .draw_text(&plain(text), &style, at)
            .map_err(failed)
    }
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::failed("cannot draw the picture", error, "please report this")
}
