// SPDX-License-Identifier: GPL-2.0

//! The clock and the timers that wake threads.

use super::{
    finding::Topic,
    place::Place, //
};

const CLOCKSOURCE: &str = "sys/devices/system/clocksource/clocksource0";
/// Those that are read without leaving the CPU.
const FAST: [&str; 9] = [
    "tsc",
    "tsc-early",
    "kvm-clock",
    "hyperv_clocksource_tsc_page",
    "xen",
    "arch_sys_counter",
    "riscv_clocksource",
    "timebase",
    "tod",
];

pub(super) fn examine(place: &Place, topic: &mut Topic) {
    tick(place, topic);
    high_resolution(place, topic);
    event_devices(place, topic);
    clocksource(place, topic);
}

fn tick(place: &Place, topic: &mut Topic) {
    let hz = 1_000_000_000_i64
        .checked_div(place.clocks.tick)
        .unwrap_or(0);
    let ms = place.clocks.tick as f64 / 1e6;
    let what = format!("HZ={hz}: ssleep, timeout, idle and work wake at steps of {ms} ms or more");
    topic.ok("hz", what);
}

fn high_resolution(place: &Place, topic: &mut Topic) {
    const CHECK: &str = "high_resolution";
    if place.clocks.fine < place.clocks.tick {
        return topic.ok(CHECK, "timers have high resolution");
    }
    let why = if place.is_booted_with("highres=off") {
        "boot without highres=off"
    } else {
        "take a kernel with CONFIG_HIGH_RES_TIMERS=y; dmesg says if the timer or the clock is at fault"
    };
    topic.problem(
        CHECK,
        "no high-resolution timers: usleep, fsleep and hrtimer wake at ticks only",
        why,
    );
}

/// Each CPU says whether its own timer has high resolution; root may read that.
fn event_devices(place: &Place, topic: &mut Topic) {
    let Some(list) = place.text("proc/timer_list") else {
        return;
    };
    let count = |value: &str| {
        let lines = list
            .lines()
            .filter_map(|line| line.split_once(".hres_active"));
        lines
            .filter(|(_, rest)| rest.trim_start_matches([' ', ':', '\t']) == value)
            .count()
    };
    let (off, on) = (count("0"), count("1"));
    if off > 0 && on > 0 {
        topic.problem(
            "timer_devices",
            format!("{off} of {} CPUs have no high-resolution timer", off + on),
            "see /proc/timer_list for which, and dmesg for why",
        );
    }
}

fn clocksource(place: &Place, topic: &mut Topic) {
    const CHECK: &str = "clocksource";
    let Some(current) = place.text(format!("{CLOCKSOURCE}/current_clocksource")) else {
        return topic.unseen(CHECK, "which clock the kernel reads", "mount /sys");
    };
    if FAST.contains(&current.as_str()) {
        return topic.ok(CHECK, format!("the clock is {current}"));
    }
    let available = place.text(format!("{CLOCKSOURCE}/available_clocksource"));
    let available = available.unwrap_or_default();
    let better = available
        .split_ascii_whitespace()
        .find(|name| FAST.contains(name));
    let todo = match better {
        Some(better) => {
            format!("as root: echo {better} > /{CLOCKSOURCE}/current_clocksource; dmesg may say why not")
        }
        None => "see dmesg for why the CPU's own clock (tsc) is not used".to_owned(),
    };
    if current.ends_with("jiffies") {
        let what = format!("the clock is {current}: it knows no time between ticks");
        topic.problem(CHECK, what, todo);
    } else {
        let what = format!("the clock is {current}: each look at it takes a microsecond or more");
        topic.note(CHECK, what, todo);
    }
}
