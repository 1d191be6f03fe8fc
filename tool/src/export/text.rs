// SPDX-License-Identifier: GPL-2.0

//! Metrics as text: Prometheus' own format, and OpenMetrics. They differ in how the names of counters are declared,
//! in the unit, and in the end.

use std::fmt::{
    Display,
    Write, //
};

use super::{
    buckets::Buckets,
    by::Key,
    seconds::seconds,
    snapshot::{
        Snapshot,
        SplitSums,
        Sums,
        STATES, //
    }, //
};
use crate::kernel::host::Host;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Prometheus,
    OpenMetrics,
}

impl Format {
    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::Prometheus => "text/plain; version=0.0.4; charset=utf-8",
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }
}

/// Writes all metrics.
pub(crate) fn text(snapshot: &Snapshot, host: &Host, buckets: &Buckets, format: Format) -> String {
    let mut page = Page {
        text: String::new(),
        format,
    };
    page.gauge(
        "up",
        "",
        "Whether the module kthread_counter is loaded and could be read.",
    );
    page.line("up", "", u8::from(snapshot.up));
    build(&mut page, host, snapshot.hz);
    page.gauge(
        "scrape_duration_seconds",
        "seconds",
        "How long reading the module's files took.",
    );
    page.line("scrape_duration_seconds", "", seconds(snapshot.took_ns));
    if let Some(start) = snapshot.start_ns {
        page.gauge(
            "start_time_seconds",
            "seconds",
            "When the module was loaded, since 1970.",
        );
        page.line("start_time_seconds", "", seconds(start));
    }
    if snapshot.up {
        page.gauge("workers", "", "Workers now.");
        for (state, count) in STATES.iter().zip(snapshot.states) {
            page.line("workers", &format!("{{state=\"{state}\"}}"), count);
        }
    }
    page.counter(
        "trips",
        "",
        "Wakes that were later than the module's trip_us.",
    );
    page.line("trips_total", "", snapshot.trips);
    lateness(&mut page, snapshot, buckets);
    counters(&mut page, snapshot);
    splits(&mut page, snapshot);
    if !snapshot.drift.is_empty() {
        page.gauge(
            "drift_seconds",
            "seconds",
            "How far the worker that is most behind is behind its start + ticks * interval.",
        );
        for (key, drift) in &snapshot.drift {
            page.line(
                "drift_seconds",
                &labels(key, None),
                seconds((*drift).into()),
            );
        }
    }
    if format == Format::OpenMetrics {
        page.text.push_str("# EOF\n");
    }
    page.text
}

/// What made the numbers, so that queries can tell kernels apart.
fn build(page: &mut Page, host: &Host, hz: Option<u32>) {
    let labels = [
        ("version", Some(env!("CARGO_PKG_VERSION").to_owned())),
        ("kernel", host.kernel.clone()),
        ("arch", host.arch.clone()),
        ("hz", hz.map(|hz| hz.to_string())),
        ("virt", host.virt.clone()),
    ];
    let labels: Vec<_> = labels
        .iter()
        .map(|(name, value)| format!("{name}=\"{}\"", escaped(value.as_deref().unwrap_or(""))))
        .collect();
    page.gauge(
        "build_info",
        "",
        "The program, and the kernel under it; always 1.",
    );
    page.line("build_info", &format!("{{{}}}", labels.join(",")), 1);
}

fn lateness(page: &mut Page, snapshot: &Snapshot, buckets: &Buckets) {
    if snapshot.series.is_empty() {
        return;
    }
    page.head(
        "lateness_seconds",
        "histogram",
        "seconds",
        "How late workers woke.",
    );
    for (key, sums) in &snapshot.series {
        for (bound, count) in buckets.cumulate(&sums.distribution) {
            let labels = labels(key, Some(&seconds(bound.into())));
            page.line("lateness_seconds_bucket", &labels, count);
        }
        let total = sums.distribution.total();
        page.line("lateness_seconds_bucket", &labels(key, Some("+Inf")), total);
        page.line(
            "lateness_seconds_sum",
            &labels(key, None),
            unsigned(sums.late_ns),
        );
        page.line("lateness_seconds_count", &labels(key, None), total);
    }
}

