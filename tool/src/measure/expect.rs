// SPDX-License-Identifier: GPL-2.0

//! What is expected of a measurement: `hrtimer.p99.9<50us`, `all.missed==0`.

use std::{
    fmt,
    str::FromStr, //
};

use super::{
    percent::Percent,
    primitive,
    span, //
};

const GRAMMAR: &str =
    "expected SUBJECT.METRIC OP NUMBER, such as hrtimer.p99.9<50us or all.missed==0";
const SUBJECTS: &str = "the subject is a primitive such as hrtimer, or all, or a CPU such as cpu2";
const METRICS: &str =
    "the metric is one of min, avg, max, pNN.N, missed, early, drift, to_wake, to_run";
const OPERATORS: &str = "the operator is one of < <= > >= == !=";
const COUNT: &str = "missed and early are counts: a whole number without a unit";
const TIME: &str = "a time needs its unit, ns, us, ms or s, such as 50us or 1.5ms";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expect {
    /// As it was given.
    text: String,
    pub(crate) subject: Subject,
    pub(crate) metric: Metric,
    pub(crate) operator: Operator,
    /// In nanoseconds, or a count.
    pub(crate) limit: i64,
}

/// The workers that it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    All,
    Primitive(&'static str),
    Cpu(u64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Metric {
    Min,
    Avg,
    Max,
    Percentile(Percent),
    Missed,
    Early,
    Drift,
    ToWake,
    ToRun,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Less,
    AtMost,
    More,
    AtLeast,
    Equal,
    Different,
}

impl Metric {
    /// Counts are added up; of times, each worker's is looked at.
    pub(crate) fn is_count(self) -> bool {
        matches!(self, Self::Missed | Self::Early)
    }
}

impl Operator {
    pub(crate) fn holds(self, value: i64, limit: i64) -> bool {
        match self {
            Self::Less => value < limit,
            Self::AtMost => value <= limit,
            Self::More => value > limit,
            Self::AtLeast => value >= limit,
            Self::Equal => value == limit,
            Self::Different => value != limit,
        }
    }

    /// Whether it holds neither for this value nor for any that is larger.
    pub(crate) fn fails_above(self, value: i64, limit: i64) -> bool {
        match self {
            Self::Less => value >= limit,
            Self::AtMost | Self::Equal => value > limit,
            Self::More | Self::AtLeast | Self::Different => false,
        }
    }

    /// Which of two values is worse: the one for which this is larger.
    pub(crate) fn badness(self, value: i64, limit: i64) -> i128 {
        let (value, limit) = (i128::from(value), i128::from(limit));
        match self {
            Self::Less | Self::AtMost => value,
            Self::More | Self::AtLeast => -value,
            Self::Equal => (value - limit).abs(),
            Self::Different => -(value - limit).abs(),
        }
    }
}

impl FromStr for Expect {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_operator = |c: char| "<>=!".contains(c);
        let (left, rest) = text.split_at(text.find(is_operator).ok_or(GRAMMAR)?);
        let right = rest.trim_start_matches(is_operator);
        let operator = rest.get(..rest.len() - right.len()).unwrap_or("");
        // A percentile has a dot, too.
        let (subject, metric) = left.trim().split_once('.').ok_or(GRAMMAR)?;
        let metric = read_metric(metric)?;
        Ok(Self {
            text: text.trim().to_owned(),
            subject: read_subject(subject)?,
            operator: read_operator(operator)?,
            limit: read_limit(right.trim(), metric)?,
            metric,
        })
    }
}

impl fmt::Display for Expect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn read_subject(text: &str) -> Result<Subject, &'static str> {
    if text == "all" {
        return Ok(Subject::All);
    }
    if let Some(number) = text.strip_prefix("cpu") {
        let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
        let number = number.parse().ok().filter(|_| is_number);
        return number.map(Subject::Cpu).ok_or(SUBJECTS);
    }
    let known = primitive::ALL.iter().find(|name| **name == text);
    known.map(|name| Subject::Primitive(name)).ok_or(SUBJECTS)
}

fn read_metric(text: &str) -> Result<Metric, &'static str> {
    Ok(match text {
        "min" => Metric::Min,
        "avg" => Metric::Avg,
        "max" => Metric::Max,
        "missed" => Metric::Missed,
        "early" => Metric::Early,
        "drift" => Metric::Drift,
        "to_wake" => Metric::ToWake,
        "to_run" => Metric::ToRun,
        _ => Metric::Percentile(text.parse().map_err(|_| METRICS)?),
    })
}

