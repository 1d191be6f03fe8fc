// SPDX-License-Identifier: GPL-2.0

//! One number of two measurements, for people.

use super::units;
use crate::measure::compare::{
    Change,
    Metric, //
};

/// A number, of a measurement with so many ticks. Of missed intervals it is their share, which is what is compared.
pub(crate) fn number(metric: Metric, number: Option<i64>, ticks: u64) -> String {
    let Some(number) = number else {
        return "-".to_owned();
    };
    match metric {
        Metric::Percentile(_) => units::at_most(number),
        Metric::Max | Metric::Avg => units::time(number),
        Metric::Missed => format!("{:.3}%", share(number, ticks) * 100.0),
    }
}

/// The share of the intervals that was missed.
fn share(missed: i64, ticks: u64) -> f64 {
    let (missed, ticks) = (missed as f64, ticks as f64);
    if missed <= 0.0 {
        return 0.0;
    }
    missed / (missed + ticks)
}

/// In per cent, or as a factor if it is large.
pub(crate) fn difference(change: &Change, old_ticks: u64, new_ticks: u64) -> String {
    const LARGE: f64 = 10.0;

    let (Some(old), Some(new)) = (change.old, change.new) else {
        return "-".to_owned();
    };
    let (old, new) = match change.metric {
        // The longer measurement misses more.
        Metric::Missed => (share(old, old_ticks), share(new, new_ticks)),
        _ => (old as f64, new as f64),
    };
    if old == new {
        return "0%".to_owned();
    }
    if old <= 0.0 || new <= 0.0 {
        return "-".to_owned();
    }
    let factor = new / old;
    if factor >= LARGE {
        return format!("x{}", units::count(factor as u64));
    }
    format!("{:+.0}%", (factor - 1.0) * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::compare::Outcome;

    fn change(metric: Metric, old: i64, new: i64) -> Change {
        Change {
            metric,
            old: Some(old),
            new: Some(new),
            outcome: Outcome::Same,
        }
    }

    #[test]
    fn a_change_is_a_share_or_a_factor() {
        for (old, new, text) in [
            (100, 100, "0%"),
            (100, 145, "+45%"),
            (100, 50, "-50%"),
            (100, 1_234, "x12"),
            (1, i64::MAX, "x9.2E"),
            (0, 5, "-"),
            (-5, 5, "-"),
            (i64::MIN, i64::MAX, "-"),
        ] {
            assert_eq!(difference(&change(Metric::Max, old, new), 1, 1), text);
        }
        // Ten of a hundred, then a hundred of a thousand.
        assert_eq!(difference(&change(Metric::Missed, 10, 100), 90, 900), "0%");
    }
}
