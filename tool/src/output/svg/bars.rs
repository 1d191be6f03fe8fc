// SPDX-License-Identifier: GPL-2.0

//! The share of ticks by lateness: a strip of bars for each primitive, all on the same axes.

use std::collections::BTreeMap;

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
    palette,
    picture::{
        Picture,
        Row,
        MARGIN, //
    }, //
};
use crate::{
    error::Result,
    measure::{
        measured::Measured,
        percent::Percent, //
    },
    output::units, //
};

// In pixels.
const HEAD: i32 = 52;
const NAMES: i32 = 18;
const STRIP: i32 = 68;
/// Of a strip, above its bars.
const HEADING: i32 = 24;
const FOOT: i32 = 48;

/// The lateness in a bar, in nanoseconds, and its share of the ticks.
type Bars = BTreeMap<(i64, i64), f64>;

pub(crate) fn draw(picture: &Picture<'_>, left_out: usize) -> Result<String> {
    let width = i32::from(picture.width);
    let head = HEAD + if picture.names.is_some() { NAMES } else { 0 };
    let rows = i32::try_from(picture.rows.len()).unwrap_or(0);
    let height = head + rows * STRIP + FOOT;
    canvas::draw((width, height), &picture.title, |canvas| {
        heading(canvas, picture)?;
        let x = axis::of_lateness(
            picture.distributions(),
            (MARGIN * PIXEL, (width - MARGIN) * PIXEL),
        );
        let bottom = (head + rows * STRIP) * PIXEL;
        marks(canvas, &x, head * PIXEL, bottom)?;
        let mut top = head * PIXEL;
        for (place, row) in picture.rows.iter().enumerate() {
            strip(canvas, row, place, &x, top)?;
            top += STRIP * PIXEL;
        }
        foot(canvas, picture, bottom, left_out)
    })
}

/// The title, what is drawn, and the names of two measurements.
fn heading(canvas: &Canvas<'_>, picture: &Picture<'_>) -> Result {
    picture.heading(canvas, "Share of ticks in each half of a power of two")?;
    let left = MARGIN * PIXEL;
    let width = picture.room();
    let Some((this, other)) = picture.names else {
        return Ok(());
    };
    let y = 54 * PIXEL;
    let sample = 18 * PIXEL;
    let room = width / 2 - sample - 16 * PIXEL;
    let this = &canvas::cut(this, canvas::LABEL, room);
    let other = &canvas::cut(other, canvas::LABEL, room);
    canvas.area(
        palette::line("", 0),
        (left, y - 50),
        (left + sample, y + 50),
    )?;
    let at = left + sample + 60;
    canvas.text(this, canvas::LABEL, Anchor::Left, (at, y))?;
    let left = at + canvas::width_of(this, canvas::LABEL) + 160;
    canvas.line(palette::OTHER, 15, vec![(left, y), (left + sample, y)])?;
    canvas.text(other, canvas::LABEL, Anchor::Left, (left + sample + 60, y))
}

/// Lines through all strips, and what stands below them.
fn marks(canvas: &Canvas<'_>, x: &Axis, top: i32, bottom: i32) -> Result {
    for mark in axis::lateness_marks(x) {
        canvas.line(palette::GRID, 10, vec![(mark.at, top), (mark.at, bottom)])?;
        let anchor = if mark.at == x.ends().0 {
            Anchor::Left
        } else {
            Anchor::Middle
        };
        canvas.text(
            &mark.label,
            canvas::FAINT,
            anchor,
            (mark.at, bottom + 12 * PIXEL),
        )?;
    }
    Ok(())
}

fn foot(canvas: &Canvas<'_>, picture: &Picture<'_>, bottom: i32, left_out: usize) -> Result {
    let more = match left_out {
        0 => String::new(),
        _ => format!("; {left_out} more are not drawn"),
    };
    picture.foot(canvas, bottom, &more)
}

fn strip(canvas: &Canvas<'_>, row: &Row<'_>, place: usize, x: &Axis, top: i32) -> Result {
    let left = MARGIN * PIXEL;
    let ink = palette::line(row.name, place);
    let y = top + 12 * PIXEL;
    canvas.text(row.name, canvas::NAME, Anchor::Left, (left, y))?;
    let after = left + canvas::width_of(row.name, canvas::NAME) + 8 * PIXEL;
    canvas.text(
        &numbers(row.measured, x.ends().1 - after),
        canvas::FAINT,
        Anchor::Left,
        (after, y),
    )?;

    let highest = highest(row);
    let ground = top + (STRIP - 4) * PIXEL;
    let height = (STRIP - 4 - HEADING) * PIXEL;
    let level = |share: f64| {
        // What is more than nothing can be seen.
        let units = (share / highest * f64::from(height)).round() as i32;
        ground - units.max(if share > 0.0 { PIXEL } else { 0 })
    };
    for (&(from, to), &share) in &bars(row.measured) {
        let (from, to) = (x.at(axis::log(from)), x.at(axis::log(to)));
        // What is at the edge has no width of its own.
        let to = to.max(from + 6 * PIXEL);
        canvas.area(ink, (from + 5, level(share)), (to - 5, ground))?;
    }
    if let Some(other) = row.other {
        outline(canvas, &bars(other), x, &level)?;
    }
    let (start, end) = x.ends();
    canvas.line(palette::FAINT, 10, vec![(start, ground), (end, ground)])?;
    let share = format!("{:.0}%", highest * 100.0);
    let at = (end, ground - height + 4 * PIXEL);
    canvas.text(&share, canvas::FAINT, Anchor::Right, at)
}

