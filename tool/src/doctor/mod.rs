// SPDX-License-Identifier: GPL-2.0

//! What keeps a machine from measuring well, and what to do. One file for each topic; each reads what the
//! kernel says below a root folder, and needs no privileges.

mod config;
mod cpus;
mod finding;
mod kernel;
mod module;
mod module_file;
mod place;
mod power;
mod security;
mod tasks;
mod timers;
mod tracing;
mod unpack;
mod virtualisation;

pub(crate) use finding::{
    Finding,
    Level, //
};
pub(crate) use place::Place;

use finding::Topic;

/// A topic's name, and what looks at it.
type Look = (&'static str, fn(&Place, &mut Topic));

const TOPICS: [Look; 9] = [
    ("kernel", kernel::examine),
    ("module", module::examine),
    ("security", security::examine),
    ("timers", timers::examine),
    ("cpus", cpus::examine),
    ("power", power::examine),
    ("virt", virtualisation::examine),
    ("tracing", tracing::examine),
    ("tasks", tasks::examine),
];

/// Looks at all of them.
pub(crate) fn examine(place: &Place) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, look) in TOPICS {
        let mut topic = Topic::new(name);
        look(place, &mut topic);
        findings.append(&mut topic.findings);
    }
    findings
}

#[cfg(test)]
mod tests;
