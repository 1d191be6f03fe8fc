// SPDX-License-Identifier: GPL-2.0

//! What the exporter's series say at one moment.

use std::collections::{
    BTreeMap,
    BTreeSet, //
};

use super::{
    answer::{
        Labels,
        Sample,
        Value, //
    },
    native::Native, //
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
pub(crate) const METRICS: &str =
    "kthread_counter_(build_info|lateness_seconds(_(bucket|sum|count))?|\
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
    /// Only the bounds of buckets that are not empty are known.
    is_native: bool,
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
        let value = match value {
            Value::Number(value) => value,
            Value::Histogram(native) if name == "lateness_seconds" => return series.add(&native),
            Value::Histogram(_) => return,
        };
        match (name, bound) {
            ("lateness_seconds_bucket", Some(bound)) => {
                series.forget_native();
                match bound_ns(&bound) {
                    Some(bound) => {
                        series.cumulated.insert(bound, count(value));
                    }
                    None => series.count = Some(count(value)),
                }
            }
            ("lateness_seconds_sum", _) => series.sum_ns = nanos(value),
            ("ticks_total", _) => series.ticks = Some(count(value)),
            ("missed_intervals_total", _) => series.missed = Some(count(value)),
            _ => {}
        }
    }

    /// Those of all its histograms.
    fn histograms(&self) -> impl Iterator<Item = &Series> {
        self.series.values().filter(|series| series.count.is_some())
    }

    pub(crate) fn is_native(&self) -> bool {
        self.histograms().any(|series| series.is_native)
    }

    pub(crate) fn has_ticks(&self) -> bool {
        self.histograms().any(|series| series.count > Some(0))
    }
}

/// The bounds up to which it is known of all histograms how many ticks there were.
pub(crate) fn bounds(points: [&Point; 2]) -> Bounds {
    let histograms = || points.iter().flat_map(|point| point.histograms());
    let some: BTreeSet<i64> = histograms()
        .flat_map(|series| series.cumulated.keys().copied())
        .collect();
    let known = |series: &Series| {
        let known = some.iter().copied().filter(|&bound| series.knows(bound));
        Bounds::new(known.collect())
    };
    histograms()
        .map(known)
        .reduce(|a, b| a.common(&b))
        .unwrap_or_else(|| Bounds::new(Vec::new()))
}

impl Series {
    /// Takes a native histogram, unless there are buckets with all of their bounds.
    fn add(&mut self, native: &Native) {
        if !self.cumulated.is_empty() || self.count.is_some() {
            return;
        }
        self.is_native = true;
        self.sum_ns = nanos(native.sum);
        self.count = Some(count(native.count));
        let mut sum = 0_u64;
        for bucket in &native.buckets {
            self.cumulated
                .extend(nanos_bound(bucket.lower).map(|bound| (bound, sum)));
            sum = sum.saturating_add(count(bucket.count));
            self.cumulated
                .extend(nanos_bound(bucket.upper).map(|bound| (bound, sum)));
        }
    }

    fn forget_native(&mut self) {
        if self.is_native {
            self.is_native = false;
            self.count = None;
            self.cumulated.clear();
        }
    }

    /// Whether it is known how many ticks were not later.
    fn knows(&self, bound: i64) -> bool {
        if self.cumulated.contains_key(&bound) {
            return true;
        }
        let below = self.cumulated.range(..bound).next_back();
        let above = self.cumulated.range(bound..).next();
        // Between two bounds with nothing in between, each one would do.
        let up_to = |one: Option<(&i64, &u64)>| one.map(|(_, &count)| count);
        self.is_native && up_to(below).unwrap_or(0) == up_to(above).or(self.count).unwrap_or(0)
    }

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
    nanos_bound(le.parse().ok()?)
}

fn nanos_bound(seconds: f64) -> Option<i64> {
    i64::try_from(nanos(seconds)?).ok()
}

fn nanos(seconds: f64) -> Option<i128> {
    let ns = (seconds * 1e9).round();
    ns.is_finite().then_some(ns as i128)
}

#[cfg(test)]
pub(crate) mod tests;
