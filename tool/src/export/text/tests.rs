// SPDX-License-Identifier: GPL-2.0

use super::*;
use crate::measure::distribution::Distribution;
use proptest::prelude::*;

fn snapshot(wait: &str, split: bool) -> Snapshot {
    let mut distribution = Distribution::default();
    distribution.add(63, 2);
    distribution.add(262_143, 3);
    distribution.add(i64::MAX, 1);
    let key = Key {
        wait: wait.into(),
        cpu: Some(2),
        interval: Some("10ms".into()),
    };
    let sums = Sums {
        distribution,
        ticks: 7,
        missed: 1,
        early: 0,
        late_ns: 1_500_000_000,
        split: split.then_some(SplitSums {
            ticks: 4,
            to_wake_ns: 1_000,
            to_run_ns: 2,
        }),
    };
    Snapshot {
        up: true,
        hz: Some(250),
        drift: [(key.clone(), -5)].into(),
        series: [(key, sums)].into(),
        trips: 9,
        states: [1, 0, 2, 0],
        start_ns: Some(1_700_000_000_250_000_000),
        took_ns: 12_000,
    }
}

fn page(snapshot: &Snapshot, buckets: &str, format: Format) -> String {
    text(
        snapshot,
        &Host::default(),
        &buckets.parse().unwrap(),
        format,
    )
}

#[test]
fn as_prometheus_reads_it() {
    let page = page(&snapshot("hrtimer", true), "1us,1ms", Format::Prometheus);
    for line in [
        "# TYPE kthread_counter_lateness_seconds histogram",
        r#"kthread_counter_lateness_seconds_bucket{wait="hrtimer",cpu="2",interval="10ms",le="1.023e-06"} 2"#,
        r#"kthread_counter_lateness_seconds_bucket{wait="hrtimer",cpu="2",interval="10ms",le="0.001048575"} 5"#,
        r#"kthread_counter_lateness_seconds_bucket{wait="hrtimer",cpu="2",interval="10ms",le="+Inf"} 6"#,
        r#"kthread_counter_lateness_seconds_count{wait="hrtimer",cpu="2",interval="10ms"} 6"#,
        r#"kthread_counter_lateness_seconds_sum{wait="hrtimer",cpu="2",interval="10ms"} 1.5"#,
        "# TYPE kthread_counter_ticks_total counter",
        r#"kthread_counter_to_run_seconds_total{wait="hrtimer",cpu="2",interval="10ms"} 2e-09"#,
        r#"kthread_counter_drift_seconds{wait="hrtimer",cpu="2",interval="10ms"} -5e-09"#,
        r#"kthread_counter_workers{state="exited"} 2"#,
        "kthread_counter_start_time_seconds 1700000000.25",
        "kthread_counter_trips_total 9",
    ] {
        assert!(page.lines().any(|one| one == line), "{line}\n{page}");
    }
}

#[test]
fn openmetrics_has_units_other_counters_and_an_end() {
    let page = page(&snapshot("hrtimer", true), "1us", Format::OpenMetrics);
    for line in [
        "# TYPE kthread_counter_ticks counter",
        "# UNIT kthread_counter_to_run_seconds seconds",
        "# UNIT kthread_counter_lateness_seconds seconds",
    ] {
        assert!(page.lines().any(|one| one == line), "{line}\n{page}");
    }
    assert!(page.ends_with("\n# EOF\n"));
}

#[test]
fn a_module_that_is_not_there_is_down() {
    let page = page(&Snapshot::default(), "pow2", Format::Prometheus);
    assert!(page.contains("\nkthread_counter_up 0\n"), "{page}");
    assert!(
        !page.contains("workers") && !page.contains("lateness"),
        "{page}"
    );
}

#[test]
fn without_causes_nothing_is_said_of_them() {
    assert!(!page(&snapshot("event", false), "1us", Format::Prometheus).contains("to_wake"));
}

proptest! {
    #[test]
    fn what_a_file_says_stays_in_its_quotes(wait in "[\\x00-\\x{ff}\"\\\\\n]{0,12}") {
        for format in [Format::Prometheus, Format::OpenMetrics] {
            let honest = page(&snapshot("x", true), "pow2", format);
            let page = page(&snapshot(&wait, true), "pow2", format);
            prop_assert_eq!(page.lines().count(), honest.lines().count());
            for line in page.lines() {
                prop_assert!(line.starts_with("# ") || line.starts_with("kthread_counter_"), "{}", line);
            }
        }
    }
}
