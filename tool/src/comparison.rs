// SPDX-License-Identifier: GPL-2.0

//! Two measurements, primitive by primitive, and what makes comparing them doubtful.

use std::collections::{
    BTreeMap,
    BTreeSet, //
};

use crate::{
    kernel::host::Host,
    measure::{
        bounds::Bounds,
        compare::{
            compare,
            verdict,
            Change,
            Margin,
            Metric,
            Outcome,
            FEWEST_TICKS, //
        },
        measured::Measured,
        tolerance::Tolerance, //
    },
    output::{
        document::Show,
        units, //
    },
    summary::{
        self,
        Summary, //
    }, //
};

/// A longer measurement finds a larger maximum by chance.
const TIMES_THE_TICKS: u64 = 2;

pub(crate) struct Comparison {
    /// Those that both have, in the order of the new one.
    pub(crate) primitives: Vec<Pair>,
    /// How many only one of them has.
    pub(crate) single: usize,
    /// What else to know about it.
    pub(crate) notes: Vec<String>,
}

pub(crate) struct Pair {
    pub(crate) wait: String,
    pub(crate) old: Measured,
    pub(crate) new: Measured,
    pub(crate) changes: Vec<Change>,
}

/// What is compared: one measurement.
#[derive(Clone, Debug)]
pub(crate) struct Side {
    pub(crate) host: Host,
    pub(crate) primitives: Vec<Summary>,
}

impl Side {
    fn of(document: &Show) -> Self {
        Self {
            host: document.host.clone(),
            primitives: summary::by_primitive(document),
        }
    }
}

impl Comparison {
    /// Of two documents.
    pub(crate) fn new(old: &Show, new: &Show, metrics: &[Metric], tolerance: Tolerance) -> Self {
        let margin = Margin {
            tolerance,
            bounds: Bounds::of_module(),
        };
        Self::between(&Side::of(old), &Side::of(new), metrics, &margin)
    }

    pub(crate) fn between(old: &Side, new: &Side, metrics: &[Metric], margin: &Margin) -> Self {
        let mut notes = differences(&old.host, &new.host);
        let olds = old.primitives.iter();
        let mut olds: BTreeMap<&str, &Summary> = olds.map(|old| (&*old.name, old)).collect();
        let mut primitives = Vec::new();
        let mut single = 0;
        for new in &new.primitives {
            let Some(old) = olds.remove(&*new.name) else {
                single += 1;
                notes.push(format!("{}: only the new one has it", new.name));
                continue;
            };
            notes.extend(doubts(old, new));
            primitives.push(Pair {
                changes: compare(&old.measured, &new.measured, metrics, margin),
                wait: new.name.clone(),
                old: old.measured.clone(),
                new: new.measured.clone(),
            });
        }
        single += olds.len();
        notes.extend(
            olds.keys()
                .map(|name| format!("{name}: only the old one has it")),
        );
        if let Some(times) = times_the_ticks(&primitives) {
            notes.push(format!(
                "one has {} times the ticks or more, which alone makes a maximum larger",
                units::count(times)
            ));
        }
        Self {
            primitives,
            single,
            notes,
        }
    }

    /// How many numbers had this outcome.
    pub(crate) fn count(&self, outcome: Outcome) -> usize {
        self.outcomes().filter(|&one| one == outcome).count()
    }

    /// See [`verdict`].
    pub(crate) fn verdict(&self) -> Option<Outcome> {
        verdict(self.outcomes())
    }

    fn outcomes(&self) -> impl Iterator<Item = Outcome> + '_ {
        let changes = self.primitives.iter().flat_map(|pair| &pair.changes);
        changes.map(|change| change.outcome)
    }
}

/// What of two machines makes their lateness differ.
fn differences(old: &Host, new: &Host) -> Vec<String> {
    let text = |hz: Option<u32>| hz.map(|hz| hz.to_string());
    [
        ("hz", text(old.hz), text(new.hz)),
        ("preempt", old.preempt.clone(), new.preempt.clone()),
        (
            "clocksource",
            old.clocksource.clone(),
            new.clocksource.clone(),
        ),
        ("virt", old.virt.clone(), new.virt.clone()),
        ("arch", old.arch.clone(), new.arch.clone()),
        ("isolated", old.isolated.clone(), new.isolated.clone()),
    ]
    .into_iter()
    .filter_map(|(what, old, new)| {
        let (old, new) = (old?, new?);
        (old != new).then(|| format!("the machines differ: {what} was {old:?}, is {new:?}"))
    })
    .collect()
}

fn doubts(old: &Summary, new: &Summary) -> Vec<String> {
    let name = &new.name;
    let mut notes = Vec::new();
    if old.intervals != new.intervals {
        let (was, is) = (intervals(&old.intervals), intervals(&new.intervals));
        notes.push(format!("{name}: the interval was {was}, is {is}"));
    }
    let (was, is) = (old.measured.ticks, new.measured.ticks);
    if was.min(is) < FEWEST_TICKS {
        let (was, is) = (units::count(was), units::count(is));
        notes.push(format!(
            "{name}: too few ticks to compare: {was}, then {is}; it takes {FEWEST_TICKS}"
        ));
    }
    notes
}

fn intervals(set: &BTreeSet<i64>) -> String {
    const SHOWN: usize = 3;

    let mut texts: Vec<_> = set.iter().take(SHOWN).map(|&ns| units::time(ns)).collect();
    if set.is_empty() {
        texts.push("unknown".to_owned());
    }
    if set.len() > SHOWN {
        texts.push("...".to_owned());
    }
    texts.join(",")
}

/// How many times the ticks of the other one there are, if that is many.
fn times_the_ticks(primitives: &[Pair]) -> Option<u64> {
    primitives
        .iter()
        .map(|pair| (pair.old.ticks, pair.new.ticks))
        .filter(|&(old, new)| old.min(new) >= FEWEST_TICKS)
        .filter_map(|(old, new)| old.max(new).checked_div(old.min(new)))
        .max()
        .filter(|&times| times >= TIMES_THE_TICKS)
}
