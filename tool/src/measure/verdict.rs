// SPDX-License-Identifier: GPL-2.0

//! Whether what was measured is what was expected.

use serde::{
    Deserialize,
    Serialize, //
};

use super::{
    distribution::Distribution,
    expect::{
        Expect,
        Metric,
        Subject, //
    },
    primitive, //
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Verdict {
    Pass,
    Fail,
    Unmeasured,
}

/// What was measured of one worker. A number is `None` if it is not known.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row {
    pub(crate) id: u64,
    pub(crate) wait: String,
    /// The CPU that it is bound to, or where it ran last.
    pub(crate) cpu: Option<u64>,
    pub(crate) ticks: u64,
    pub(crate) missed: Option<u64>,
    pub(crate) early: Option<u64>,
    pub(crate) min: Option<i64>,
    pub(crate) avg: Option<i64>,
    pub(crate) max: Option<i64>,
    pub(crate) drift: Option<i64>,
    pub(crate) to_wake: Option<i64>,
    pub(crate) to_run: Option<i64>,
    pub(crate) distribution: Distribution,
}

/// What became of one expectation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) result: Verdict,
    /// The sum of a count, or the worst of the times.
    pub(crate) measured: Option<i64>,
    /// The worker with the worst.
    pub(crate) worker: Option<u64>,
}

impl Row {
    fn is_about(&self, subject: Subject) -> bool {
        match subject {
            Subject::All => true,
            Subject::Primitive(name) => self.wait == name,
            Subject::Cpu(cpu) => self.cpu == Some(cpu),
        }
    }

    /// Whether a worker with this primitive can have it at all.
    fn can_have(&self, metric: Metric) -> bool {
        match metric {
            Metric::Drift => !primitive::is_driven(&self.wait),
            Metric::ToWake | Metric::ToRun => primitive::is_split(&self.wait),
            _ => true,
        }
    }

    fn value(&self, metric: Metric) -> Option<i64> {
        // Counters of a worker that has not woken up say nothing.
        if self.ticks == 0 {
            return None;
        }
        let count =
            |count: Option<u64>| count.map(|count| i64::try_from(count).unwrap_or(i64::MAX));
        match metric {
            Metric::Min => self.min,
            Metric::Avg => self.avg,
            Metric::Max => self.max,
            Metric::Percentile(percent) => self.distribution.percentile(percent, self.max),
            Metric::Missed => count(self.missed),
            Metric::Early => count(self.early),
            Metric::Drift => self.drift,
            Metric::ToWake => self.to_wake,
            Metric::ToRun => self.to_run,
        }
    }
}

/// Judges one expectation. A worker that fails is enough to fail; one that was not measured leaves the
/// rest unmeasured, and so does a subject that nobody is.
pub(crate) fn judge(expect: &Expect, rows: &[Row]) -> Finding {
    let metric = expect.metric;
    let about: Vec<(u64, Option<i64>)> = rows
        .iter()
        .filter(|row| row.is_about(expect.subject) && row.can_have(metric))
        .map(|row| (row.id, row.value(metric)))
        .collect();
    let known = about.iter().filter_map(|&(id, value)| Some((id, value?)));
    let worst = known
        .clone()
        .max_by_key(|&(_, value)| expect.operator.badness(value, expect.limit));
    let measured = match metric.is_count() {
        true => worst.map(|_| known.fold(0_i64, |sum, (_, value)| sum.saturating_add(value))),
        false => worst.map(|(_, value)| value),
    };
    let is_whole = !about.is_empty() && about.iter().all(|(_, value)| value.is_some());
    let fails = |value| {
        // What is missing of a sum can only make it larger.
        let is_sure =
            is_whole || !metric.is_count() || expect.operator.fails_above(value, expect.limit);
        !expect.operator.holds(value, expect.limit) && is_sure
    };
    let result = match measured {
        Some(value) if fails(value) => Verdict::Fail,
        Some(_) if is_whole => Verdict::Pass,
        _ => Verdict::Unmeasured,
    };
    Finding {
        result,
        measured,
        worker: worst.map(|(id, _)| id),
    }
}