fn read_operator(text: &str) -> Result<Operator, &'static str> {
    Ok(match text {
        "<" => Operator::Less,
        "<=" => Operator::AtMost,
        ">" => Operator::More,
        ">=" => Operator::AtLeast,
        "==" => Operator::Equal,
        "!=" => Operator::Different,
        _ => return Err(OPERATORS),
    })
}

fn read_limit(text: &str, metric: Metric) -> Result<i64, &'static str> {
    if metric.is_count() {
        let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        return text.parse().ok().filter(|_| is_number).ok_or(COUNT);
    }
    span::nanos(text).map_err(|_| TIME)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<Expect, &'static str> {
        text.parse()
    }

    #[test]
    fn expectations_are_read() {
        let expect = read(" hrtimer.p99.9 <= 1.5ms ").unwrap();
        assert_eq!(expect.to_string(), "hrtimer.p99.9 <= 1.5ms");
        assert_eq!(expect.subject, Subject::Primitive("hrtimer"));
        assert_eq!(expect.metric, Metric::Percentile(Percent::P99_9));
        assert_eq!(
            (expect.operator, expect.limit),
            (Operator::AtMost, 1_500_000)
        );
        let expect = read("cpu12.missed==0").unwrap();
        assert_eq!(expect.subject, Subject::Cpu(12));
        assert_eq!((expect.metric, expect.limit), (Metric::Missed, 0));
        assert_eq!(read("all.min>=-1ms").unwrap().limit, -1_000_000);
        assert_eq!(read("all.drift!=0").unwrap().operator, Operator::Different);
    }

    #[test]
    fn what_is_wrong_is_told() {
        for (text, why) in [
            ("", GRAMMAR),
            ("hrtimer.max", GRAMMAR),
            ("max<5us", GRAMMAR),
            ("sleep.max<5us", SUBJECTS),
            ("cpu.max<5us", SUBJECTS),
            ("cpu-1.max<5us", SUBJECTS),
            ("cpu+1.max<5us", SUBJECTS),
            ("HRTIMER.max<5us", SUBJECTS),
            ("all.p100<5us", METRICS),
            ("all.median<5us", METRICS),
            ("all.max=5us", OPERATORS),
            ("all.max=<5us", OPERATORS),
            ("all.max<>5us", OPERATORS),
            ("all.max<5", TIME),
            ("all.max<", TIME),
            ("all.max<5us<6us", TIME),
            ("all.missed<5us", COUNT),
            ("all.missed<-1", COUNT),
            ("all.early<1.5", COUNT),
            ("all.missed<99999999999999999999", COUNT),
        ] {
            assert_eq!(read(text), Err(why), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_refused_or_read(
            text in "(all|cpu[0-9]{0,25}|hrtimer|[a-z]{0,4})[.]?(max|p[0-9.]{0,8}|missed)?[<>=! ]{0,3}-?[0-9.]{0,25}(us|ms)?|.{0,30}",
        ) {
            if let Ok(expect) = read(&text) {
                prop_assert_eq!(read(&expect.to_string()), Ok(expect));
            }
        }

        #[test]
        fn what_is_written_is_read(
            subject in 0..primitive::ALL.len(),
            metric in prop::sample::select(vec!["min", "avg", "max", "p50", "p99.99", "drift", "to_wake", "to_run"]),
            operator in prop::sample::select(vec!["<", "<=", ">", ">=", "==", "!="]),
            limit in -1_000_000_i64..1_000_000,
            space in " {0,2}",
        ) {
            let name = primitive::ALL[subject];
            let expect = read(&format!("{name}.{metric}{space}{operator}{space}{limit}us")).unwrap();
            prop_assert_eq!(expect.subject, Subject::Primitive(name));
            prop_assert_eq!(expect.limit, limit * 1_000);
            let worse = expect.operator.badness(limit + 1, limit) > expect.operator.badness(limit, limit);
            prop_assert_eq!(worse, matches!(operator, "<" | "<=" | "=="));
        }

        #[test]
        fn what_holds_is_never_worse_than_what_does_not(a: i64, b: i64, limit: i64, n in 0..6_usize) {
            let operator = [
                Operator::Less,
                Operator::AtMost,
                Operator::More,
                Operator::AtLeast,
                Operator::Equal,
                Operator::Different,
            ][n];
            if operator.holds(a, limit) && !operator.holds(b, limit) {
                prop_assert!(operator.badness(a, limit) < operator.badness(b, limit));
            }
        }
    }
}
