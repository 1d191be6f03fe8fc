// SPDX-License-Identifier: GPL-2.0

//! What is known of the machine, as far as it can be read without root.

use std::{
    fs,
    path::Path, //
};

use serde::{
    Deserialize,
    Serialize, //
};

use super::{
    problem::Problem,
    source::Source, //
};

/// The file with it, where the module's files are saved.
pub(crate) const HOST: &str = "host.json";

/// A field is `None` if it cannot be read here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Host {
    /// The release, as `uname -r` says it.
    pub(crate) kernel: Option<String>,
    pub(crate) arch: Option<String>,
    /// The module's table knows it: no file of the kernel says it.
    pub(crate) hz: Option<u32>,
    /// The kernel's word: PREEMPT_DYNAMIC, PREEMPT_RT, PREEMPT.
    pub(crate) preempt: Option<String>,
    /// How many are online.
    pub(crate) cpus: Option<u64>,
    /// A list such as `2-3`; empty if none is isolated.
    pub(crate) isolated: Option<String>,
    pub(crate) clocksource: Option<String>,
    /// Who made the virtual machine, or `none`.
    pub(crate) virt: Option<String>,
}

impl Host {
    /// This machine's facts, or those that were saved with the files.
    pub(crate) fn read(source: &Source) -> (Self, Option<Problem>) {
        let Some(folder) = source.saved() else {
            return (Self::here(), None);
        };
        let path = folder.join(HOST);
        let host = fs::read(&path)
            .map_err(|error| Problem::new(&path, 0, error))
            .and_then(|bytes| {
                serde_json::from_slice(&bytes)
                    .map_err(|error| Problem::new(&path, error.line(), error))
            });
        match host {
            Ok(host) => (host, None),
            Err(problem) => (Self::default(), Some(problem)),
        }
    }

    fn here() -> Self {
        let uname = rustix::system::uname();
        let online = line("/sys/devices/system/cpu/online");
        Self {
            kernel: line("/proc/sys/kernel/osrelease"),
            arch: uname.machine().to_str().ok().map(str::to_owned),
            hz: None,
            preempt: line("/proc/sys/kernel/version").and_then(|text| preempt(&text)),
            cpus: online.and_then(|list| count(&list)),
            isolated: line("/sys/devices/system/cpu/isolated"),
            clocksource: line("/sys/devices/system/clocksource/clocksource0/current_clocksource"),
            virt: fs::read_to_string("/proc/cpuinfo")
                .ok()
                .and_then(|text| virt(&text, line("/sys/class/dmi/id/sys_vendor"))),
        }
    }
}

/// What is in a file of one line.
fn line(path: impl AsRef<Path>) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    Some(text.trim().to_owned())
}

/// The kernel says it among others: `#1 SMP PREEMPT_DYNAMIC Debian 7.2.12-1 (2026-11-01)`.
fn preempt(version: &str) -> Option<String> {
    version
        .split_ascii_whitespace()
        .find(|word| word.starts_with("PREEMPT"))
        .map(|word| word.trim_end_matches(',').to_owned())
}

/// How many CPUs are in a list such as `0-3,7`.
fn count(list: &str) -> Option<u64> {
    let mut total = 0_u64;
    for range in list.split(',') {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let (first, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
        total = total.checked_add(last.checked_sub(first)?.checked_add(1)?)?;
    }
    Some(total)
}

/// The CPU knows whether there is a hypervisor, and the firmware whose. Only x86 has such flags.
fn virt(cpuinfo: &str, vendor: Option<String>) -> Option<String> {
    let flags = cpuinfo.lines().find(|line| line.starts_with("flags"))?;
    if flags
        .split_ascii_whitespace()
        .any(|flag| flag == "hypervisor")
    {
        return vendor;
    }
    Some("none".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_a_kernel_and_cpus() {
        let (host, problem) = Host::read(&Source::new(None));
        assert_eq!(problem, None);
        assert!(host.kernel.is_some() && host.arch.is_some(), "{host:?}");
        assert!(host.cpus.is_some_and(|cpus| cpus > 0), "{host:?}");
    }

    #[test]
    fn the_preemption_model_is_a_word_of_the_version() {
        let version = "#1 SMP PREEMPT_DYNAMIC Debian 7.2.12-1 (2026-11-01)";
        assert_eq!(preempt(version).as_deref(), Some("PREEMPT_DYNAMIC"));
        assert_eq!(preempt("#1 SMP Debian"), None);
    }

    #[test]
    fn cpus_are_counted_in_a_list() {
        assert_eq!(count("0"), Some(1));
        assert_eq!(count("0-3,7"), Some(5));
        for list in ["", "3-1", "0-18446744073709551615", "x"] {
            assert_eq!(count(list), None, "{list}");
        }
    }

    #[test]
    fn a_machine_is_virtual_if_its_cpu_says_so() {
        let vendor = || Some("QEMU".to_owned());
        assert_eq!(virt("flags\t: fpu hypervisor", vendor()), vendor());
        assert_eq!(virt("flags\t: fpu", vendor()).as_deref(), Some("none"));
        assert_eq!(virt("Features: fp", vendor()), None);
    }
}
