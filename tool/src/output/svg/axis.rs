// SPDX-License-Identifier: GPL-2.0

//! Where a value stands: lateness on a logarithmic axis, and shares on one that gives each nine the same room.

use plotters::coord::{
    ranged1d::Ranged,
    types::RangedCoordf64, //
};

use crate::{
    logic::histogram::{
        upper_bound,
        BUCKETS, //
    },
    measure::distribution::Distribution,
    output::units, //
};

/// Where the first bucket begins in a picture: it has all that is not positive, too.
const LEAST: i64 = 32;

/// A line in a picture, and what stands there.
pub(crate) struct Mark {
    pub(crate) at: i32,
    pub(crate) label: String,
}

/// Values between two pixels.
pub(crate) struct Axis {
    values: RangedCoordf64,
    pixels: (i32, i32),
    /// What is before the first value stands there, too.
    is_early: bool,
}

impl Axis {
    pub(crate) fn new(values: (f64, f64), pixels: (i32, i32)) -> Self {
        Self {
            values: (values.0..values.1).into(),
            pixels,
            is_early: false,
        }
    }

    pub(crate) fn at(&self, value: f64) -> i32 {
        let (from, to) = self.range();
        self.values.map(&value.clamp(from, to), self.pixels)
    }

    /// The pixels of its first and of its last value.
    pub(crate) fn ends(&self) -> (i32, i32) {
        self.pixels
    }

    fn range(&self) -> (f64, f64) {
        let range = self.values.range();
        (range.start, range.end)
    }
}

/// The edges of a bucket: the largest value of the one before it, and its own. Whatever a file says, it is one of the
/// module's buckets.
pub(crate) fn edges(bound: i64) -> (i64, i64) {
    if bound > longest() {
        return (longest(), longest().saturating_mul(2));
    }
    let above = (0..BUCKETS).find(|&bucket| upper_bound(bucket) >= bound);
    match above.unwrap_or(0) {
        0 => (LEAST, upper_bound(0)),
        bucket => (upper_bound(bucket - 1), upper_bound(bucket)),
    }
}

/// The bound of the last bucket that has one.
pub(crate) fn longest() -> i64 {
    upper_bound(BUCKETS - 2)
}

/// The decimal logarithm of a lateness.
pub(crate) fn log(ns: i64) -> f64 {
    (ns.max(LEAST) as f64).log10()
}

/// An axis for the lateness that these have, in whole halves of a decade. The first bucket has all that was early, or
/// hardly late: it stands at the edge, next to the others.
pub(crate) fn of_lateness<'a>(
    all: impl Iterator<Item = &'a Distribution>,
    pixels: (i32, i32),
) -> Axis {
    const HALF: f64 = 0.5;

    let (mut first, mut last) = (i64::MAX, i64::MIN);
    let mut is_early = false;
    for (bound, _) in all.flat_map(Distribution::buckets) {
        let (low, high) = edges(bound);
        last = last.max(high);
        if low == LEAST {
            is_early = true;
        } else {
            first = first.min(low);
        }
    }
    let (first, last) = (log(first.min(last)), log(last));
    let mut from = (first / HALF).floor() * HALF;
    if is_early {
        from -= HALF;
    }
    let to = ((last / HALF).ceil() * HALF).max(from + 1.0);
    Axis {
        is_early,
        ..Axis::new((from, to), pixels)
    }
}

/// The room for a label, in tenths of a pixel.
const LABEL: i32 = 440;
/// For one at the left edge, which may begin there, and half of the next one.
const LABEL_AT_EDGE: i32 = 660;

/// Marks at powers of ten; also at two and five times those if there is room.
pub(crate) fn lateness_marks(axis: &Axis) -> Vec<Mark> {
    const ROOM: f64 = 2.0;

    let (from, to) = axis.range();
    let (edge, _) = axis.ends();
    let room_after = |mark: &Mark| {
        if mark.at == edge {
            LABEL_AT_EDGE
        } else {
            LABEL
        }
    };
    let steps: &[i64] = if to - from > ROOM { &[1] } else { &[1, 2, 5] };
    let mut marks = Vec::new();
    if axis.is_early {
        marks.push(Mark {
            at: axis.at(from),
            label: format!("<{}ns", upper_bound(0) + 1),
        });
    }
    // The ends are powers of ten, or roots of those.
    let ends = from - 0.001..=to + 0.001;
    let mut decade = 1_i64;
    while let Some(next) = decade.checked_mul(10) {
        for step in steps {
            let ns = decade * step;
            let log = (ns as f64).log10();
            let at = axis.at(log);
            let has_room = marks
                .last()
                .is_none_or(|last| at - last.at >= room_after(last));
            if ends.contains(&log) && has_room {
                marks.push(Mark {
                    at,
                    label: short(ns),
                });
            }
        }
        decade = next;
    }
    marks
}

