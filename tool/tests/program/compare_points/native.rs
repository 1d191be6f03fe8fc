// SPDX-License-Identifier: GPL-2.0

//! What a real Prometheus 3.5 answered.

use super::*;

/// What Prometheus 3.5 answered, of the series whose names are wanted.
fn answered(file: &str, is_wanted: impl Fn(&str) -> bool) -> Vec<Value> {
    let text = std::fs::read_to_string(recorded(&format!("prometheus/{file}.json"))).unwrap();
    let mut answer: Value = serde_json::from_str(&text).unwrap();
    let Value::Array(mut all) = answer["data"]["result"].take() else {
        panic!("{text}");
    };
    all.retain(|one| is_wanted(one["metric"]["__name__"].as_str().unwrap()));
    all
}

#[test]
fn native_histograms_have_the_verdict_of_buckets() {
    const NATIVE: &str = "kthread_counter_lateness_seconds";
    let compared = |is_wanted: fn(&str) -> bool| {
        let answer = move |path: &str| {
            let (begin, end) = (answered("begin", is_wanted), answered("end", is_wanted));
            of_one(path, begin, end)
        };
        let output = compare(answer, &["--json", "--judge", "p50,p99,avg,missed"]);
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
        let mut value: Value = serde_json::from_slice(&output.stdout).unwrap();
        // The address is another one each time.
        let notes = value["notes"].take();
        for side in ["old", "new"] {
            value[side].take();
        }
        (value, notes.to_string())
    };
    let (by_buckets, notes) = compared(|name| name != NATIVE);
    assert!(notes.contains("from 25 buckets"), "{notes}");
    assert_eq!(by_buckets["primitives"].as_array().unwrap().len(), 3);
    let (by_native, notes) = compared(|name| !name.starts_with(&format!("{NATIVE}_")));
    assert!(notes.contains("from native histograms"), "{notes}");
    assert_eq!(by_native, by_buckets);
    // With both, buckets have all of their bounds.
    let (by_both, notes) = compared(|_| true);
    assert!(notes.contains("from 25 buckets"), "{notes}");
    assert_eq!(by_both, by_buckets);
}
