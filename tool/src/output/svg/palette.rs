// SPDX-License-Identifier: GPL-2.0

//! Colours that people with colour blindness can tell apart, too; and most lines have dashes of their own.
//!
//! The colours of a light page are in the elements, for viewers without style sheets. A style sheet has those of a
//! dark one.

use plotters::style::RGBColor;

/// Which colours a file has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Theme {
    /// Those that the viewer prefers.
    Either,
    Light,
    Dark,
}

/// A colour on light ground, and what takes its place on dark ground.
#[derive(Clone, Copy)]
pub(crate) struct Ink {
    light: (u8, u8, u8),
    dark: (u8, u8, u8),
}

const fn ink(light: (u8, u8, u8), dark: (u8, u8, u8)) -> Ink {
    Ink { light, dark }
}

pub(crate) const GROUND: Ink = ink((0xff, 0xff, 0xff), (0x15, 0x18, 0x1d));
pub(crate) const TEXT: Ink = ink((0x1b, 0x1f, 0x24), (0xe6, 0xe9, 0xed));
pub(crate) const FAINT: Ink = ink((0x57, 0x60, 0x6a), (0xa3, 0xac, 0xb6));
pub(crate) const GRID: Ink = ink((0xdd, 0xe1, 0xe6), (0x33, 0x39, 0x41));
/// The other measurement in a picture of bars.
pub(crate) const OTHER: Ink = ink((0x1b, 0x1f, 0x25), (0xe6, 0xe9, 0xee));

const PRIMITIVES: [&str; 9] = [
    "ssleep",
    "timeout",
    "idle",
    "usleep",
    "fsleep",
    "hrtimer",
    "completion",
    "event",
    "work",
];

/// The inks of lines, and their dashes in pixels.
const LINES: [(Ink, &[u32]); 9] = [
    (ink((0x1e, 0x93, 0xe8), (0x9f, 0xd4, 0xff)), &[]),
    (ink((0xa4, 0x17, 0x00), (0xc0, 0x55, 0x0d)), &[8, 3]),
    (ink((0x46, 0x60, 0x6e), (0x08, 0x9e, 0x82)), &[2, 3]),
    (ink((0x6c, 0x00, 0x88), (0xff, 0xe2, 0xb9)), &[8, 3, 2, 3]),
    (ink((0xd3, 0x79, 0x00), (0xac, 0xc6, 0x00)), &[14, 4]),
    (ink((0x09, 0x00, 0x24), (0xec, 0xff, 0xff)), &[]),
    (ink((0x6f, 0x0d, 0xd7), (0xa2, 0x58, 0xdb)), &[5, 5]),
    (ink((0x6a, 0x11, 0x1e), (0xe6, 0xaa, 0x65)), &[4, 2]),
    (
        ink((0xa1, 0x80, 0x61), (0x68, 0x74, 0xa0)),
        &[12, 3, 2, 3, 2, 3],
    ),
];

impl Ink {
    pub(crate) fn colour(self) -> RGBColor {
        let (r, g, b) = self.light;
        RGBColor(r, g, b)
    }
}

/// The ink of a row: a primitive has the same in all pictures.
pub(crate) fn line(name: &str, place: usize) -> Ink {
    let own = PRIMITIVES.iter().position(|primitive| *primitive == name);
    let place = own.unwrap_or(place) % LINES.len();
    LINES.get(place).map_or(TEXT, |line| line.0)
}

/// The dashes of all lines: plotters draws none.
pub(crate) fn dash(mut svg: String, pixel: u32) -> String {
    let other = (OTHER, [4, 3].as_slice());
    for (ink, dashes) in LINES.into_iter().chain([other]) {
        if dashes.is_empty() {
            continue;
        }
        let lengths: Vec<_> = dashes
            .iter()
            .map(|length| (length * pixel).to_string())
            .collect();
        let stroke = format!("stroke=\"{}\"", hex(ink.light));
        svg = svg.replace(
            &stroke,
            &format!("{stroke} stroke-dasharray=\"{}\"", lengths.join(" ")),
        );
    }
    svg
}

/// The style sheet.
pub(crate) fn css(theme: Theme) -> String {
    let lines = LINES.into_iter().map(|line| line.0);
    let mut rules = String::new();
    for ink in [GROUND, TEXT, FAINT, GRID, OTHER].into_iter().chain(lines) {
        let (light, dark) = (hex(ink.light), hex(ink.dark));
        for what in ["fill", "stroke"] {
            rules += &format!("[{what}=\"{light}\"]{{{what}:{dark}}}");
        }
    }
    match theme {
        Theme::Light => String::new(),
        Theme::Dark => rules,
        // Paper is light.
        Theme::Either => format!("@media screen and (prefers-color-scheme:dark){{{rules}}}"),
    }
}

/// As plotters writes it.
fn hex((r, g, b): (u8, u8, u8)) -> String {
    format!("#{r:02X}{g:02X}{b:02X}")
}

#[cfg(test)]
mod tests;