/// A round time without decimals.
fn short(ns: i64) -> String {
    units::time(ns).replace(".00", "").replace(".0", "")
}

/// How far up a share is of which so many of so many lie above: 90 % at 1, 99 % at 2, and so on. A measurement says
/// nothing about a share of more than all but one of its ticks.
pub(crate) fn nines(above: u64, total: u64) -> f64 {
    (total.max(1) as f64 / above.max(1) as f64).log10()
}

/// Marks at 0 %, 50 %, 90 %, 99 % and so on.
pub(crate) fn nines_marks(axis: &Axis) -> Vec<Mark> {
    let (_, to) = axis.range();
    let mark = |nines: f64, label: String| Mark {
        at: axis.at(nines),
        label,
    };
    let mut marks = vec![mark(0.0, "0%".into()), mark(2_f64.log10(), "50%".into())];
    for nine in 1..=18_i32 {
        if f64::from(nine) > to {
            break;
        }
        let label = match nine {
            1 => "90%".to_owned(),
            2 => "99%".to_owned(),
            more => format!("99.{}%", "9".repeat((more - 2).unsigned_abs() as usize)),
        };
        marks.push(mark(nine.into(), label));
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_first_bucket_has_room() {
        assert_eq!(edges(0), (LEAST, upper_bound(0)));
        assert_eq!(edges(-5), (32, 63));
        assert_eq!(edges(127), (63, 127));
    }

    #[test]
    fn round_times_have_no_decimals() {
        let marks = lateness_marks(&Axis::new((2.0, 9.0), (0, 7_000)));
        let labels: Vec<_> = marks.iter().map(|mark| mark.label.as_str()).collect();
        assert_eq!(
            labels,
            ["100ns", "1us", "10us", "100us", "1ms", "10ms", "100ms", "1s"]
        );
        let marks = lateness_marks(&Axis::new((6.0, 7.5), (0, 7_000)));
        let labels: Vec<_> = marks.iter().map(|mark| mark.label.as_str()).collect();
        assert_eq!(labels, ["1ms", "2ms", "5ms", "10ms", "20ms"]);
    }

    #[test]
    fn each_nine_has_the_same_room() {
        let axis = Axis::new((0.0, 4.0), (400, 0));
        let marks: Vec<_> = nines_marks(&axis)
            .into_iter()
            .map(|mark| (mark.at, mark.label))
            .collect();
        let expected = [
            (400, "0%"),
            (370, "50%"),
            (300, "90%"),
            (200, "99%"),
            (100, "99.9%"),
            (0, "99.99%"),
        ];
        assert_eq!(marks, expected.map(|(at, label)| (at, label.to_owned())));
        assert_eq!(
            (nines(1, 100), nines(0, 100), nines(100, 100)),
            (2.0, 2.0, 0.0)
        );
    }

    #[test]
    fn what_was_early_stands_next_to_the_rest() {
        let mut distribution = Distribution::default();
        distribution.add(63, 1);
        distribution.add(8_388_607, 1);
        let axis = of_lateness([&distribution].into_iter(), (0, 3_000));
        let labels: Vec<_> = lateness_marks(&axis)
            .into_iter()
            .map(|mark| mark.label)
            .collect();
        assert_eq!(labels, ["<64ns", "2ms", "5ms", "10ms"]);
        assert_eq!(axis.at(log(edges(63).1)), 0);
    }

    #[test]
    fn the_first_label_has_room_to_its_right() {
        let mut distribution = Distribution::default();
        for bound in [63, 127, 16_777_215] {
            distribution.add(bound, 1);
        }
        let second = |pixels| {
            let marks = lateness_marks(&of_lateness([&distribution].into_iter(), (0, pixels)));
            marks.into_iter().nth(1).map(|mark| mark.label)
        };
        assert_eq!(second(3_500).as_deref(), Some("1us"));
        assert_eq!(second(9_000).as_deref(), Some("100ns"));
        // Also where nothing was early.
        let marks = lateness_marks(&Axis::new((5.0, 6.5), (0, 2_500)));
        assert_eq!(marks[1].label, "500us");
    }

    proptest! {
        #[test]
        fn any_bound_has_edges(bound: i64) {
            let (low, high) = edges(bound);
            prop_assert!(0 < low && low < high);
        }
    }
}
