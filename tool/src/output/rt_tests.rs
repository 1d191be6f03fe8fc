// SPDX-License-Identifier: GPL-2.0

//! The form of `cyclictest --json` of rt-tests 2.6, for parsers that exist. Two of its keys end with a colon.

use std::{
    collections::BTreeMap,
    fs, //
};

use rustix::system::uname;
use serde::Serialize;

use super::{
    document::{
        Run,
        Worker, //
    },
    json, //
};
use crate::error::Result;

#[derive(Serialize)]
struct Envelope {
    file_version: u32,
    #[serde(rename = "cmdline:")]
    cmdline: String,
    #[serde(rename = "rt_test_version:")]
    rt_test_version: &'static str,
    start_time: String,
    end_time: String,
    return_code: u8,
    sysinfo: Sysinfo,
    num_threads: usize,
    /// 0: times are in microseconds.
    resolution_in_ns: u32,
    thread: BTreeMap<u64, Thread>,
}

#[derive(Serialize)]
struct Sysinfo {
    sysname: String,
    nodename: String,
    release: String,
    version: String,
    machine: String,
    realtime: u32,
}

#[derive(Serialize)]
struct Thread {
    histogram: BTreeMap<i64, u64>,
    cycles: u64,
    min: i64,
    max: i64,
    avg: f64,
    cpu: i64,
    node: u64,
}

pub(crate) fn text(run: &Run, return_code: u8) -> Result<String> {
    let uname = uname();
    let string = |text: &std::ffi::CStr| text.to_string_lossy().into_owned();
    let seconds = run.start as u64;
    json::text(&Envelope {
        file_version: 1,
        cmdline: run.command(),
        rt_test_version: "2.60",
        start_time: date(seconds),
        end_time: date(seconds.saturating_add(run.duration_ns / 1_000_000_000)),
        return_code,
        sysinfo: Sysinfo {
            sysname: string(uname.sysname()),
            nodename: string(uname.nodename()),
            release: string(uname.release()),
            version: string(uname.version()),
            machine: string(uname.machine()),
            realtime: fs::read_to_string("/sys/kernel/realtime")
                .ok()
                .and_then(|text| text.trim().parse().ok())
                .unwrap_or(0),
        },
        num_threads: run.show.workers.len(),
        resolution_in_ns: 0,
        thread: run
            .show
            .workers
            .iter()
            .map(|worker| (worker.id, thread(worker)))
            .collect(),
    })
}

/// A bound is rounded up, so that it stays one.
fn thread(worker: &Worker) -> Thread {
    let up = |ns: i64| ns.div_euclid(1_000) + i64::from(ns.rem_euclid(1_000) > 0);
    let mut histogram = BTreeMap::new();
    for &(bound, count) in worker.histogram.iter().flatten() {
        let sum: &mut u64 = histogram.entry(up(bound)).or_default();
        *sum = sum.saturating_add(count);
    }
    let late = &worker.late_ns;
    Thread {
        histogram,
        cycles: worker.ticks.unwrap_or(0),
        min: late.min.unwrap_or(0).div_euclid(1_000),
        max: up(late.max.unwrap_or(0)),
        avg: late.avg.unwrap_or(0) as f64 / 1_000.0,
        cpu: worker
            .bound
            .and_then(|cpu| i64::try_from(cpu).ok())
            .unwrap_or(-1),
        node: worker.bound.and_then(node).unwrap_or(0),
    }
}

fn node(cpu: u64) -> Option<u64> {
    fs::read_dir(format!("/sys/devices/system/cpu/cpu{cpu}"))
        .ok()?
        .flatten()
        .find_map(|entry| {
            let name = entry.file_name();
            name.to_str()?.strip_prefix("node")?.parse().ok()
        })
}

/// As `date -R -u` has it: `Sat, 28 Nov 2026 15:44:47 +0000`.
fn date(seconds: u64) -> String {
    const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [(&str, u64); 12] = [
        ("Jan", 31),
        ("Feb", 28),
        ("Mar", 31),
        ("Apr", 30),
        ("May", 31),
        ("Jun", 30),
        ("Jul", 31),
        ("Aug", 31),
        ("Sep", 30),
        ("Oct", 31),
        ("Nov", 30),
        ("Dec", 31),
    ];
    /// Of 400 years, after which the calendar repeats.
    const CYCLE: u64 = 146_097;

    let leaps = |year: u64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    let weekday = WEEKDAYS.get((days % 7) as usize).copied().unwrap_or("");
    let (mut year, mut day) = (1970 + days / CYCLE * 400, days % CYCLE);
    while day >= 365 + u64::from(leaps(year)) {
        day -= 365 + u64::from(leaps(year));
        year += 1;
    }
    let mut month = "";
    for (name, length) in MONTHS {
        let length = length + u64::from(name == "Feb" && leaps(year));
        month = name;
        if day < length {
            break;
        }
        day -= length;
    }
    format!(
        "{weekday}, {:02} {month} {year} {:02}:{:02}:{:02} +0000",
        day + 1,
        second / 3_600,
        second / 60 % 60,
        second % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::document::Late;

    #[test]
    fn dates_are_those_of_date_r() {
        for (seconds, text) in [
            (0, "Thu, 01 Jan 1970 00:00:00 +0000"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 +0000"),
            (1_795_880_687, "Sat, 28 Nov 2026 15:44:47 +0000"),
            (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 +0000"),
        ] {
            assert_eq!(date(seconds), text);
        }
        date(u64::MAX);
    }

    #[test]
    fn bounds_stay_bounds() {
        let thread = thread(&Worker {
            histogram: Some(vec![(63, 2), (1_000, 3), (1_023, 4), (i64::MAX, 1)]),
            late_ns: Late {
                min: Some(-1),
                max: Some(1_001),
                ..Late::default()
            },
            ..Worker::default()
        });
        let buckets: Vec<_> = thread.histogram.into_iter().collect();
        assert_eq!(buckets[..2], [(1, 5), (2, 4)]);
        assert_eq!((thread.min, thread.max, thread.cpu), (-1, 2, -1));
    }
}
