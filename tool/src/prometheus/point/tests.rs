// SPDX-License-Identifier: GPL-2.0

use super::{
    super::native::Bucket,
    *, //
};
use proptest::prelude::*;

/// A sample of a series `kthread_counter_NAME{wait,le}`.
pub(crate) fn sample(name: &str, wait: &str, le: Option<&str>, value: f64) -> Sample {
    let name = format!("kthread_counter_{name}");
    let labels = [("__name__", &*name), ("wait", wait)];
    let labels = labels.into_iter().chain(le.map(|le| ("le", le)));
    Sample {
        labels: labels.map(|(a, b)| (a.to_owned(), b.to_owned())).collect(),
        value: Value::Number(value),
    }
}

fn buckets(wait: &str, counts: &[(&str, f64)]) -> Vec<Sample> {
    let one = |&(le, count): &(&str, f64)| sample("lateness_seconds_bucket", wait, Some(le), count);
    counts.iter().map(one).collect()
}

#[test]
fn buckets_are_those_of_the_exporter() {
    // Prometheus does not say them in their order.
    let mut samples = buckets(
        "work",
        &[
            ("+Inf", 9.0),
            ("1.023e-06", 2.0),
            ("17.179869183", 8.0),
            ("0.000262143", 5.0),
        ],
    );
    samples.push(sample("lateness_seconds_sum", "work", None, 1.5));
    samples.push(sample("ticks_total", "work", None, 10.0));
    samples.push(sample("missed_intervals_total", "work", None, 3.0));
    let point = Point::new(samples).unwrap();
    let (labels, series) = point.series.first_key_value().unwrap();
    assert_eq!(wait(labels), "work");
    let measured = series.measured(&bounds([&point, &point]));
    assert_eq!((measured.ticks, measured.missed), (10, Some(3)));
    assert_eq!(measured.sum, Some(1_500_000_000));
    let found: Vec<_> = measured.distribution.unwrap().buckets().collect();
    let expected = [(1_023, 2), (262_143, 3), (17_179_869_183, 3), (i64::MAX, 1)];
    assert_eq!(found, expected);
}

#[test]
fn labels_of_the_target_make_no_other_series() {
    let mut samples = buckets("work", &[("0.1", 2.0), ("+Inf", 3.0)]);
    samples.extend(buckets("work", &[("0.1", 2.0), ("+Inf", 3.0)]));
    samples[3].labels.insert("cpu".into(), "1".into());
    samples[1].labels.insert("rack".into(), "7".into());
    let point = Point::new(samples).unwrap();
    assert_eq!(point.series.len(), 2);
}

#[test]
fn buckets_that_shrink_are_named() {
    let samples = buckets("work", &[("0.1", 2.0), ("0.2", 1.0), ("+Inf", 3.0)]);
    assert_eq!(Point::new(samples).unwrap_err(), "work");
    let samples = buckets("idle", &[("0.1", 2.0), ("+Inf", 1.0)]);
    assert_eq!(Point::new(samples).unwrap_err(), "idle");
}

#[test]
fn bounds_are_those_that_all_have() {
    let mut samples = buckets("work", &[("0.1", 1.0), ("0.2", 1.0), ("+Inf", 1.0)]);
    samples.extend(buckets(
        "idle",
        &[("0.2", 1.0), ("0.4", 1.0), ("+Inf", 1.0)],
    ));
    let point = Point::new(samples).unwrap();
    assert_eq!(bounds([&point, &point]), Bounds::new(vec![200_000_000]));
}

/// The same ticks, so many in each bucket of these bounds and after them, in both forms.
fn both_forms(bounds: &[i64], counts: &[u32]) -> [Vec<Sample>; 2] {
    let seconds = |ns: i64| ns as f64 / 1e9;
    let edges = bounds.iter().map(|&ns| seconds(ns)).chain([f64::INFINITY]);
    let (mut classic, mut native) = (Vec::new(), Vec::new());
    let (mut sum, mut lower) = (0.0, f64::NEG_INFINITY);
    for (upper, &count) in edges.zip(counts) {
        let count = f64::from(count);
        sum += count;
        let le = upper.to_string().replace("inf", "+Inf");
        classic.push(sample("lateness_seconds_bucket", "work", Some(&le), sum));
        if count > 0.0 {
            native.push(Bucket {
                lower,
                upper,
                count,
            });
        }
        lower = upper;
    }
    classic.push(sample("lateness_seconds_sum", "work", None, 1.5));
    let mut whole = sample("lateness_seconds", "work", None, 0.0);
    whole.value = Value::Histogram(Native {
        count: sum,
        sum: 1.5,
        buckets: native,
    });
    [classic, vec![whole]]
}

#[test]
fn a_bound_between_empty_native_buckets_is_known() {
    let [_, few] = both_forms(&[100, 200, 300, 400], &[0, 5, 0, 0, 0]);
    let [other, _] = both_forms(&[150, 250, 400], &[1, 1, 1, 1]);
    let points = [few, other].map(|samples| Point::new(samples).unwrap());
    // It has ticks between 100 and 200, so what is up to 150 is not known of it.
    let [few, other] = &points;
    assert_eq!(bounds([few, other]), Bounds::new(vec![250, 400]));
}

#[test]
fn buckets_with_all_bounds_count_whatever_comes_first() {
    let [classic, native] = both_forms(&[100, 200, 300], &[0, 5, 0, 1]);
    let expected = Point::new(classic.clone()).unwrap();
    for samples in [[&*classic, &*native], [&*native, &*classic]] {
        let point = Point::new(samples.concat()).unwrap();
        assert_eq!(point.series, expected.series);
    }
}

proptest! {
    #[test]
    fn native_histograms_tell_the_same_apart(
        bounds_ns in prop::collection::btree_set(1_i64..1_000_000_000_000, 1..12),
        counts in prop::collection::vec(prop_oneof![Just(0_u32), 1_u32..1_000], 13),
    ) {
        let bounds_ns: Vec<i64> = bounds_ns.into_iter().collect();
        let [classic, native] = both_forms(&bounds_ns, &counts).map(|samples| Point::new(samples).unwrap());
        let [all, known] = [&classic, &native].map(|point| bounds([point, point]));
        let of = |point: &Point, bounds: &Bounds| {
            let (_, series) = point.series.first_key_value().unwrap();
            series.measured(bounds)
        };
        prop_assert_eq!(of(&native, &known), of(&classic, &all));
        // Whether two of them are neighbours, too.
        let ticks: Vec<i64> = of(&classic, &all).distribution.unwrap().buckets().map(|(bound, _)| bound).collect();
        for pair in ticks.windows(2) {
            let apart = |bounds: &Bounds| (bounds.place(pair[1]) - bounds.place(pair[0])).min(2);
            prop_assert_eq!(apart(&known), apart(&all));
        }
        // Each with the other one is as each with itself.
        prop_assert_eq!(bounds([&classic, &native]), all);
    }

    #[test]
    fn any_samples_are_a_point_or_none(
        all in prop::collection::vec(("lateness_seconds_(bucket|sum|count)|ticks_total|build_info|x",
            "work|idle", prop::option::of("[0-9]{1,3}|\\+Inf|-Inf|NaN|1e400|-1|x"), any::<f64>()), 0..12),
    ) {
        let samples = all.iter().map(|(name, wait, le, value)| sample(name, wait, le.as_deref(), *value));
        if let Ok(point) = Point::new(samples.collect()) {
            let bounds = bounds([&point, &point]);
            for series in point.series.values() {
                let _ = series.measured(&bounds);
            }
        }
    }
}
