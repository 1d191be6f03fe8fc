// SPDX-License-Identifier: GPL-2.0

//! Whether somebody else has the CPUs at times.

use super::{
    finding::Topic,
    place::Place, //
};

pub(super) fn examine(place: &Place, topic: &mut Topic) {
    hypervisor(place, topic);
    steal(place, topic);
}

fn hypervisor(place: &Place, topic: &mut Topic) {
    const CHECK: &str = "hypervisor";
    let Some(cpuinfo) = place.text("proc/cpuinfo") else {
        return topic.unseen(CHECK, "whether this is a virtual machine", "mount /proc");
    };
    let of = |key: &str| {
        let line = cpuinfo.lines().find(|line| line.starts_with(key))?;
        Some(line.split_once(':')?.1.trim())
    };
    let vendor = place.text("sys/class/dmi/id/sys_vendor");
    let vendor = vendor.filter(|vendor| !vendor.is_empty());
    let Some(flags) = of("flags") else {
        // Only x86 has a flag for it.
        return match vendor {
            Some(vendor) => topic.ok(CHECK, format!("the machine is made by {vendor}")),
            None => topic.unseen(
                CHECK,
                "whether this is a virtual machine",
                "see systemd-detect-virt",
            ),
        };
    };
    if of("model name").is_some_and(|name| name.contains("TCG")) {
        topic.note(
            CHECK,
            "the CPU is emulated (QEMU TCG): times are not those of any real machine",
            "compare primitives with each other here; measure on a real machine or with KVM",
        );
    } else if flags
        .split_ascii_whitespace()
        .any(|flag| flag == "hypervisor")
    {
        let by = vendor.map_or(String::new(), |vendor| format!(" ({vendor})"));
        topic.note(
            CHECK,
            format!("a virtual machine{by}: its host may have the CPU when a timer ends"),
            "pin its CPUs on the host, or measure on the host as well",
        );
    } else {
        topic.ok(CHECK, "no virtual machine");
    }
}

/// How much of the time since boot the host has kept for itself.
fn steal(place: &Place, topic: &mut Topic) {
    const CHECK: &str = "steal";
    let stat = place.text("proc/stat").unwrap_or_default();
    let times: Option<Vec<u64>> =
        stat.lines()
            .find_map(|line| line.strip_prefix("cpu "))
            .map(|line| {
                line.split_ascii_whitespace()
                    .map_while(|word| word.parse().ok())
                    .collect()
            });
    // user nice system idle iowait irq softirq steal; guests' times are in user.
    let Some((steal, others)) = times.as_deref().and_then(|times| {
        let (steal, others) = times.get(..8)?.split_last()?;
        Some((*steal, others))
    }) else {
        return topic.unseen(
            CHECK,
            "the time that a host has kept for itself",
            "mount /proc",
        );
    };
    let total = others
        .iter()
        .fold(steal, |sum, time| sum.saturating_add(*time));
    let share = steal as f64 * 100.0 / total.max(1) as f64;
    if share < 0.1 {
        topic.ok(CHECK, "less than 0.1 % of the time since boot was stolen");
    } else {
        topic.note(
            CHECK,
            format!("{share:.1} % of the time since boot was stolen by the host"),
            "use a host that is less busy",
        );
    }
}
