// SPDX-License-Identifier: GPL-2.0

//! Which workers there are to be: one for each pair of a primitive and a CPU.
//!
//! The module deals each of its lists modulo its length. Pairs repeat early if the lengths share a factor, so
//! each round of the primitives begins at another CPU then.

use std::collections::BTreeSet;

use super::ranges::{
    ranges,
    LONGEST_LIST, //
};
use crate::{
    error::{
        Error,
        Result, //
    },
    kernel::{
        module::Setting,
        table::Worker, //
    }, //
};

/// What the module has at most.
const MOST_WORKERS: usize = 32_768;

#[derive(Debug)]
pub(crate) struct Plan {
    waits: Vec<&'static str>,
    /// Ascending; none if workers are not bound.
    cpus: Vec<u64>,
}

impl Plan {
    /// What was given twice counts once.
    pub(crate) fn new(waits: &[&'static str], cpus: &[u64]) -> Result<Self> {
        let mut plan = Self {
            waits: Vec::new(),
            cpus: cpus.to_vec(),
        };
        for wait in waits {
            if !plan.waits.contains(wait) {
                plan.waits.push(wait);
            }
        }
        plan.cpus.sort_unstable();
        plan.cpus.dedup();
        let limit = |what: &str, limit: usize| {
            Err(Error::failed(
                format_args!(
                    "{} primitives on {} CPUs",
                    plan.waits.len(),
                    plan.cpus.len()
                ),
                format_args!("the module takes at most {limit} {what}"),
                "give fewer with -w or -c",
            ))
        };
        if plan.threads() > MOST_WORKERS {
            return limit("workers", MOST_WORKERS);
        }
        if plan.cpu_ranges().len() > LONGEST_LIST {
            return limit("ranges of CPUs", LONGEST_LIST);
        }
        Ok(plan)
    }

    pub(crate) fn waits(&self) -> &[&'static str] {
        &self.waits
    }

    pub(crate) fn cpus(&self) -> &[u64] {
        &self.cpus
    }

    pub(crate) fn threads(&self) -> usize {
        self.waits.len() * self.cpus.len().max(1)
    }

    /// The parameters that make such workers, the number of them last.
    pub(crate) fn settings(&self) -> Vec<Setting> {
        vec![
            Setting::new("wait", self.waits.join(",")),
            Setting::new("cpus", self.cpu_ranges().join(",")),
            Setting::new("threads", self.threads().to_string()),
        ]
    }

    /// Whether the table has exactly these workers.
    pub(crate) fn check(&self, workers: &[Worker]) -> Result {
        let mut wanted: BTreeSet<(&str, Option<u64>)> = BTreeSet::new();
        for wait in &self.waits {
            let bound = self.cpus.iter().map(|&cpu| (*wait, Some(cpu)));
            wanted.extend(bound);
            if self.cpus.is_empty() {
                wanted.insert((wait, None));
            }
        }
        let mut pairs = workers
            .iter()
            .filter_map(|worker| Some((worker.wait.as_deref()?, worker.bound)));
        if workers.len() == self.threads()
            && pairs.all(|pair| wanted.remove(&pair))
            && wanted.is_empty()
        {
            return Ok(());
        }
        Err(Error::failed(
            "the module's workers are not those that were asked for",
            "somebody else has changed its settings",
            "measure again",
        ))
    }

    /// The list of CPUs that is dealt, as ranges.
    fn cpu_ranges(&self) -> Vec<String> {
        let (waits, cpus) = (self.waits.len(), self.cpus.len());
        let common = greatest_common_divisor(waits, cpus);
        let mut list = Vec::new();
        if cpus == 0 {
            return list;
        }
        // After so many CPUs the same pair would come again, but for the next first CPU. If it never does, the
        // list is dealt over and over by itself.
        let turns = if common == 1 { 1 } else { waits / common };
        for first in 0..common {
            let (head, tail) = self.cpus.split_at_checked(first).unwrap_or_default();
            for _ in 0..turns {
                list.extend(ranges(tail));
                list.extend(ranges(head));
            }
        }
        list
    }
}

fn greatest_common_divisor(a: usize, b: usize) -> usize {
    match b {
        0 => a,
        _ => greatest_common_divisor(b, a % b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        logic::cpus::Cpus,
        measure::primitive, //
    };
    use proptest::prelude::*;

    /// The workers that the module would make.
    fn workers(plan: &Plan) -> Vec<Worker> {
        let settings = plan.settings();
        let cpus = Cpus::parse(settings[1].value.as_bytes()).unwrap();
        let waits: Vec<_> = settings[0].value.split(',').collect();
        (0..settings[2].value.parse::<u32>().unwrap())
            .map(|id| Worker {
                id: u64::from(id),
                wait: Some(waits[id as usize % waits.len()].to_owned()),
                bound: cpus.dealt(id).map(u64::from),
                ..Worker::default()
            })
            .collect()
    }

    #[test]
    fn nine_primitives_on_three_cpus_are_27_workers() {
        let plan = Plan::new(&primitive::ALL, &[0, 1, 2]).unwrap();
        let settings = plan.settings();
        assert_eq!(settings[2].value, "27");
        assert_eq!(
            settings[1].value,
            "0-2,0-2,0-2,1-2,0,1-2,0,1-2,0,2,0-1,2,0-1,2,0-1"
        );
        assert!(plan.check(&workers(&plan)).is_ok());
        let unbound = Plan::new(&["hrtimer", "hrtimer"], &[]).unwrap();
        assert_eq!(unbound.settings()[1].value, "");
        assert!(unbound.check(&workers(&unbound)).is_ok());
        assert!(unbound.check(&workers(&plan)).is_err());
    }

    #[test]
    fn what_the_module_cannot_take_is_refused() {
        let many: Vec<u64> = (0..4_000).collect();
        assert!(Plan::new(&primitive::ALL, &many).is_err());
        let odd: Vec<u64> = (0..32).map(|n| 2 * n).collect();
        assert!(Plan::new(&primitive::ALL[..1], &odd).is_ok());
        assert!(Plan::new(&primitive::ALL[..2], &odd).is_err());
    }

    proptest! {
        #[test]
        fn each_pair_has_one_worker(
            waits in prop::sample::subsequence(primitive::ALL.to_vec(), 1..=9),
            first in 0_u64..4,
            count in 0_u64..40,
            step in 1_u64..3,
        ) {
            let cpus: Vec<u64> = (0..count).map(|n| first + n * step).collect();
            if let Ok(plan) = Plan::new(&waits, &cpus) {
                prop_assert!(plan.check(&workers(&plan)).is_ok(), "{:?}", plan.settings());
                let mut wrong = workers(&plan);
                wrong[0].bound = Some(1_000);
                prop_assert!(plan.check(&wrong).is_err());
            } else {
                // Neighbouring CPUs always fit.
                prop_assert!(step > 1);
            }
        }
    }
}
