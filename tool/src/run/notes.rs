// SPDX-License-Identifier: GPL-2.0

//! What limits the numbers on this machine.

use std::fs;

use rustix::time::{
    clock_getres,
    ClockId, //
};

use super::ranges;
use crate::{
    kernel::host::Host,
    logic::cpus::Cpus,
    measure::primitive,
    output::units, //
};

/// Time that the host took, and all the time there was, in ticks of the kernel's accounting.
#[derive(Clone, Copy, Default)]
pub(crate) struct Steal {
    stolen: u64,
    total: u64,
}

impl Steal {
    pub(crate) fn until_now() -> Self {
        fs::read_to_string("/proc/stat")
            .ok()
            .and_then(|text| Self::read(&text))
            .unwrap_or_default()
    }

    /// `cpu user nice system idle iowait irq softirq steal …`: what follows is in user already.
    fn read(text: &str) -> Option<Self> {
        let line = text.lines().next()?.strip_prefix("cpu ")?;
        let numbers = line.split_ascii_whitespace().take(8);
        let numbers: Vec<u64> = numbers.map(str::parse).collect::<Result<_, _>>().ok()?;
        Some(Self {
            stolen: *numbers.get(7)?,
            total: numbers
                .iter()
                .fold(0, |sum, &number| sum.saturating_add(number)),
        })
    }

    fn since(self, before: Self) -> Option<String> {
        let stolen = self.stolen.saturating_sub(before.stolen);
        let total = self.total.saturating_sub(before.total);
        if stolen == 0 || total == 0 {
            return None;
        }
        let percent = stolen as f64 * 100.0 / total as f64;
        Some(format!(
            "the host took {percent:.1}% of the CPU time: that is late here, too"
        ))
    }
}

/// All notes about a machine whose workers wait so on these CPUs.
pub(crate) fn of_machine(
    host: &Host,
    waits: &[&str],
    cpus: &[u64],
    keeps_awake: bool,
    before: Steal,
) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(hz) = host
        .hz
        .filter(|_| waits.iter().any(|wait| primitive::counts_jiffies(wait)))
    {
        let jiffy = units::time(1_000_000_000 / i64::from(hz.max(1)));
        notes.push(format!(
            "HZ={hz}: primitives that count jiffies are late by up to two of {jiffy}"
        ));
    }
    let grain = clock_getres(ClockId::Monotonic);
    if grain.tv_sec > 0 || grain.tv_nsec > 1 {
        notes.push("no high-resolution timers: all primitives count jiffies".to_owned());
    }
    notes.extend(not_isolated(host, cpus));
    if let Some(virt) = host.virt.as_deref().filter(|virt| *virt != "none") {
        notes.push(format!(
            "a virtual machine ({virt}): its host is part of what is measured"
        ));
    }
    notes.extend(deepest_sleep().filter(|_| !keeps_awake).map(|us| {
        format!("idle CPUs take up to {us}us to wake up: --dma-latency 0 keeps them awake")
    }));
    notes.extend(Steal::until_now().since(before));
    notes
}

fn not_isolated(host: &Host, cpus: &[u64]) -> Option<String> {
    let isolated = Cpus::parse(host.isolated.as_deref()?.as_bytes()).ok()?;
    let others: Vec<u64> = cpus
        .iter()
        .copied()
        .filter(|&cpu| !isolated.numbers().any(|one| u64::from(one) == cpu))
        .collect();
    let list = ranges::ranges(&others).join(",");
    (!others.is_empty())
        .then(|| format!("CPUs that are not isolated: {list}; others run there, too"))
}

/// The exit latency of the deepest idle state that is allowed, in microseconds.
fn deepest_sleep() -> Option<u64> {
    let number = |path: std::path::PathBuf| -> Option<u64> {
        fs::read_to_string(path).ok()?.trim().parse().ok()
    };
    fs::read_dir("/sys/devices/system/cpu/cpu0/cpuidle")
        .ok()?
        .flatten()
        .filter(|state| number(state.path().join("disable")) == Some(0))
        .filter_map(|state| number(state.path().join("latency")))
        .max()
        .filter(|&latency| latency > 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stolen_time_is_a_share_of_all() {
        let before = Steal::read("cpu  100 0 0 100 0 0 0 10 50 0\ncpu0 1\n").unwrap();
        let after = Steal::read("cpu  150 0 0 120 0 0 0 40 90 0\n").unwrap();
        let note = after.since(before).unwrap();
        assert!(note.contains(" 30.0%"), "{note}");
        assert!(before.since(before).is_none());
        for text in [
            "",
            "cpu",
            "cpu  1 2",
            "cpu  a 0 0 0 0 0 0 0",
            "cpu  -1 0 0 0 0 0 0 0",
        ] {
            assert!(Steal::read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_machine_says_what_limits_it() {
        let host = Host {
            hz: Some(250),
            isolated: Some("1".into()),
            virt: Some("QEMU".into()),
            ..Host::default()
        };
        let notes = of_machine(&host, &["ssleep"], &[0, 1, 2], true, Steal::default()).join("\n");
        assert!(
            notes.contains("two of 4.0ms") && notes.contains("QEMU"),
            "{notes}"
        );
        assert!(notes.contains("not isolated: 0,2;"), "{notes}");
        let host = Host::default();
        let notes = of_machine(&host, &["hrtimer"], &[0], true, Steal::until_now()).join("\n");
        assert!(
            !notes.contains("jiffies are") && !notes.contains("isolated"),
            "{notes}"
        );
    }
}
