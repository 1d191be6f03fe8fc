// SPDX-License-Identifier: GPL-2.0

//! What a CPU does to save power: idle states that take time to leave, and frequencies.

use super::{
    finding::Topic,
    place::Place, //
};

const CPU: &str = "sys/devices/system/cpu";
const LATENCY: &str = "dev/cpu_dma_latency";
/// Less than that is not seen beside what a timer's interrupt takes.
const SHORT_US: i64 = 5;
/// What the file holds if nobody asks for anything.
const NO_LIMIT: i32 = 2_000_000_000;

struct State {
    name: String,
    exit_us: i64,
}

pub(super) fn examine(place: &Place, topic: &mut Topic) {
    let deepest = deepest(place);
    idle(place, topic, deepest.as_ref());
    latency(place, topic, deepest.as_ref());
    frequency(place, topic);
}

/// The state of any CPU that takes longest to leave, of those that are on.
fn deepest(place: &Place) -> Option<State> {
    let cpus = place.names(CPU);
    let cpus = cpus.iter().filter(|name| {
        name.strip_prefix("cpu")
            .is_some_and(|number| number.parse::<u32>().is_ok())
    });
    cpus.flat_map(|cpu| states(place, &format!("{CPU}/{cpu}/cpuidle")))
        .max_by_key(|state| state.exit_us)
}

fn states(place: &Place, folder: &str) -> Vec<State> {
    let names = place.names(folder);
    let states = names.iter().filter(|name| name.starts_with("state"));
    states
        .filter(|state| place.number(format!("{folder}/{state}/disable")) != Some(1))
        .filter_map(|state| {
            Some(State {
                name: place.text(format!("{folder}/{state}/name"))?,
                exit_us: place.number(format!("{folder}/{state}/latency"))?,
            })
        })
        .collect()
}

fn idle(place: &Place, topic: &mut Topic, deepest: Option<&State>) {
    const CHECK: &str = "idle_states";
    let driver = place.text(format!("{CPU}/cpuidle/current_driver"));
    match (deepest, driver.as_deref()) {
        (Some(State { name, exit_us }), _) if *exit_us > SHORT_US => topic.note(
            CHECK,
            format!("leaving the idle state {name} takes up to {exit_us} us"),
            "hold the CPUs awake: kthread-counter run --dma-latency 0",
        ),
        (Some(State { exit_us, .. }), _) => {
            topic.ok(
                CHECK,
                format!("no idle state takes longer to leave than {exit_us} us"),
            );
        }
        (None, None | Some("none" | "")) => topic.ok(
            CHECK,
            "the kernel knows no idle states here; the CPU, or a hypervisor, may have its own",
        ),
        (None, Some(driver)) => topic.unseen(
            CHECK,
            format!("the idle states of {driver}"),
            "mount the host's /sys",
        ),
    }
}

/// Whoever holds that file open limits how deep CPUs sleep.
fn latency(place: &Place, topic: &mut Topic, deepest: Option<&State>) {
    const CHECK: &str = "cpu_dma_latency";
    if !place.is_there(LATENCY) {
        return topic.unseen(
            CHECK,
            "/dev/cpu_dma_latency, which is not there",
            "mount devtmpfs",
        );
    }
    let held = place.bytes(LATENCY).ok();
    let held = held.and_then(|bytes| Some(i32::from_ne_bytes(bytes.try_into().ok()?)));
    match held {
        Some(us) if (0..NO_LIMIT).contains(&us) => topic.note(
            CHECK,
            format!("a program keeps CPUs from idle states that take longer to leave than {us} us"),
            "if you want to measure as it is without, see who: fuser /dev/cpu_dma_latency",
        ),
        _ if place.can_write(LATENCY) => topic.ok(CHECK, "run --dma-latency can be used"),
        // It would change nothing.
        _ if deepest.is_none_or(|state| state.exit_us <= SHORT_US) => {
            topic.ok(
                CHECK,
                "run --dma-latency needs root, and would change little here",
            );
        }
        _ => topic.note(
            CHECK,
            "run --dma-latency needs root: /dev/cpu_dma_latency cannot be written",
            "use it as root",
        ),
    }
}

fn frequency(place: &Place, topic: &mut Topic) {
    const CHECK: &str = "cpufreq";
    let folder = format!("{CPU}/cpufreq");
    let mut governors: Vec<String> = place
        .names(&folder)
        .iter()
        .filter_map(|policy| place.text(format!("{folder}/{policy}/scaling_governor")))
        .collect();
    governors.sort();
    governors.dedup();
    if governors.is_empty() {
        topic.ok(CHECK, "the kernel does not change the CPUs' frequency");
    } else if governors == ["performance"] {
        topic.ok(CHECK, "the governor of the CPUs' frequency is performance");
    } else {
        topic.note(
            CHECK,
            format!(
                "CPUs may run slowly when a timer ends: the governor is {}",
                governors.join(", ")
            ),
            "as root: echo performance | tee /sys/devices/system/cpu/cpufreq/policy*/scaling_governor",
        );
    }
}
