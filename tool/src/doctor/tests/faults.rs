// SPDX-License-Identifier: GPL-2.0

//! One fault, and what is said of it.

use std::fs;

use super::tree::{
    expect,
    machine,
    Tree,
    FINE,
    RELEASE, //
};
use crate::doctor::{
    examine,
    place::{
        Clocks,
        Place, //
    },
    Level::{
        self,
        Note,
        Ok,
        Problem, //
    }, //
};

#[test]
fn where_all_is_well_nothing_is_wrong() {
    let tree = machine("good", &[]);
    let place = Place::with_clocks(tree.0.clone(), FINE);
    let findings = examine(&place);
    let bad: Vec<_> = findings.iter().filter(|one| one.level != Ok).collect();
    // What is isolated is said to whom it may concern.
    assert_eq!(
        bad.iter().map(|one| one.check).collect::<Vec<_>>(),
        ["isolated"]
    );
    assert!(findings
        .iter()
        .all(|one| (one.level == Ok) == one.todo.is_none()));
}

#[test]
fn each_fault_is_found() {
    const CPU: &str = "sys/devices/system/cpu";
    let cpu = |path: &str| format!("{CPU}/{path}");
    let clock = "sys/devices/system/clocksource/clocksource0/current_clocksource";
    let kernel = |name: &str| format!("proc/sys/kernel/{name}");
    let config = format!("boot/config-{RELEASE}");
    let faults: &[(&str, String, &str, Level, &str)] = &[
        (
            "release",
            kernel("osrelease"),
            "6.12.9-amd64\n",
            Problem,
            "older than 7.2",
        ),
        ("release", kernel("osrelease"), "", Note, "not seen"),
        (
            "rust",
            config.clone(),
            "CONFIG_RUST_IS_AVAILABLE=y\n# CONFIG_RUST is not set\n",
            Problem,
            "CONFIG_RUST=y",
        ),
        (
            "detectors",
            config,
            "CONFIG_RUST=y\nCONFIG_KASAN=y\nCONFIG_PROVE_LOCKING=y\n",
            Note,
            "KASAN, PROVE_LOCKING",
        ),
        (
            "preemption",
            kernel("version"),
            "#1 SMP Debian\n",
            Note,
            "no preemption",
        ),
        (
            "module",
            "proc/kthread_counter".into(),
            "",
            Problem,
            "is not there",
        ),
        (
            "log",
            "sys/module/kthread_counter/parameters/log".into(),
            "Y\n",
            Note,
            "set log=N",
        ),
        (
            "lockdown",
            "sys/kernel/security/lockdown".into(),
            "",
            Note,
            "securityfs",
        ),
        (
            "clocksource",
            clock.into(),
            "hpet\n",
            Note,
            "echo tsc > /sys/devices",
        ),
        (
            "clocksource",
            clock.into(),
            "refined-jiffies\n",
            Problem,
            "between ticks",
        ),
        (
            "isolated",
            cpu("isolated"),
            "\n",
            Note,
            "no CPU is isolated",
        ),
        ("nohz_full", cpu("nohz_full"), "1-3\n", Note, "1-3"),
        ("smt", cpu("smt/active"), "1\n", Note, "SMT"),
        (
            "sched_rt_runtime",
            kernel("sched_rt_runtime_us"),
            "0\n",
            Problem,
            "sysctl",
        ),
        (
            "idle_states",
            cpu("cpu3/cpuidle/state2/latency"),
            "133\n",
            Ok,
            "0 us",
        ),
        (
            "cpufreq",
            cpu("cpufreq/policy3/scaling_governor"),
            "schedutil\n",
            Note,
            "performance, schedutil",
        ),
        (
            "hypervisor",
            "proc/cpuinfo".into(),
            "flags : hypervisor\n",
            Note,
            "virtual machine",
        ),
        (
            "hypervisor",
            "proc/cpuinfo".into(),
            "model name : QEMU TCG CPU\nflags : hypervisor\n",
            Note,
            "emulated",
        ),
        (
            "steal",
            "proc/stat".into(),
            "cpu  100 0 100 700 0 0 0 100 0 0\n",
            Note,
            "10.0 %",
        ),
        (
            "tracing_on",
            "sys/kernel/tracing/tracing_on".into(),
            "0\n",
            Note,
            "echo 1 > /sys/kernel/tracing/tracing_on",
        ),
        (
            "tracing_on",
            "sys/kernel/tracing".into(),
            "",
            Note,
            "cannot trace",
        ),
        (
            "tracer",
            "sys/kernel/tracing/current_tracer".into(),
            "function\n",
            Note,
            "function",
        ),
        (
            "hung_task",
            kernel("hung_task_timeout_secs"),
            "10\n",
            Note,
            "10 s",
        ),
    ];
    for (n, (check, path, text, level, words)) in faults.iter().enumerate() {
        let tree = machine(&format!("fault{n}"), &[(path.as_str(), text)]);
        expect(&tree, check, *level, words);
    }
}