/// The bars of the other measurement, as their outline.
fn outline(canvas: &Canvas<'_>, bars: &Bars, x: &Axis, level: &impl Fn(f64) -> i32) -> Result {
    let ground = level(0.0);
    let mut points = Vec::new();
    let mut last = None;
    for (&(from, to), &share) in bars {
        let (left, right) = (x.at(axis::log(from)), x.at(axis::log(to)));
        if last != Some(left) {
            points.extend(last.map(|right| (right, ground)));
            points.push((left, ground));
        }
        let right = right.max(left + 6 * PIXEL);
        points.extend([(left, level(share)), (right, level(share))]);
        last = Some(right);
    }
    points.extend(last.map(|right| (right, ground)));
    if points.is_empty() {
        return Ok(());
    }
    canvas.line(palette::OTHER, 15, points)
}

/// As many of the numbers as there is room for; the last ones matter most.
fn numbers(measured: &Measured, room: i32) -> String {
    if measured.ticks == 0 {
        return "no ticks yet".to_owned();
    }
    let mut parts = vec![format!("{} ticks", units::count(measured.ticks))];
    for percent in [Percent::P50, Percent::P99] {
        if let Some(bound) = measured.percentile(percent) {
            parts.push(format!("{percent} {}", units::at_most(bound)));
        }
    }
    parts.extend(measured.max.map(|max| format!("max {}", units::time(max))));
    loop {
        let text = parts.join(", ");
        if parts.len() == 1 || canvas::width_of(&text, canvas::FAINT) <= room {
            return text;
        }
        parts.remove(0);
    }
}

/// The share of the longest bar of a strip, rounded up.
fn highest(row: &Row<'_>) -> f64 {
    let longest = [Some(row.measured), row.other]
        .into_iter()
        .flatten()
        .flat_map(|measured| bars(measured).into_values())
        .fold(0.0, f64::max);
    let steps = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.75, 1.0];
    steps
        .into_iter()
        .find(|&step| step >= longest)
        .unwrap_or(1.0)
}

fn bars(measured: &Measured) -> Bars {
    let mut bars = Bars::new();
    let Some(distribution) = &measured.distribution else {
        return bars;
    };
    let total = distribution.total() as f64;
    for (bound, count) in distribution.buckets() {
        *bars.entry(bar_of(bound)).or_default() += count as f64 / total;
    }
    bars
}

/// The bar that a bucket is in: half a power of two, or the bucket if that is wider.
fn bar_of(bound: i64) -> (i64, i64) {
    let (below, last) = axis::edges(bound);
    let first = below + 1;
    let whole = 1_i64 << first.ilog2();
    let half = whole / 2;
    let is_wider = last - below >= half;
    if is_wider {
        return (first, last.saturating_add(1));
    }
    let start = if first >= whole + half {
        whole + half
    } else {
        whole
    };
    // The last bucket begins within a half.
    (start, (start + half).min(axis::longest() + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logic::histogram::{
        upper_bound,
        BUCKETS, //
    };
    use crate::measure::distribution::Distribution;

    #[test]
    fn bars_lie_side_by_side() {
        let mut bars: Vec<_> = (0..BUCKETS).map(|b| bar_of(upper_bound(b))).collect();
        bars.dedup();
        for pair in bars.windows(2) {
            assert_eq!(pair[0].1, pair[1].0, "{pair:?}");
        }
        assert_eq!(bar_of(upper_bound(0)), (33, 64));
        assert_eq!(bar_of(1_100), (1_024, 1_536));
    }

    #[test]
    fn the_shares_are_of_all_ticks() {
        let mut distribution = Distribution::default();
        distribution.add(1_151, 30);
        distribution.add(1_279, 30);
        distribution.add(i64::MAX, 40);
        let measured = Measured {
            ticks: 100,
            missed: None,
            max: None,
            sum: None,
            distribution: Some(distribution),
        };
        let shares: Vec<_> = bars(&measured).into_values().collect();
        assert_eq!(shares, [0.6, 0.4]);
    }
}
