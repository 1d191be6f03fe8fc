// SPDX-License-Identifier: GPL-2.0

//! What is asked for, checked before anything is touched.

use std::{
    borrow::Cow,
    collections::BTreeSet,
    fs,
    num::NonZeroU32, //
};

use crate::{
    cli,
    error::{
        Error,
        Result, //
    },
    kernel::{
        module::Setting,
        source::{
            Source,
            TABLE, //
        },
        table::{
            Column,
            Table, //
        }, //
    },
    logic::interval::Interval,
    measure::expect::{
        Expect,
        Metric,
        Subject, //
    },
    run::{
        plan::Plan,
        ranges, //
    }, //
};

const ONLINE: &str = "/sys/devices/system/cpu/online";

pub(crate) struct Asked<'a> {
    pub(crate) arguments: &'a cli::Run,
    pub(crate) plan: Plan,
}

impl<'a> Asked<'a> {
    pub(crate) fn new(arguments: &'a cli::Run) -> Result<Self> {
        let cpus = match arguments.cpus.as_deref() {
            None => Vec::new(),
            Some(text) => cpus(text)?,
        };
        let plan = Plan::new(&arguments.wait.0, &cpus)?;
        // The number of jiffies in a second does not matter for the grammar.
        if let Err(why) = Interval::parse(arguments.interval.as_bytes(), NonZeroU32::MIN) {
            return Err(Error::failed(
                format_args!("the interval {:?}", arguments.interval),
                why.reason,
                "give one such as 1ms, 250us or HZ/10",
            ));
        }
        for expect in &arguments.expect {
            match arguments.shared {
                true => check_shared(expect),
                false => check_expectation(expect, &plan, arguments.causes),
            }?;
        }
        Ok(Self { arguments, plan })
    }

    /// With `--shared`, those that run are all that there will be to judge.
    pub(crate) fn check_running(&self, source: &Source) -> Result {
        let mut waits = BTreeSet::new();
        Table::visit(source.open(TABLE)?, |row| {
            let runs = row
                .bytes(Column::State)
                .is_none_or(|state| state == b"running");
            waits.extend(row.word(Column::Wait).filter(|_| runs).map(Cow::into_owned));
        })?;
        let is_there = |expect: &&Expect| match expect.subject {
            Subject::Primitive(name) => waits.contains(name),
            Subject::All | Subject::Cpu(_) => true,
        };
        match self.arguments.expect.iter().find(|one| !is_there(one)) {
            None => Ok(()),
            Some(expect) => Err(Error::failed(
                format_args!("the expectation {expect}"),
                "no worker runs that it is about",
                "see `kthread-counter show`",
            )),
        }
    }

    /// All settings of the module, the number of workers last. The trip wire waits until counting begins.
    pub(crate) fn settings(&self) -> Vec<Setting> {
        let arguments = self.arguments;
        let causes = if arguments.causes { "Y" } else { "N" };
        let mut settings = vec![
            Setting::new("interval", &arguments.interval),
            Setting::new("sched", &arguments.sched),
            Setting::new("log", "N"),
            Setting::new("trip_us", "0"),
            Setting::new("causes", causes),
        ];
        settings.extend(self.plan.settings());
        settings
    }

    /// The limit of the trip wire, in microseconds. With causes it is there for what is expected of the
    /// maximum as well, because it says who had the CPU.
    pub(crate) fn trip(&self) -> Option<u32> {
        let maxima = self.arguments.expect.iter().filter_map(|expect| {
            let us = u32::try_from(expect.limit / 1_000).ok()?;
            (expect.metric == Metric::Max && us > 0).then_some(us)
        });
        let of_expectations = maxima.min().filter(|_| self.arguments.causes);
        self.arguments.trip.or(of_expectations)
    }
}

/// The CPUs of a list, all of which are online.
fn cpus(text: &str) -> Result<Vec<u64>> {
    let online = fs::read_to_string(ONLINE).map_err(|error| {
        let remedy = "mount sysfs, or measure without -c";
        Error::failed(format_args!("cannot read {ONLINE}"), error, remedy)
    })?;
    of_online(text, &online)
}

fn of_online(text: &str, online: &str) -> Result<Vec<u64>> {
    let failed = |why: String| {
        Error::failed(
            format_args!("the CPUs {text:?}"),
            why,
            "give a list such as 0-3,7, or all",
        )
    };
    let read = |text: &str| ranges::read(text).map_err(|why| failed(why.to_owned()));
    let online: BTreeSet<u64> = read(online)?.into_iter().flatten().collect();
    if text == "all" {
        return Ok(online.into_iter().collect());
    }
    let mut cpus = BTreeSet::new();
    for cpu in read(text)?.into_iter().flatten() {
        if !online.contains(&cpu) {
            return Err(failed(format!("CPU {cpu} is not online")));
        }
        cpus.insert(cpu);
    }
    match cpus.is_empty() {
        true => Err(failed("there is none in it".to_owned())),
        false => Ok(cpus.into_iter().collect()),
    }
}

/// Of two readings some numbers have no difference, and what they have in all is of another time.
fn check_shared(expect: &Expect) -> Result {
    match expect.metric {
        Metric::Min | Metric::ToWake | Metric::ToRun => Err(Error::failed(
            format_args!("the expectation {expect}"),
            "with --shared there is no such number of this time only",
            "expect max or a percentile, or measure without --shared",
        )),
        _ => Ok(()),
    }
}

/// An expectation about workers that there will not be is a mistake, and not to be found out after an hour.
fn check_expectation(expect: &Expect, plan: &Plan, causes: bool) -> Result {
    let failed = |why: &str, remedy: &str| {
        Err(Error::failed(
            format_args!("the expectation {expect}"),
            why,
            remedy,
        ))
    };
    let is_there = match expect.subject {
        Subject::All => true,
        Subject::Primitive(name) => plan.waits().contains(&name),
        Subject::Cpu(cpu) => plan.cpus().contains(&cpu),
    };
    if !is_there {
        return failed("no worker is asked for that it is about", "see -w and -c");
    }
    if matches!(expect.metric, Metric::ToWake | Metric::ToRun) && !causes {
        return failed("why wakes are late is not measured", "give --causes");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_may_have_more_ranges_than_the_module_takes() {
        let odd: Vec<u64> = (0..40).map(|n| 2 * n).collect();
        let online = ranges::ranges(&odd).join(",") + "\n";
        assert_eq!(of_online("all", &online).unwrap(), odd);
        assert_eq!(of_online("8,2-2,8", &online).unwrap(), [2, 8]);
        assert!(of_online("2-3", &online).is_err());
        assert!(of_online("0-4294967295", &online).is_err());
        assert!(of_online("", &online).is_err());
    }
}
