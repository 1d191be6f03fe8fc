// SPDX-License-Identifier: GPL-2.0

//! A period between two points in time, and what was before it.
//!
//! The exporter's counters only grow. So what they hold at the second point contains what they held at the first, and
//! is no measurement to compare with it: what was added is. Where they began anew in between, as they do with another
//! kernel, all that they hold was.

use std::collections::{
    BTreeMap,
    BTreeSet, //
};

use super::{
    address::Address,
    answer::{
        ask,
        Labels,
        Sample, //
    },
    machine::{
        self,
        Machine, //
    },
    moment::Moment,
    point::{
        self,
        Point,
        Series, //
    }, //
};
use crate::{
    comparison::Side,
    error::{
        Error,
        Result, //
    },
    measure::{
        bounds::Bounds,
        distribution::Distribution,
        measured::Measured,
        span, //
    },
    summary::Summary, //
};

/// The metrics that have one series for each of a machine's histograms: with buckets of its own, or native.
const COUNT: &str = "kthread_counter_lateness_seconds_count";
const NATIVE: &str = "kthread_counter_lateness_seconds";

#[derive(Debug)]
pub(crate) struct Period {
    /// A selector of the machine.
    pub(crate) machine: String,
    /// What was counted up to its begin.
    pub(crate) old: Side,
    /// What was counted in it.
    pub(crate) new: Side,
    /// Of the histograms of both.
    pub(crate) bounds: Bounds,
    pub(crate) notes: Vec<String>,
}

/// Asks what one machine had counted before a period, and in it.
pub(crate) fn ask_for(
    address: &Address,
    [begin, end]: [&Moment; 2],
    selector: &str,
) -> Result<Period> {
    let machine = machine(address, [begin, end], selector)?;
    let point = |at: &Moment| {
        let metrics = format!("__name__=~\"{}\",{selector}", point::METRICS);
        let samples = ask(address, &format!("{{{metrics}}}"), at)?;
        Point::new(samples).map_err(|wait| {
            Error::failed(
                format_args!("{address}"),
                format_args!("the buckets of {wait} do not add up"),
                "give a --match that only one exporter has",
            )
        })
    };
    let (old, new) = (point(begin)?, point(end)?);
    let bounds = point::bounds([&old, &new]);
    if bounds.is_empty() && old.has_ticks() && new.has_ticks() {
        return Err(Error::unmeasured(
            "nothing can be compared",
            "no bucket at one time has the bound of one at the other",
            "see the option --buckets of the exporter",
        ));
    }
    let resets = resets(address, [begin, end], selector)?;
    Ok(Period::new(machine, &old, &new, bounds, &resets))
}

fn machine(address: &Address, moments: [&Moment; 2], selector: &str) -> Result<String> {
    let histograms = format!("{COUNT}{{{selector}}} or {NATIVE}{{{selector}}}");
    let machines = format!("group without (wait, cpu, interval) ({histograms})");
    let [begin, end] = moments;
    let old = ask(address, &machines, begin)?;
    let new = ask(address, &machines, end)?;
    match machine::find([&old, &new]) {
        Machine::One(machine) => Ok(machine),
        Machine::MissingAt(place) => Err(Error::unmeasured(
            format_args!(
                "nothing is known of {}",
                moments.get(place).map_or("", |at| at.text())
            ),
            format_args!("{address} has no {NATIVE}{{{selector}}} of the 5 minutes before it"),
            "see --at and --match",
        )),
        Machine::Several { example, list } => Err(Error::failed(
            "several machines match",
            list,
            &format!("choose one, such as --match '{example}'"),
        )),
    }
}

/// The series whose counters began anew after the last reading before the period, and not after the last one in it.
fn resets(
    address: &Address,
    [begin, end]: [&Moment; 2],
    selector: &str,
) -> Result<BTreeSet<Labels>> {
    // Of each selector alone: what `or` says is of the moment that is asked for.
    let times =
        format!("min(timestamp({COUNT}{{{selector}}}) or timestamp({NATIVE}{{{selector}}}))");
    let read = ask(address, &times, begin)?;
    // Prometheus may leave out what is at the very begin of a range.
    let read_ms = read
        .first()
        .and_then(Sample::number)
        .map_or(begin.ms, |time| ((time * 1e3) as i64).saturating_sub(1));
    let range = end.ms.saturating_sub(read_ms).max(1);
    let resets = |name: &str| format!("resets({name}{{{selector}}}[{range}ms]) > 0");
    let resets = format!("{} or {}", resets(COUNT), resets(NATIVE));
    let anew = |sample: Sample| (sample.number() > Some(0.0)).then(|| point::key(sample.labels));
    Ok(ask(address, &resets, end)?
        .into_iter()
        .filter_map(anew)
        .collect())
}

impl Period {
    fn new(
        machine: String,
        old: &Point,
        new: &Point,
        bounds: Bounds,
        resets: &BTreeSet<Labels>,
    ) -> Self {
        let measured = |series: &Series| series.measured(&bounds);
        let is_another = new.host.kernel != old.host.kernel;
        let mut anew = BTreeSet::new();
        let since = |(labels, series): (&Labels, &Series)| {
            let all = measured(series);
            let before = old.series.get(labels).map(measured);
            let since = match before {
                Some(_) if is_another || resets.contains(labels) => None,
                Some(before) => all.since(&before),
                None => return (labels.clone(), all),
            };
            let since = since.unwrap_or_else(|| {
                anew.insert(point::wait(labels).to_owned());
                all
            });
            (labels.clone(), since)
        };
        let added: Vec<(Labels, Measured)> = new.series.iter().map(since).collect();
        let before = old
            .series
            .iter()
            .map(|(labels, series)| (labels.clone(), measured(series)));
        let mut notes = Vec::new();
        if !anew.is_empty() {
            let anew: Vec<String> = anew.into_iter().collect();
            notes.push(format!(
                "counters began anew in between, so new is what they counted since: {}",
                anew.join(", ")
            ));
        }
        if old.is_native() || new.is_native() {
            notes.push(
                "percentiles come from native histograms: a change to the next bucket is no change"
                    .to_owned(),
            );
        } else if bounds.len() + 1 < Bounds::of_module().len() {
            // The last bucket of the module has no bound here.
            notes.push(format!(
                "percentiles come from {} buckets: a change to the next one is no change",
                bounds.len()
            ));
        }
        Self {
            machine,
            old: Side {
                host: old.host.clone(),
                primitives: by_primitive(before),
            },
            new: Side {
                host: new.host.clone(),
                primitives: by_primitive(added.into_iter()),
            },
            bounds,
            notes,
        }
    }
}

fn by_primitive(all: impl Iterator<Item = (Labels, Measured)>) -> Vec<Summary> {
    let mut summaries: BTreeMap<String, Summary> = BTreeMap::new();
    for (labels, measured) in all {
        let wait = point::wait(&labels);
        let summary = summaries.entry(wait.to_owned()).or_insert_with(|| Summary {
            name: wait.to_owned(),
            wait: wait.to_owned(),
            intervals: BTreeSet::new(),
            measured: Measured {
                ticks: 0,
                missed: Some(0),
                max: None,
                sum: Some(0),
                distribution: Some(Distribution::default()),
            },
        });
        let interval = labels
            .get("interval")
            .and_then(|text| span::nanos(text).ok());
        summary.intervals.extend(interval);
        summary.measured.merge(&measured);
    }
    summaries.into_values().collect()
}

#[cfg(test)]
mod tests;
