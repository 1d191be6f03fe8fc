// SPDX-License-Identifier: GPL-2.0

use super::{
    point::tests::sample,
    *, //
};

/// With so many ticks of `work` at each bound, and the machine's kernel.
fn point(kernel: &str, early: f64, late: f64) -> Point {
    let bucket = |le, count| sample("lateness_seconds_bucket", "work", Some(le), count);
    let mut build = sample("build_info", "", None, 1.0);
    build.labels.insert("kernel".into(), kernel.into());
    let samples = vec![
        bucket("0.001", early),
        bucket("0.004", early + late),
        bucket("+Inf", early + late),
        sample(
            "lateness_seconds_sum",
            "work",
            None,
            early * 0.001 + late * 0.004,
        ),
        sample("lateness_seconds_count", "work", None, early + late),
        sample("ticks_total", "work", None, early + late),
        sample("missed_intervals_total", "work", None, late),
        build,
    ];
    Point::new(samples).unwrap()
}

fn period(old: &Point, new: &Point, resets: &BTreeSet<Labels>) -> Period {
    let bounds = point::bounds([old, new]);
    Period::new(String::new(), old, new, bounds, resets)
}

fn ticks(side: &Side) -> (u64, Vec<(i64, u64)>) {
    let [only] = side.primitives.as_slice() else {
        panic!("{side:?}");
    };
    let measured = only.measured.clone();
    (
        measured.ticks,
        measured.distribution.unwrap().buckets().collect(),
    )
}

const MS: i64 = 1_000_000;

fn began_anew(period: &Period) -> bool {
    period
        .notes
        .iter()
        .any(|note| note.contains("anew") && note.ends_with(": work"))
}

#[test]
fn what_was_counted_before_is_not_counted_after() {
    let (old, new) = (point("a", 500.0, 0.0), point("a", 600.0, 70.0));
    let period = period(&old, &new, &BTreeSet::new());
    assert_eq!(ticks(&period.old), (500, vec![(MS, 500)]));
    assert_eq!(ticks(&period.new), (170, vec![(MS, 100), (4 * MS, 70)]));
    let measured = &period.new.primitives[0].measured;
    assert_eq!(
        (measured.missed, measured.sum),
        (Some(70), Some(380_000_000))
    );
    assert!(!began_anew(&period), "{:?}", period.notes);
}

#[test]
fn counters_that_began_anew_are_compared_as_they_are() {
    let old = point("a", 500.0, 0.0);
    let whole = (170, vec![(MS, 100), (4 * MS, 70)]);
    let fell = period(&old, &point("a", 100.0, 70.0), &BTreeSet::new());
    let kernel = period(
        &point("a", 50.0, 0.0),
        &point("b", 100.0, 70.0),
        &BTreeSet::new(),
    );
    let labels = old.series.keys().next().unwrap().clone();
    let reset = period(
        &point("a", 50.0, 0.0),
        &point("a", 100.0, 70.0),
        &[labels].into(),
    );
    for period in [fell, kernel, reset] {
        assert_eq!(ticks(&period.new), whole);
        assert!(began_anew(&period), "{:?}", period.notes);
    }
}

#[test]
fn what_only_one_has_is_not_taken_for_anything_else() {
    let (old, mut new) = (point("a", 500.0, 0.0), point("a", 600.0, 0.0));
    for (labels, series) in std::mem::take(&mut new.series) {
        let wait = ("wait".to_owned(), "idle".to_owned());
        new.series
            .insert(labels.into_iter().chain([wait]).collect(), series);
    }
    let period = period(&old, &new, &BTreeSet::new());
    assert_eq!(period.new.primitives[0].name, "idle");
    assert_eq!(ticks(&period.new).0, 600);
    assert!(!began_anew(&period));
}

#[test]
fn series_of_a_primitive_are_added_up() {
    let mut point = point("a", 100.0, 0.0);
    let (labels, series) = point.series.pop_first().unwrap();
    for (cpu, interval) in [("0", "10ms"), ("1", "2.5ms"), ("2", "?")] {
        let mut labels = labels.clone();
        labels.insert("cpu".into(), cpu.into());
        labels.insert("interval".into(), interval.into());
        point.series.insert(labels, series.clone());
    }
    let side = period(&point, &point, &BTreeSet::new()).old;
    assert_eq!(ticks(&side), (300, vec![(MS, 300)]));
    assert_eq!(side.primitives[0].intervals, [2_500_000, 10 * MS].into());
}
