// SPDX-License-Identifier: GPL-2.0

//! Which machine is meant: one that both points in time know.

use std::collections::BTreeSet;

use super::answer::{
    Labels,
    Sample, //
};

/// Of the machines that match, so many are named.
const SHOWN: usize = 6;

/// What the samples of one machine at two moments say of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Machine {
    /// The selector that names it.
    One(String),
    /// The first or the second moment has none.
    MissingAt(usize),
    /// The selectors that name some of them, the first as it can be given.
    Several { example: String, list: String },
}

/// Each sample stands for one machine, and has the labels of its target alone.
pub(crate) fn find(moments: [&[Sample]; 2]) -> Machine {
    let sets = moments.map(|samples| -> BTreeSet<&Labels> {
        samples.iter().map(|sample| &sample.labels).collect()
    });
    let all: BTreeSet<&Labels> = sets.iter().flatten().copied().collect();
    let one_each = sets.iter().all(|set| set.len() == 1);
    let instances: BTreeSet<_> = all.iter().map(|labels| labels.get("instance")).collect();
    // A label that was added in between makes no other machine.
    let is_one = all.len() <= 1 || one_each && instances.len() == 1;
    if !is_one {
        return several(&all);
    }
    if let Some(moment) = sets.iter().position(BTreeSet::is_empty) {
        return Machine::MissingAt(moment);
    }
    let labels = all.into_iter().next_back().cloned().unwrap_or_default();
    Machine::One(match labels.get("instance") {
        Some(instance) => matcher("instance", instance),
        None => selector(&labels, labels.keys()),
    })
}

/// They are told apart by their instances, or else by all labels that differ.
fn several(all: &BTreeSet<&Labels>) -> Machine {
    let names: BTreeSet<&String> = all.iter().flat_map(|labels| labels.keys()).collect();
    let values = |name: &str| -> BTreeSet<Option<&String>> {
        all.iter().map(|labels| labels.get(name)).collect()
    };
    let is_enough =
        |name: &&&String| name.as_str() == "instance" && values(name).len() == all.len();
    let telling: Vec<&String> = match names.iter().find(is_enough) {
        Some(instance) => vec![instance],
        None => names
            .into_iter()
            .filter(|name| values(name).len() > 1)
            .collect(),
    };
    let one = |labels: &&Labels| selector(labels, telling.iter().copied());
    let mut list: Vec<String> = all.iter().take(SHOWN).map(one).collect();
    if all.len() > SHOWN {
        list.push(format!("and {} more", all.len() - SHOWN));
    }
    Machine::Several {
        example: all.iter().next().map(one).unwrap_or_default(),
        list: list.join(" "),
    }
}

fn selector<'a>(labels: &Labels, names: impl Iterator<Item = &'a String>) -> String {
    let matchers = names.map(|name| matcher(name, labels.get(name).map_or("", String::as_str)));
    matchers.collect::<Vec<_>>().join(",")
}

fn matcher(name: &str, value: &str) -> String {
    let value = value.replace('\\', "\\\\").replace('"', "\\\"");
    format!("{name}=\"{value}\"")
}

#[cfg(test)]
mod tests {
    use super::{
        super::answer::Value,
        *, //
    };

    fn samples(all: &[&[(&str, &str)]]) -> Vec<Sample> {
        let sample = |labels: &&[(&str, &str)]| Sample {
            labels: labels
                .iter()
                .map(|&(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            value: Value::Number(1.0),
        };
        all.iter().map(sample).collect()
    }

    #[test]
    fn one_is_found() {
        let old = samples(&[&[("instance", "a\"b"), ("job", "j")]]);
        let new = samples(&[&[("instance", "a\"b"), ("job", "j"), ("rack", "7")]]);
        for (old, new) in [(&old, &old), (&old, &new)] {
            assert_eq!(find([old, new]), Machine::One("instance=\"a\\\"b\"".into()));
        }
        assert_eq!(find([&old, &[]]), Machine::MissingAt(1));
        assert_eq!(find([&[], &old]), Machine::MissingAt(0));
        assert_eq!(find([&[], &[]]), Machine::MissingAt(0));
    }

    #[test]
    fn several_are_told_apart() {
        let several = |example: &str, list: &str| Machine::Several {
            example: example.into(),
            list: list.into(),
        };
        let a = samples(&[&[("instance", "a"), ("job", "j")]]);
        let b = samples(&[&[("instance", "b"), ("job", "j")]]);
        let both = several("instance=\"a\"", "instance=\"a\" instance=\"b\"");
        assert_eq!(find([&a, &b]), both);
        let jobs = samples(&[
            &[("instance", "a"), ("job", "j")],
            &[("instance", "a"), ("job", "k")],
        ]);
        assert_eq!(
            find([&jobs, &jobs]),
            several("job=\"j\"", "job=\"j\" job=\"k\"")
        );
        let many: Vec<Sample> = (0..9)
            .flat_map(|n| samples(&[&[("instance", &n.to_string())]]))
            .collect();
        match find([&many, &a]) {
            Machine::Several { list, .. } => assert!(list.ends_with("and 4 more"), "{list}"),
            other => panic!("{other:?}"),
        }
    }
}
