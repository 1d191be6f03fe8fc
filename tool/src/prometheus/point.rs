// SPDX-License-Identifier: GPL-2.0

//! What the exporter's series say at one moment.

use std::collections::BTreeMap;

use super::answer::{
    Labels,
    Sample, //
};
use crate::{
    kernel::host::Host,
    measure::{
        bounds::Bounds,
        distribution::Distribution,
        measured::Measured, //
    }, //
};

/// The metrics that a point is made of, as a regular expression.
pub(crate) const METRICS: &str = "kthread_counter_(build_info|lateness_seconds_(bucket|sum|count)|\
     ticks_total|missed_intervals_total)";

#[derive(Clone, Debug, Default)]
pub(crate) struct Point {
    pub(crate) host: Host,
    /// By the labels that the exporter gives: those of the target may be others at another time.
    pub(crate) series: BTreeMap<Labels, Series>,
}

/// What workers that share labels have counted.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Series {
    /// The bounds, and how many ticks were not later; ascending.
    cumulated: BTreeMap<i64, u64>,
    count: Option<u64>,
    sum_ns: Option<i128>,
    ticks: Option<u64>,
    missed: Option<u64>,
}

impl Point {
    /// `Err` says of which primitive the buckets do not add up.
    pub(crate) fn new(samples: Vec<Sample>) -> Result<Self, String> {
        let mut point = Self::default();
        for sample in samples {
            point.add(sample);
        }
        match point.series.iter().find(|(_, series)| !series.adds_up()) {
            Some((labels, _)) => Err(wait(labels).to_owned()),
            None => Ok(point),
        }
    }

    fn add(&mut self, sample: Sample) {
        let Sample { mut labels, value } = sample;
        let name = labels.remove("__name__").unwrap_or_default();
        let Some(name) = name.strip_prefix("kthread_counter_") else {
            return;
        };
        if name == "build_info" {
            self.host = host(&labels);
            return;
        }
        let bound = labels.remove("le");
        let series = self.series.entry(key(labels)).or_default();
        match (name, bound) {
            ("lateness_seconds_bucket", Some(bound)) => match bound_ns(&bound) {
                Some(bound) => {
                    series.cumulated.insert(bound, count(value));
                }
                None => series.count = Some(count(value)),
            },
            ("lateness_seconds_sum", _) => series.sum_ns = nanos(value),
            ("ticks_total", _) => series.ticks = Some(count(value)),
            ("missed_intervals_total", _) => series.missed = Some(count(value)),
            _ => {}
        }
    }

    /// Those that all its histograms have. There are none if there is no histogram.
    pub(crate) fn bounds(&self) -> Bounds {
        let histograms = self.series.values().filter(|series| series.count.is_some());
        let bounds =
            histograms.map(|series| Bounds::new(series.cumulated.keys().copied().collect()));
        bounds
            .reduce(|a, b| a.common(&b))
            .unwrap_or_else(|| Bounds::new(Vec::new()))
    }
}

impl Series {
    fn adds_up(&self) -> bool {
        let counts = self.cumulated.values().chain(&self.count);
        counts.is_sorted()
    }

    /// How late the ticks were, by bounds that this has, too.
    pub(crate) fn measured(&self, bounds: &Bounds) -> Measured {
        let mut distribution = Distribution::default();
        let mut before = 0;
        let last = self.count.map(|count| (i64::MAX, count));
        for (bound, count) in self.cumulated.iter().map(|(&b, &c)| (b, c)).chain(last) {
            distribution.add(bound, count.saturating_sub(before));
            before = count;
        }
        Measured {
            ticks: self.ticks.unwrap_or_else(|| distribution.total()),
            missed: self.missed,
            max: None,
            sum: self.sum_ns,
            distribution: Some(bounds.coarsen(&distribution)),
        }
    }
}

/// The labels that tell the series of one machine apart.
pub(crate) fn key(mut labels: Labels) -> Labels {
    labels.retain(|name, _| matches!(name.as_str(), "wait" | "cpu" | "interval"));
    labels
}

/// The primitive.
pub(crate) fn wait(labels: &Labels) -> &str {
    labels.get("wait").map_or("-", String::as_str)
}

fn host(labels: &Labels) -> Host {
    let text = |name: &str| labels.get(name).filter(|text| !text.is_empty()).cloned();
    Host {
        kernel: text("kernel"),
        arch: text("arch"),
        hz: text("hz").and_then(|hz| hz.parse().ok()),
        virt: text("virt"),
        ..Host::default()
    }
}

/// Prometheus has all numbers as floating point.
fn count(value: f64) -> u64 {
    value.round() as u64
}

/// `None` for that of all ticks.
fn bound_ns(le: &str) -> Option<i64> {
    i64::try_from(nanos(le.parse().ok()?)?).ok()
}

fn nanos(seconds: f64) -> Option<i128> {
    let ns = (seconds * 1e9).round();
    ns.is_finite().then_some(ns as i128)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A sample of a series `kthread_counter_NAME{wait,le}`.
    pub(crate) fn sample(name: &str, wait: &str, le: Option<&str>, value: f64) -> Sample {
        let name = format!("kthread_counter_{name}");
        let labels = [("__name__", &*name), ("wait", wait)];
        let labels = labels.into_iter().chain(le.map(|le| ("le", le)));
        Sample {
            labels: labels.map(|(a, b)| (a.to_owned(), b.to_owned())).collect(),
            value,
        }
    }

    fn buckets(wait: &str, counts: &[(&str, f64)]) -> Vec<Sample> {
        let one =
            |&(le, count): &(&str, f64)| sample("lateness_seconds_bucket", wait, Some(le), count);
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
        let measured = series.measured(&point.bounds());
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
        assert_eq!(point.bounds(), Bounds::new(vec![200_000_000]));
    }

    proptest! {
        #[test]
        fn any_samples_are_a_point_or_none(
            all in prop::collection::vec(("lateness_seconds_(bucket|sum|count)|ticks_total|build_info|x",
                "work|idle", prop::option::of("[0-9]{1,3}|\\+Inf|-Inf|NaN|1e400|-1|x"), any::<f64>()), 0..12),
        ) {
            let samples = all.iter().map(|(name, wait, le, value)| sample(name, wait, le.as_deref(), *value));
            if let Ok(point) = Point::new(samples.collect()) {
                let bounds = point.bounds();
                for series in point.series.values() {
                    let _ = series.measured(&bounds);
                }
            }
        }
    }
}
