// SPDX-License-Identifier: GPL-2.0

//! A machine as a tree of files, on which all is well but for what a test changes.

use std::{
    env,
    fs,
    path::PathBuf, //
};

use crate::doctor::{
    examine,
    place::{
        Clocks,
        Place, //
    },
    Finding,
    Level, //
};

pub(super) const RELEASE: &str = "7.2.12+deb13-cloud-amd64";
pub(super) const FINE: Clocks = Clocks {
    fine: 1,
    tick: 4_000_000,
};

/// A folder that is gone at the end.
pub(super) struct Tree(pub(super) PathBuf);

impl Tree {
    pub(super) fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let root = env::temp_dir().join(format!("doctor-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        let tree = Self(root);
        fs::create_dir_all(&tree.0).unwrap();
        for (path, text) in files {
            tree.add(path, text.as_bytes());
        }
        tree
    }

    pub(super) fn add(&self, path: &str, bytes: &[u8]) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub(super) fn find(&self, check: &str, clocks: Clocks) -> Option<Finding> {
        let place = Place::with_clocks(self.0.clone(), clocks);
        examine(&place).into_iter().find(|one| one.check == check)
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A machine on which all is well.
const GOOD: &[(&str, &str)] = &[
    ("proc/sys/kernel/osrelease", "7.2.12+deb13-cloud-amd64\n"),
    (
        "proc/sys/kernel/version",
        "#1 SMP PREEMPT_DYNAMIC Debian 7.2.12-1 (2026-11-01)\n",
    ),
    ("proc/sys/kernel/sched_rt_runtime_us", "950000\n"),
    ("proc/sys/kernel/sched_rt_period_us", "1000000\n"),
    ("proc/sys/kernel/hung_task_timeout_secs", "120\n"),
    ("proc/sys/kernel/hung_task_panic", "0\n"),
    ("proc/sys/kernel/modules_disabled", "0\n"),
    ("proc/modules", ""),
    ("proc/cmdline", "quiet\n"),
    ("proc/cpuinfo", "model name\t: A CPU\nflags\t\t: fpu\n"),
    ("proc/stat", "cpu  100 0 100 10000 0 0 0 0 0 0\n"),
    ("proc/kthread_counter", "kthread_counter 1\n"),
    (
        "boot/config-7.2.12+deb13-cloud-amd64",
        "CONFIG_RUST=y\nCONFIG_RUSTC_VERSION=108501\n",
    ),
    ("sys/module/kthread_counter/parameters/threads", "2\n"),
    (
        "sys/kernel/security/lockdown",
        "[none] integrity confidentiality\n",
    ),
    ("sys/kernel/tracing/tracing_on", "1\n"),
    ("sys/kernel/tracing/current_tracer", "nop\n"),
    (
        "sys/devices/system/clocksource/clocksource0/current_clocksource",
        "tsc\n",
    ),
    (
        "sys/devices/system/clocksource/clocksource0/available_clocksource",
        "tsc hpet acpi_pm \n",
    ),
    ("sys/devices/system/cpu/online", "0-3\n"),
    ("sys/devices/system/cpu/isolated", "2-3\n"),
    ("sys/devices/system/cpu/nohz_full", "(null)\n"),
    (
        "sys/devices/system/cpu/cpufreq/policy0/scaling_governor",
        "performance\n",
    ),
    (
        "sys/devices/system/cpu/cpuidle/current_driver",
        "intel_idle\n",
    ),
    ("sys/devices/system/cpu/cpu0/cpuidle/state0/name", "POLL\n"),
    ("sys/devices/system/cpu/cpu0/cpuidle/state0/latency", "0\n"),
    ("dev/cpu_dma_latency", ""),
];

/// The machine on which all is well, with other files; one without text is not there.
pub(super) fn machine(name: &str, changed: &[(&str, &str)]) -> Tree {
    let tree = Tree::new(name, GOOD);
    for &(path, text) in changed {
        match text {
            "" => {
                let path = tree.0.join(path);
                let _ = fs::remove_file(&path);
                let _ = fs::remove_dir_all(&path);
            }
            text => tree.add(path, text.as_bytes()),
        }
    }
    tree
}

#[track_caller]
pub(super) fn expect(tree: &Tree, check: &str, level: Level, words: &str) {
    let found = tree.find(check, FINE);
    let found = found.unwrap_or_else(|| panic!("nothing is said of {check}"));
    assert_eq!(found.level, level, "{found:?}");
    let all = format!("{}; {}", found.what, found.todo.unwrap_or_default());
    assert!(all.contains(words), "{words} is not in {all:?}");
}
