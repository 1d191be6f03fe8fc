// SPDX-License-Identifier: GPL-2.0

//! Colours. Those with which people with colour blindness can tell lines apart, and each line has dashes of its own.
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
    (ink((0x00, 0x72, 0xb2), (0x56, 0xb4, 0xe9)), &[]),
    (ink((0xb3, 0x4e, 0x00), (0xff, 0x9e, 0x57)), &[8, 3]),
    (ink((0x00, 0x7a, 0x5e), (0x2b, 0xc7, 0xa0)), &[2, 3]),
    (ink((0xa8, 0x44, 0x7f), (0xe7, 0x9a, 0xc5)), &[8, 3, 2, 3]),
    (ink((0x8a, 0x6a, 0x00), (0xe0, 0xb5, 0x2e)), &[14, 4]),
    (ink((0x3a, 0x3f, 0x46), (0xf2, 0xf4, 0xf6)), &[]),
    (ink((0x6a, 0x3d, 0x9a), (0xb7, 0x9a, 0xe0)), &[5, 5]),
    (ink((0xb2, 0x22, 0x22), (0xff, 0x8c, 0x86)), &[4, 2]),
    (
        ink((0x5b, 0x67, 0x71), (0x9f, 0xab, 0xb6)),
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
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Relative luminance, as WCAG defines it.
    fn luminance((r, g, b): (u8, u8, u8)) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
    }

    fn contrast(a: (u8, u8, u8), b: (u8, u8, u8)) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn all_can_be_seen_on_their_ground() {
        for (ink, least) in LINES.map(|line| (line.0, 4.5)).into_iter().chain([
            (TEXT, 7.0),
            (FAINT, 4.5),
            (OTHER, 7.0),
        ]) {
            assert!(
                contrast(ink.light, GROUND.light) >= least,
                "{:?}",
                ink.light
            );
            assert!(contrast(ink.dark, GROUND.dark) >= least, "{:?}", ink.dark);
        }
    }

    #[test]
    fn a_light_colour_has_one_meaning() {
        let all: Vec<_> = [GROUND, TEXT, FAINT, GRID, OTHER]
            .into_iter()
            .chain(LINES.map(|line| line.0))
            .map(|ink| ink.light)
            .collect();
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
    }

    #[test]
    fn a_primitive_keeps_its_colour() {
        assert_eq!(line("work", 0).light, line("work", 5).light);
        assert_ne!(line("5 hrtimer", 0).light, line("6 hrtimer", 1).light);
    }
}