/// The verdict of all: one that fails is enough, then one that was not measured.
pub(crate) fn of_all(results: impl IntoIterator<Item = Verdict>) -> Option<Verdict> {
    results.into_iter().max_by_key(|result| match result {
        Verdict::Pass => 0,
        Verdict::Unmeasured => 1,
        Verdict::Fail => 2,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn row(id: u64, wait: &str, ticks: u64, max: i64) -> Row {
        let mut distribution = Distribution::default();
        distribution.add(max, ticks);
        Row {
            id,
            wait: wait.into(),
            cpu: Some(id % 2),
            ticks,
            missed: Some(id),
            early: Some(0),
            min: Some(1),
            avg: Some(max / 2),
            max: Some(max),
            drift: Some(0),
            distribution,
            ..Row::default()
        }
    }

    fn judged(expect: &str, rows: &[Row]) -> (Verdict, Option<i64>, Option<u64>) {
        let finding = judge(&expect.parse().unwrap(), rows);
        (finding.result, finding.measured, finding.worker)
    }

    #[test]
    fn the_worst_worker_of_the_subject_is_named() {
        use Verdict::*;
        let rows = [
            row(0, "hrtimer", 1_000, 40_000),
            row(1, "hrtimer", 1_000, 60_000),
            row(2, "ssleep", 1_000, 9_000_000),
        ];
        assert_eq!(
            judged("hrtimer.max<50us", &rows),
            (Fail, Some(60_000), Some(1))
        );
        assert_eq!(
            judged("hrtimer.max<=60us", &rows),
            (Pass, Some(60_000), Some(1))
        );
        assert_eq!(judged("cpu1.p50<1ms", &rows), (Pass, Some(60_000), Some(1)));
        assert_eq!(judged("all.max>50us", &rows), (Fail, Some(40_000), Some(0)));
        // Counts are added up.
        assert_eq!(judged("all.missed<4", &rows), (Pass, Some(3), Some(2)));
        assert_eq!(judged("all.missed==0", &rows), (Fail, Some(3), Some(2)));
    }

    #[test]
    fn what_is_not_known_is_unmeasured() {
        use Verdict::*;
        let rows = [row(0, "hrtimer", 999, 40_000), row(1, "event", 0, 0)];
        assert_eq!(judged("hrtimer.p99<1ms", &rows).0, Pass);
        assert_eq!(judged("hrtimer.p99.9<1ms", &rows), (Unmeasured, None, None));
        assert_eq!(judged("all.missed==0", &rows).0, Unmeasured);
        assert_eq!(judged("work.max<1ms", &rows).0, Unmeasured);
        assert_eq!(judged("hrtimer.to_run<1ms", &rows).0, Unmeasured);
        // A worker that fails is enough, whatever the others did.
        assert_eq!(judged("all.max<1us", &rows), (Fail, Some(40_000), Some(0)));
        assert_eq!(judged("all.early==0", &rows).0, Unmeasured);
        let late = [row(7, "hrtimer", 5, 1), row(1, "event", 0, 0)];
        assert_eq!(judged("all.missed<5", &late), (Fail, Some(7), Some(7)));
        assert_eq!(judged("all.missed<7", &late).0, Fail);
        for open in [
            "all.missed<=7",
            "all.missed==7",
            "all.missed!=7",
            "all.missed>7",
            "all.missed>9",
        ] {
            assert_eq!(judged(open, &late).0, Unmeasured, "{open}");
        }
        // An event has no drift, so that it is not missing.
        assert_eq!(judged("all.drift<1ms", &rows).0, Pass);
    }

    #[test]
    fn a_failure_outweighs_what_was_not_measured() {
        use Verdict::*;
        assert_eq!(of_all([Pass, Fail, Unmeasured]), Some(Fail));
        assert_eq!(of_all([Pass, Unmeasured]), Some(Unmeasured));
        assert_eq!(of_all([Pass]), Some(Pass));
        assert_eq!(of_all([]), None);
    }

    proptest! {
        #[test]
        fn any_numbers_are_judged(
            numbers in prop::collection::vec((0..4_u64, any::<Option<i64>>(), any::<Option<u64>>()), 0..6),
            text in prop::sample::select(vec!["all.max<1us", "all.missed<5", "event.drift>0", "all.p99!=1ms", "cpu0.min==0"]),
        ) {
            let rows: Vec<Row> = numbers
                .iter()
                .map(|&(ticks, max, missed)| Row { ticks, max, missed, ..row(0, "event", ticks, 1) })
                .collect();
            let expect: Expect = text.parse().unwrap();
            let finding = judge(&expect, &rows);
            if finding.result != Verdict::Unmeasured {
                let holds = expect.operator.holds(finding.measured.unwrap(), expect.limit);
                prop_assert_eq!(holds, finding.result == Verdict::Pass);
            }
        }
    }
}
