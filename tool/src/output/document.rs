// SPDX-License-Identifier: GPL-2.0

//! The JSON of the commands. What is missing in an older file, or unknown in a newer one, is no error.

use std::{
    borrow::Cow,
    collections::BTreeMap, //
};

use serde::{
    Deserialize,
    Serialize, //
};

use crate::kernel::host::Host;

pub(crate) use crate::measure::verdict::Verdict;

/// What `show --json` writes; docs/show.schema.json describes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Show {
    pub(crate) schema: u32,
    pub(crate) tool_version: Cow<'static, str>,
    pub(crate) host: Host,
    pub(crate) module: Module,
    pub(crate) workers: Vec<Worker>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Module {
    pub(crate) threads: Option<u64>,
    pub(crate) running: Option<u64>,
    pub(crate) trips: Option<u64>,
    pub(crate) uptime_ns: Option<u64>,
    /// Keys that this program does not know, as text.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) other: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Worker {
    pub(crate) id: u64,
    pub(crate) pid: Option<u64>,
    pub(crate) cpu: Option<u64>,
    pub(crate) state: Option<String>,
    pub(crate) wait: Option<String>,
    pub(crate) interval: Option<String>,
    pub(crate) interval_ns: Option<i64>,
    pub(crate) ticks: Option<u64>,
    pub(crate) missed: Option<u64>,
    pub(crate) early: Option<u64>,
    pub(crate) signals: Option<u64>,
    pub(crate) late_ns: Late,
    pub(crate) to_wake_ns: Part,
    pub(crate) to_run_ns: Part,
    pub(crate) drift_ns: Option<i64>,
    pub(crate) exit: Option<i64>,
    /// The CPU that the parameter `cpus` dealt to it.
    pub(crate) bound: Option<u64>,
    /// Changes when the counters begin anew.
    pub(crate) epoch: Option<u64>,
    /// `None` if it could not be read.
    pub(crate) histogram: Option<Vec<(i64, u64)>>,
    /// Columns that this program does not know, as text.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) other: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Late {
    pub(crate) last: Option<i64>,
    pub(crate) min: Option<i64>,
    pub(crate) avg: Option<i64>,
    pub(crate) max: Option<i64>,
    pub(crate) sum: Option<i64>,
    pub(crate) p50: Option<i64>,
    pub(crate) p99: Option<i64>,
    /// `None` also if there are less than 1,000 ticks.
    pub(crate) p99_9: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Part {
    pub(crate) avg: Option<i64>,
    pub(crate) max: Option<i64>,
}

/// What `run -o json` writes: the reading at its end, and what was asked and found.
/// docs/run.schema.json describes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Run {
    #[serde(flatten)]
    pub(crate) show: Show,
    pub(crate) argv: Vec<String>,
    /// The time of day at which counting began, in seconds since 1970 with a fraction.
    pub(crate) start: f64,
    /// How long was counted, by the clock that does not stop while the machine sleeps.
    pub(crate) duration_ns: u64,
    /// `None` if nothing was expected.
    pub(crate) verdict: Option<Verdict>,
    pub(crate) checks: Vec<Check>,
    /// What limits the numbers.
    pub(crate) notes: Vec<String>,
}

impl Run {
    /// The command, as a shell takes it.
    pub(crate) fn command(&self) -> String {
        let words: Vec<_> = self.argv.iter().map(|word| quoted(word)).collect();
        words.join(" ")
    }
}

/// A word of a command, in quotes if a shell would make something else of it.
fn quoted(word: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./,:=@%+".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.into(),
        false => format!("'{}'", word.replace('\'', r"'\''")).into(),
    }
}

/// One expectation, and what was measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Check {
    /// As it was given, such as `hrtimer.p99.9<50us`.
    pub(crate) expect: String,
    /// `None` if it could not be measured. A count, where a count is expected.
    pub(crate) measured_ns: Option<i64>,
    pub(crate) limit_ns: i64,
    pub(crate) result: Verdict,
    /// The worst of those that it is about.
    pub(crate) worker: Option<u64>,
    pub(crate) cpu: Option<u64>,
    /// Who had the CPU before, if `causes` was on.
    pub(crate) after: Option<String>,
}

/// A line of `top --json`; docs/top.schema.json describes it.
#[derive(Serialize)]
pub(crate) struct Top<'a> {
    pub(crate) schema: u32,
    pub(crate) tool_version: &'static str,
    pub(crate) module: Module,
    /// `wait` or `worker`.
    pub(crate) by: &'static str,
    /// Between this reading and the one before it, by the module's clock.
    pub(crate) elapsed_ns: Option<u64>,
    /// In the order that was asked for.
    pub(crate) rows: Vec<TopRow<'a>>,
}

/// A worker, or the workers of a primitive.
#[derive(Serialize)]
pub(crate) struct TopRow<'a> {
    pub(crate) wait: Option<&'a str>,
    pub(crate) id: Option<u64>,
    pub(crate) cpu: Option<u64>,
    pub(crate) state: Option<&'a str>,
    pub(crate) interval: Option<&'a str>,
    pub(crate) workers: usize,
    pub(crate) ticks: Option<u64>,
    pub(crate) missed: Option<u64>,
    pub(crate) late_ns: TopLate,
    /// `None` if there is none, or if its counters began anew.
    pub(crate) since: Option<TopSince>,
}

#[derive(Serialize)]
pub(crate) struct TopLate {
    pub(crate) p50: Option<i64>,
    pub(crate) p99: Option<i64>,
    pub(crate) max: Option<i64>,
}

/// Since the reading before.
#[derive(Serialize)]
pub(crate) struct TopSince {
    pub(crate) ticks: u64,
    pub(crate) missed: u64,
    pub(crate) worst_ns: Option<i64>,
    /// Whether it was exactly that late. Otherwise it was not later.
    pub(crate) worst_is_exact: Option<bool>,
}

/// What `hist --json` writes; docs/hist.schema.json describes it.
#[derive(Serialize)]
pub(crate) struct Hist {
    pub(crate) schema: u32,
    pub(crate) tool_version: Cow<'static, str>,
    /// `wait` or `worker`.
    pub(crate) by: &'static str,
    pub(crate) groups: Vec<Group>,
}

#[derive(Serialize)]
pub(crate) struct Group {
    pub(crate) wait: Option<String>,
    /// `None` if it is all workers of a primitive.
    pub(crate) id: Option<u64>,
    pub(crate) ticks: u64,
    /// `max`, and the percentiles that were asked for, by the names that [`Late`] has.
    pub(crate) late_ns: BTreeMap<String, Option<i64>>,
    pub(crate) histogram: Vec<(i64, u64)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_what_a_shell_takes() {
        for (word, in_command) in [
            ("hrtimer,ssleep", "hrtimer,ssleep"),
            ("/a/b-c_d.json", "/a/b-c_d.json"),
            ("", "''"),
            ("yes >/dev/null", "'yes >/dev/null'"),
            ("it's", r"'it'\''s'"),
            ("$HOME", "'$HOME'"),
        ] {
            let argv = vec!["kthread-counter".to_owned(), word.to_owned()];
            let run = Run {
                argv,
                ..Run::default()
            };
            assert_eq!(run.command(), format!("kthread-counter {in_command}"));
        }
    }
}