fn counters(page: &mut Page, snapshot: &Snapshot) {
    type Count = fn(&Sums) -> u64;
    let all: [(&str, &str, Count); 3] = [
        ("ticks", "Wakes because it was time.", |sums| sums.ticks),
        (
            "missed_intervals",
            "Whole intervals that passed without a tick.",
            |sums| sums.missed,
        ),
        (
            "early_wakes",
            "Wakes before it was time: signals, new settings.",
            |sums| sums.early,
        ),
    ];
    for (name, help, count) in all {
        if !snapshot.series.is_empty() {
            page.counter(name, "", help);
        }
        for (key, sums) in &snapshot.series {
            page.line(&format!("{name}_total"), &labels(key, None), count(sums));
        }
    }
}

fn splits(page: &mut Page, snapshot: &Snapshot) {
    let splits: Vec<_> = snapshot
        .series
        .iter()
        .filter_map(|(key, sums)| Some((key, sums.split?)))
        .collect();
    type Value = fn(SplitSums) -> String;
    let all: [(&str, &str, &str, Value); 3] = [
        (
            "to_wake_seconds",
            "seconds",
            "The part of the lateness until the threads were woken.",
            |split| unsigned(split.to_wake_ns),
        ),
        (
            "to_run_seconds",
            "seconds",
            "The part of the lateness from there until they ran.",
            |split| unsigned(split.to_run_ns),
        ),
        (
            "split_ticks",
            "",
            "The ticks that these two parts are about.",
            |split| split.ticks.to_string(),
        ),
    ];
    for (name, unit, help, value) in all {
        if !splits.is_empty() {
            page.counter(name, unit, help);
        }
        for (key, split) in &splits {
            page.line(&format!("{name}_total"), &labels(key, None), value(*split));
        }
    }
}

struct Page {
    text: String,
    format: Format,
}

impl Page {
    fn gauge(&mut self, name: &str, unit: &str, help: &str) {
        self.head(name, "gauge", unit, help);
    }

    /// OpenMetrics declares a counter without the end of its name.
    fn counter(&mut self, name: &str, unit: &str, help: &str) {
        match self.format {
            Format::Prometheus => self.head(&format!("{name}_total"), "counter", unit, help),
            Format::OpenMetrics => self.head(name, "counter", unit, help),
        }
    }

    fn head(&mut self, name: &str, kind: &str, unit: &str, help: &str) {
        let text = &mut self.text;
        // Memory does not fail.
        let _ = writeln!(
            text,
            "# HELP kthread_counter_{name} {help}\n# TYPE kthread_counter_{name} {kind}"
        );
        if self.format == Format::OpenMetrics && !unit.is_empty() {
            let _ = writeln!(text, "# UNIT kthread_counter_{name} {unit}");
        }
    }

    fn line(&mut self, name: &str, labels: &str, value: impl Display) {
        let _ = writeln!(self.text, "kthread_counter_{name}{labels} {value}");
    }
}

fn unsigned(ns: u128) -> String {
    seconds(i128::try_from(ns).unwrap_or(i128::MAX))
}

fn labels(key: &Key, le: Option<&str>) -> String {
    let mut text = format!("{{wait=\"{}\"", escaped(&key.wait));
    let mut add = |name: &str, value: &str| {
        let _ = write!(text, ",{name}=\"{}\"", escaped(value));
    };
    if let Some(cpu) = key.cpu {
        add("cpu", &cpu.to_string());
    }
    if let Some(interval) = &key.interval {
        add("interval", interval);
    }
    if let Some(le) = le {
        add("le", le);
    }
    text.push('}');
    text
}

/// A file may say anything; what it says stays within its quotes.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '\\' => escaped.push_str("\\\\"),
            '"' => escaped.push_str("\\\""),
            '\n' => escaped.push_str("\\n"),
            c if c.is_control() => escaped.push('?'),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests;
