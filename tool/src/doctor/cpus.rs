// SPDX-License-Identifier: GPL-2.0

//! Which CPUs are kept free of other work, and how much of them real-time threads may have.

use super::{
    finding::Topic,
    place::Place, //
};

const CPU: &str = "sys/devices/system/cpu";

pub(super) fn examine(place: &Place, topic: &mut Topic) {
    let online = list(place, "online");
    match &online {
        Some(online) => topic.ok("online", format!("CPUs online: {online}")),
        None => topic.unseen("online", "the CPUs", "mount /sys"),
    }
    if online.is_some() {
        isolated(place, topic);
        without_tick(place, topic);
        siblings(place, topic);
    }
    real_time(place, topic);
}

/// A list such as `2-3`; an empty one is none. Kernels without nohz_full= say `(null)`.
fn list(place: &Place, name: &str) -> Option<String> {
    place
        .text(format!("{CPU}/{name}"))
        .filter(|list| !list.is_empty() && list != "(null)")
}

fn isolated(place: &Place, topic: &mut Topic) {
    const CHECK: &str = "isolated";
    match list(place, "isolated") {
        Some(cpus) => topic.note(
            CHECK,
            format!("isolated: {cpus}; workers run there only if they are bound to them"),
            format!("as root: kthread-counter set cpus={cpus}; or run --cpus {cpus}"),
        ),
        None => topic.note(
            CHECK,
            "no CPU is isolated: other tasks and interrupts run beside the workers",
            "that is how most drivers run; for the kernel's own share, boot with isolcpus=LIST",
        ),
    }
}

fn without_tick(place: &Place, topic: &mut Topic) {
    const CHECK: &str = "nohz_full";
    match list(place, "nohz_full") {
        Some(cpus) => topic.note(
            CHECK,
            format!("CPUs without a tick while one task runs: {cpus}; leaving that takes time"),
            format!("compare with CPUs that have it: run --cpus {cpus}, and run on others"),
        ),
        None => topic.ok(CHECK, "all CPUs have their tick (no nohz_full)"),
    }
}

fn siblings(place: &Place, topic: &mut Topic) {
    const CHECK: &str = "smt";
    if place.number(format!("{CPU}/smt/active")) == Some(1) {
        topic.note(
            CHECK,
            "CPUs share cores (SMT): one slows down the other",
            "to see without, as root: echo off > /sys/devices/system/cpu/smt/control",
        );
    }
}

fn real_time(place: &Place, topic: &mut Topic) {
    const CHECK: &str = "sched_rt_runtime";
    const FOLDER: &str = "proc/sys/kernel";
    let runtime = place.number(format!("{FOLDER}/sched_rt_runtime_us"));
    let period = place.number(format!("{FOLDER}/sched_rt_period_us"));
    match (runtime, period) {
        (Some(0), _) => topic.problem(
            CHECK,
            "real-time threads get no time: sched=fifo does not work",
            "as root: sysctl kernel.sched_rt_runtime_us=950000",
        ),
        (Some(runtime), Some(period)) if runtime > 0 && runtime < period => {
            let share = runtime as f64 * 100.0 / period as f64;
            topic.ok(
                CHECK,
                format!("real-time threads may have {share:.0} % of a CPU"),
            );
        }
        (Some(_), _) => topic.ok(CHECK, "real-time threads may have all of a CPU"),
        (None, _) => topic.unseen(
            CHECK,
            "how much time real-time threads may have",
            "mount /proc",
        ),
    }
}
