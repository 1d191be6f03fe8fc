// SPDX-License-Identifier: GPL-2.0

//! What was measured, and on what machine.

use crate::{
    output::{
        document::{
            Run,
            Show, //
        },
        html::Html,
        units, //
    },
    summary::Summary, //
};

/// 9999-12-31, in seconds since 1970.
const LATEST: f64 = 253_402_300_799.0;
const DAY: i64 = 86_400;

pub(super) fn measured(html: &mut Html, run: &Run, summaries: &[Summary]) {
    html.markup("<h3>What was measured</h3>\n");
    let ticks = summaries
        .iter()
        .fold(0_u64, |sum, one| sum.saturating_add(one.measured.ticks));
    let mut facts = vec![
        ("workers", run.show.workers.len().to_string()),
        ("ticks", units::count(ticks)),
        ("intervals", intervals(&run.show)),
    ];
    if run.duration_ns > 0 {
        let duration = i64::try_from(run.duration_ns).unwrap_or(i64::MAX);
        facts.push(("duration", units::time(duration)));
    }
    if let Some(start) = (run.duration_ns > 0).then(|| date(run.start)).flatten() {
        facts.push(("start", start));
    }
    if !run.argv.is_empty() {
        facts.push(("command", run.command()));
    }
    if let Some(trips) = run.show.module.trips.filter(|&trips| trips > 0) {
        facts.push(("trips", units::count(trips)));
    }
    html.facts(&facts);
}

pub(super) fn machine(html: &mut Html, show: &Show) {
    html.markup("<h3>The machine</h3>\n");
    let known = |text: &Option<String>| text.clone().unwrap_or("unknown".to_owned());
    let host = &show.host;
    let isolated = match host.isolated.as_deref() {
        Some("") => "none".to_owned(),
        _ => known(&host.isolated),
    };
    html.facts(&[
        ("kernel", known(&host.kernel)),
        ("architecture", known(&host.arch)),
        ("HZ", known(&host.hz.map(|hz| hz.to_string()))),
        ("preemption", known(&host.preempt)),
        (
            "CPUs online",
            known(&host.cpus.map(|cpus| cpus.to_string())),
        ),
        ("CPUs isolated", isolated),
        ("clock source", known(&host.clocksource)),
        ("virtual machine", known(&host.virt)),
    ]);
}

fn intervals(show: &Show) -> String {
    const SHOWN: usize = 6;

    let mut texts: Vec<&str> = Vec::new();
    for worker in &show.workers {
        let text = worker.interval.as_deref().unwrap_or("-");
        if !texts.contains(&text) {
            texts.push(text);
        }
        if texts.len() > SHOWN {
            return texts.get(..SHOWN).unwrap_or(&[]).join(", ") + ", …";
        }
    }
    texts.join(", ")
}

/// The time of day in UTC.
fn date(start: f64) -> Option<String> {
    if !(0.0..=LATEST).contains(&start) {
        return None;
    }
    let seconds = start as i64;
    let (year, month, day) = civil(seconds / DAY);
    let second = seconds % DAY;
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    Some(format!(
        "{year}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC"
    ))
}

/// The date so many days after 1970-01-01, none of them before. Years begin in March here, so that the day that may be
/// missing is the last one.
fn civil(days: i64) -> (i64, i64, i64) {
    const FOUR_CENTURIES: i64 = 146_097;

    let days = days + 719_468;
    let (era, day) = (days / FOUR_CENTURIES, days % FOUR_CENTURIES);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_a_date() {
        for (seconds, text) in [
            (0.0, "1970-01-01 00:00:00 UTC"),
            (951_782_399.9, "2000-02-28 23:59:59 UTC"),
            (951_782_400.0, "2000-02-29 00:00:00 UTC"),
            (1_795_879_860.5, "2026-11-28 15:31:00 UTC"),
            (LATEST, "9999-12-31 23:59:59 UTC"),
        ] {
            assert_eq!(date(seconds).as_deref(), Some(text));
        }
        for absurd in [-1.0, f64::NAN, f64::INFINITY, 1e300] {
            assert_eq!(date(absurd), None);
        }
    }
}
