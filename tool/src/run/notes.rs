// SPDX-License-Identifier: GPL-2.0

//! What limits the numbers on this machine.

use std::{
    fs,
    path::{
        Path,
        PathBuf, //
    }, //
};

use rustix::time::{
    clock_getres,
    ClockId, //
};

use super::ranges;
use crate::{
    kernel::host::Host,
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

const IDLE_STATES: &str = "/sys/devices/system/cpu/cpu0/cpuidle";

/// All notes about a machine whose workers wait so on these CPUs. `awake` is what --dma-latency allows, in
/// microseconds.
pub(crate) fn of_machine(
    host: &Host,
    waits: &[&str],
    cpus: &[u64],
    awake: Option<i32>,
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
    notes.extend(deepest_sleep(Path::new(IDLE_STATES), awake).map(|us| {
        format!("idle CPUs take up to {us}us to wake up: --dma-latency 0 keeps them awake")
    }));
    notes.extend(Steal::until_now().since(before));
    notes
}

fn not_isolated(host: &Host, cpus: &[u64]) -> Option<String> {
    let isolated = ranges::read(host.isolated.as_deref()?).ok()?;
    let others: Vec<u64> = cpus
        .iter()
        .copied()
        .filter(|cpu| !isolated.iter().any(|range| range.contains(cpu)))
        .collect();
    let list = ranges::ranges(&others).join(",");
    (!others.is_empty())
        .then(|| format!("CPUs that are not isolated: {list}; others run there, too"))
}

/// The exit latency of the deepest idle state that is allowed, in microseconds.
fn deepest_sleep(states: &Path, awake: Option<i32>) -> Option<u64> {
    let number =
        |path: PathBuf| -> Option<u64> { fs::read_to_string(path).ok()?.trim().parse().ok() };
    let allowed = awake.map_or(u64::MAX, |us| u64::try_from(us).unwrap_or(0));
    fs::read_dir(states)
        .ok()?
        .flatten()
        .filter(|state| number(state.path().join("disable")) == Some(0))
        .filter_map(|state| number(state.path().join("latency")))
        .filter(|&latency| latency > 1 && latency <= allowed)
        .max()
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
        let notes =
            of_machine(&host, &["ssleep"], &[0, 1, 2], Some(0), Steal::default()).join("\n");
        assert!(
            notes.contains("two of 4.0ms") && notes.contains("QEMU"),
            "{notes}"
        );
        assert!(notes.contains("not isolated: 0,2;"), "{notes}");
        let host = Host::default();
        let notes = of_machine(&host, &["hrtimer"], &[0], Some(0), Steal::until_now()).join("\n");
        assert!(
            !notes.contains("jiffies are") && !notes.contains("isolated"),
            "{notes}"
        );
    }

    #[test]
    fn more_isolated_ranges_than_the_module_takes_are_isolated() {
        let odd: Vec<u64> = (0..40).map(|n| 2 * n).collect();
        let host = Host {
            isolated: Some(ranges::ranges(&odd).join(",")),
            ..Host::default()
        };
        assert_eq!(not_isolated(&host, &[0, 78]), None);
        let note = not_isolated(&host, &[0, 79]).unwrap();
        assert!(note.contains("isolated: 79;"), "{note}");
    }

    #[test]
    fn how_deep_cpus_may_sleep_is_what_was_asked_for() {
        let folder =
            std::env::temp_dir().join(format!("kthread-counter-idle-{}", std::process::id()));
        for (name, latency, disable) in [("0", 0, 0), ("1", 10, 0), ("2", 200, 0), ("3", 900, 1)] {
            let state = folder.join(format!("state{name}"));
            fs::create_dir_all(&state).unwrap();
            fs::write(state.join("latency"), format!("{latency}\n")).unwrap();
            fs::write(state.join("disable"), format!("{disable}\n")).unwrap();
        }
        let deepest = [None, Some(500), Some(100), Some(5), Some(0)]
            .map(|awake| deepest_sleep(&folder, awake));
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(deepest, [Some(200), Some(200), Some(10), None, None]);
    }
}