#[test]
fn a_deep_idle_state_counts_unless_it_is_off() {
    let state = "sys/devices/system/cpu/cpu3/cpuidle/state2";
    let (name, latency, disable) = (
        format!("{state}/name"),
        format!("{state}/latency"),
        format!("{state}/disable"),
    );
    let mut files = vec![
        (name.as_str(), "C6\n"),
        (&latency, "133\n"),
        (&disable, "0\n"),
    ];
    expect(
        &machine("deep", &files),
        "idle_states",
        Note,
        "C6 takes up to 133 us",
    );
    files[2].1 = "1\n";
    expect(&machine("disabled", &files), "idle_states", Ok, "");
}

#[test]
fn who_holds_the_latency_is_told() {
    let tree = machine("held", &[]);
    tree.add("dev/cpu_dma_latency", &20_i32.to_ne_bytes());
    expect(&tree, "cpu_dma_latency", Note, "20 us");
    tree.add("dev/cpu_dma_latency", &2_000_000_000_i32.to_ne_bytes());
    expect(&tree, "cpu_dma_latency", Ok, "");
}

#[test]
fn timers_without_high_resolution() {
    let coarse = Clocks {
        fine: 4_000_000,
        ..FINE
    };
    let tree = machine("highres", &[("proc/cmdline", "ro highres=off quiet\n")]);
    let found = tree.find("high_resolution", coarse).unwrap();
    assert_eq!(found.level, Problem);
    assert_eq!(found.todo.as_deref(), Some("boot without highres=off"));
    assert_eq!(tree.find("high_resolution", FINE).unwrap().level, Ok);
    assert!(tree.find("hz", FINE).unwrap().what.contains("HZ=250"));
    let hz = |tick| tree.find("hz", Clocks { fine: 1, tick }).unwrap().what;
    assert!(hz(1_000_000).contains("HZ=1000: ") && hz(1_000_000).contains("1 ms"));
    assert!(hz(0).contains("HZ=0"));
}

#[test]
fn a_cpu_whose_timer_has_low_resolution() {
    let list = "cpu: 0\n  .hres_active    : 1\ncpu: 1\n  .hres_active    : 0\n";
    let tree = machine("timer_list", &[("proc/timer_list", list)]);
    expect(&tree, "timer_devices", Problem, "1 of 2 CPUs");
    let all = machine(
        "timer_list1",
        &[("proc/timer_list", &list.replace(": 0\n", ": 1\n"))],
    );
    assert_eq!(all.find("timer_devices", FINE), None);
}

#[test]
fn rust_is_seen_in_the_kernels_symbols() {
    let config = format!("boot/config-{RELEASE}");
    let own = "0000000000000000 T rust_helper_mutex_lock\n";
    let modules = "0000000000000000 t rust_helper_mutex_lock\t[binder]\n";
    for (n, (symbols, level)) in [(own, Ok), (modules, Problem), ("\n", Problem)]
        .into_iter()
        .enumerate()
    {
        let absent = ("sys/module/kthread_counter", "");
        let files = [(config.as_str(), ""), absent, ("proc/kallsyms", symbols)];
        let tree = machine(&format!("symbols{n}"), &files);
        expect(&tree, "rust", level, "");
        fs::remove_file(tree.0.join("proc/kallsyms")).unwrap();
        expect(&tree, "rust", Note, "not seen");
    }
    // The module needs it.
    let loaded = machine("symbols", &[(&config, "")]);
    expect(&loaded, "rust", Ok, "");
}

#[test]
fn an_empty_machine_is_not_seen() {
    let tree = Tree::new("empty", &[]);
    let place = Place::with_clocks(tree.0.clone(), FINE);
    assert!(examine(&place).len() > 10);
}
