// SPDX-License-Identifier: GPL-2.0

use super::*;
use std::collections::BTreeSet;

/// Red, green and blue without gamma.
type Linear = [f64; 3];
/// What each of the three becomes.
type Matrix = [Linear; 3];

/// What is seen with all cones, and without those for long, middle and short waves: Machado and others, 2009.
const EYES: [Matrix; 4] = [
    [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
    [
        [0.152_286, 1.052_583, -0.204_868],
        [0.114_503, 0.786_281, 0.099_216],
        [-0.003_882, -0.048_116, 1.051_998],
    ],
    [
        [0.367_322, 0.860_646, -0.227_968],
        [0.280_085, 0.672_501, 0.047_413],
        [-0.011_820, 0.042_940, 0.968_881],
    ],
    [
        [1.255_528, -0.076_749, -0.178_779],
        [-0.078_411, 0.930_809, 0.147_602],
        [0.004_733, 0.691_367, 0.303_900],
    ],
];

fn linear((r, g, b): (u8, u8, u8)) -> Linear {
    [r, g, b].map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    })
}

fn times(row: Linear, colour: Linear) -> f64 {
    row.into_iter().zip(colour).map(|(a, b)| a * b).sum()
}

/// Relative luminance, as WCAG defines it.
fn luminance(colour: Linear) -> f64 {
    times([0.2126, 0.7152, 0.0722], colour)
}

fn contrast(a: (u8, u8, u8), b: (u8, u8, u8)) -> f64 {
    let (a, b) = (luminance(linear(a)), luminance(linear(b)));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// CIELAB, in which distances are what eyes see.
fn lab(colour: (u8, u8, u8), eye: Matrix) -> [f64; 3] {
    let seen = eye.map(|row| times(row, linear(colour)).max(0.0));
    let root = |part: f64| {
        if part > 0.008_856 {
            part.cbrt()
        } else {
            7.787 * part + 16.0 / 116.0
        }
    };
    let x = root(times([0.4124, 0.3576, 0.1805], seen) / 0.9505);
    let y = root(luminance(seen));
    let z = root(times([0.0193, 0.1192, 0.9505], seen) / 1.089);
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

fn distance(a: (u8, u8, u8), b: (u8, u8, u8), eye: Matrix) -> f64 {
    let parts = lab(a, eye).into_iter().zip(lab(b, eye));
    parts.map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

#[test]
fn all_can_be_seen_on_their_ground() {
    // What WCAG asks for: 3 for lines and areas, 4.5 for text.
    let lines = LINES.map(|line| (line.0, 3.0));
    let texts = [(TEXT, 4.5), (FAINT, 4.5), (OTHER, 4.5)];
    for (ink, least) in lines.into_iter().chain(texts) {
        assert!(
            contrast(ink.light, GROUND.light) >= least,
            "{:?}",
            ink.light
        );
        assert!(contrast(ink.dark, GROUND.dark) >= least, "{:?}", ink.dark);
    }
}

#[test]
fn any_eye_tells_lines_apart() {
    for eye in EYES {
        for (n, (one, _)) in LINES.iter().enumerate() {
            for (other, _) in &LINES[n + 1..] {
                for (a, b) in [(one.light, other.light), (one.dark, other.dark)] {
                    assert!(
                        distance(a, b, eye) > 20.0,
                        "{a:?} {b:?} {}",
                        distance(a, b, eye)
                    );
                }
            }
        }
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
