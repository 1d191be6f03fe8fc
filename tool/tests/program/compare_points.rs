// SPDX-License-Identifier: GPL-2.0

//! `compare --prometheus`, with servers that are none, or bad ones. `make test T=fleet` asks a real Prometheus.

use std::{
    io::{
        Read,
        Write, //
    },
    net::{
        TcpListener,
        TcpStream, //
    },
    process::Output,
    sync::{
        atomic::{
            AtomicUsize,
            Ordering, //
        },
        Arc, //
    },
    thread, //
};

use serde_json::{
    json,
    Value, //
};

use crate::{
    common::*,
    schema, //
};

const A: &str = "2026-11-28T08:00:00Z";
const B: &str = "2026-11-29T08:00:00Z";
/// The parameters of these times.
const A_SENT: &str = "time=1795852800.000";
const B_SENT: &str = "time=1795939200.000";

/// Compares with the help of a server that answers each path so; what follows on the connection is not read.
fn compare(answer: impl Fn(&str) -> Vec<u8> + Send + 'static, more: &[&str]) -> Output {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/prefix/", listener.local_addr().unwrap());
    thread::spawn(move || {
        while let Ok((client, _)) = listener.accept() {
            serve(client, &answer);
        }
    });
    run(&[
        &["compare", "--prometheus", &address, "--at", A, "--at", B],
        more,
    ]
    .concat())
}

fn serve(mut client: TcpStream, answer: impl Fn(&str) -> Vec<u8>) {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") && client.read(&mut byte).is_ok_and(|count| count == 1) {
        request.push(byte[0]);
    }
    let request = String::from_utf8(request).unwrap();
    let path = request.split(' ').nth(1).unwrap_or("");
    assert!(path.starts_with("/prefix/api/v1/query?query="), "{request}");
    // It may have heard enough.
    let _ = client.write_all(&answer(path));
}

fn chunked(value: &Value) -> Vec<u8> {
    let text = value.to_string();
    let (a, b) = text.split_at(text.len() / 2);
    let mut bytes = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    for chunk in [a, b, ""] {
        bytes.extend(format!("{:x}\r\n{chunk}\r\n", chunk.len()).bytes());
    }
    bytes
}

fn vector(samples: Vec<Value>) -> Vec<u8> {
    chunked(&json!({"status": "success", "data": {"resultType": "vector", "result": samples}}))
}

fn sample(labels: Value, value: f64) -> Value {
    json!({"metric": labels, "value": [1.0, value.to_string()]})
}

/// What the exporter has counted: ticks of `hrtimer` up to each of these bounds.
fn counted(buckets: &[(&str, f64)], kernel: &str) -> Vec<Value> {
    let named = |name: &str| json!({"__name__": format!("kthread_counter_{name}"), "instance": "m1", "wait": "hrtimer"});
    let mut samples = Vec::new();
    for (le, count) in buckets {
        let mut labels = named("lateness_seconds_bucket");
        labels["le"] = (*le).into();
        samples.push(sample(labels, *count));
    }
    let all = buckets.last().unwrap().1;
    samples.push(sample(named("lateness_seconds_sum"), all * 0.001));
    samples.push(sample(named("ticks_total"), all));
    samples.push(sample(named("missed_intervals_total"), 0.0));
    let mut build = named("build_info");
    build["kernel"] = kernel.into();
    samples.push(sample(build, 1.0));
    samples
}

fn is_about(path: &str, what: &str) -> bool {
    path.contains(&format!("query={what}"))
}

/// A Prometheus with one machine, which has counted this at each time.
fn of_one(path: &str, old: Vec<Value>, new: Vec<Value>) -> Vec<u8> {
    vector(if is_about(path, "group") {
        vec![sample(json!({"instance": "m1", "job": "j"}), 1.0)]
    } else if is_about(path, "min") {
        assert!(path.ends_with(A_SENT), "{path}");
        vec![sample(json!({}), 1_795_852_799.5)]
    } else if is_about(path, "resets") {
        // From just before the last scrape before the first time.
        assert!(
            path.contains("86400501ms") && path.ends_with(B_SENT),
            "{path}"
        );
        vec![]
    } else if path.ends_with(A_SENT) {
        old
    } else {
        assert!(path.ends_with(B_SENT), "{path}");
        new
    })
}

const OLD: [(&str, f64); 4] = [
    ("0.001", 1_000.0),
    ("0.002", 1_000.0),
    ("0.004", 1_000.0),
    ("+Inf", 1_000.0),
];

/// What is said of an answer that is none: one line, and nothing on stdout.
fn fault(output: &Output, status: i32) -> String {
    let line = stderr(output);
    assert_eq!(output.status.code(), Some(status), "{line}");
    assert_eq!((stdout(output), line.lines().count()), ("", 1), "{line}");
    assert!(!line.contains('\x1b'), "{line}");
    line.to_owned()
}

#[test]
fn what_no_prometheus_answers_is_one_line() {
    for (answer, words) in [
        ("", "ended before"),
        ("SSH-2.0-OpenSSH_10.0\r\n", "HTTP"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"status\":\"su", "ended before"),
        ("HTTP/1.1 200 OK\r\n\r\n{\"status\":\"su", "EOF"),
        ("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nx", "compressed"),
        ("HTTP/1.1 200 OK\r\n\r\n<html>", "is no Prometheus"),
        ("HTTP/1.1 200 OK\r\n\r\n{\"status\":\"success\"}", "no data"),
        ("HTTP/1.1 301 Moved Permanently\r\nLocation: /x\r\n\r\n", "301 Moved"),
        ("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", "401 Unauthorized"),
        ("HTTP/1.1 404 Not Found\r\n\r\n<html>", "/api/v1/query"),
        ("HTTP/1.1 502 \x1b[31mBad\r\n\r\n", "502 ?[31mBad"),
        (
            "HTTP/1.1 400 Bad Request\r\n\r\n{\"status\":\"error\",\"error\":\"1:2: parse\\nerror\\u001b\"}",
            "refuses the question: 1:2: parse?error?; see --at and --match",
        ),
    ] {
        let output = compare(move |_| answer.into(), &[]);
        let line = fault(&output, 1);
        assert!(line.contains(words) && line.contains("http://127.0.0.1:"), "{answer}: {line}");
    }
}

#[test]
fn who_has_failed_once_is_not_asked_again() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = asked.clone();
    let output = compare(
        move |_| {
            counted.fetch_add(1, Ordering::SeqCst);
            b"HTTP/1.1 502 Bad Gateway\r\n\r\n".to_vec()
        },
        &[],
    );
    fault(&output, 1);
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[test]
fn a_gigabyte_is_not_read() {
    let output = compare(
        |_| {
            let mut bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n".to_vec();
            bytes.resize(64 << 20, b' ');
            bytes
        },
        &[],
    );
    assert!(fault(&output, 1).contains("more than 16 MiB"));
}

#[test]
fn who_is_not_there_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let output = run(&["compare", "--prometheus", &address, "--at", A, "--at", B]);
    assert!(fault(&output, 1).contains("refused"));
}

#[test]
fn wrong_usage_is_one_line() {
    let url = "http://localhost:9";
    for (arguments, words) in [
        (&["--prometheus", "https://localhost"][..], "ssh -L"),
        (
            &["--prometheus", "localhost:9090", "--at", A, "--at", B],
            "such as http://",
        ),
        (&["--prometheus", url], "--at"),
        (&["--prometheus", url, "--at", A], "--at is given 1 times"),
        (
            &["--prometheus", url, "--at", A, "--at", B, "--at", B],
            "3 times",
        ),
        (
            &["--prometheus", url, "--at", B, "--at", A],
            "is not before",
        ),
        (
            &["--prometheus", url, "--at", A, "--at", A],
            "is not before",
        ),
        (
            &["--prometheus", url, "--at", "now", "--at", B],
            "such as 2026-",
        ),
        (
            &["--prometheus", url, "--at", A, "--at", B, "old", "new"],
            "cannot be used with",
        ),
        (&["old", "new", "--at", A], "cannot be used with"),
        (&["old", "new", "--match", "x"], "cannot be used with"),
        (&["--at", A], "--prometheus"),
        (&["old"], "NEW"),
        (&[], "OLD"),
    ] {
        let line = fault(&run(&[&["compare"], arguments].concat()), 1);
        assert!(
            line.contains("wrong usage") && line.contains(words),
            "{line}"
        );
    }
}

#[test]
fn the_verdict_is_about_what_was_counted_in_between() {
    let text = include_str!("../../../docs/compare.schema.json");
    let schema = serde_json::from_str(text).unwrap();
    // Of what was counted in between, all was as before; p99 was in the next bucket; or in the one after it.
    let since = |counts: [f64; 4]| -> Vec<(&'static str, f64)> {
        OLD.iter()
            .zip(counts)
            .map(|((le, count), more)| (*le, count + more))
            .collect()
    };
    for (counts, more, status, verdict) in [
        ([500.0; 4], &[][..], 0, "pass"),
        ([0.0, 500.0, 500.0, 500.0], &[], 0, "pass"),
        ([490.0, 490.0, 500.0, 500.0], &[], 2, "fail"),
        ([490.0, 490.0, 500.0, 500.0], &["--judge", "p50"], 0, "pass"),
        ([50.0; 4], &[], 3, "unmeasured"),
        ([500.0; 4], &["--judge", "max"], 3, "unmeasured"),
    ] {
        let new = since(counts);
        let answer = move |path: &str| of_one(path, counted(&OLD, "a"), counted(&new, "a"));
        let output = compare(answer.clone(), &[&["--json"], more].concat());
        assert_eq!(
            output.status.code(),
            Some(status),
            "{counts:?} {}",
            stderr(&output)
        );
        let value: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(schema::errors(&schema, &value), [""; 0]);
        assert_eq!(value["verdict"], verdict, "{value}");
        assert_eq!(value["primitives"][0]["new_ticks"], counts[3] as u64);
        let output = compare(answer, more);
        let text = stdout(&output);
        assert_eq!(output.status.code(), Some(status));
        assert!(
            text.contains(&format!(" instance=\"m1\" from {A} to {B}, a\n")),
            "{text}"
        );
        assert!(
            text.contains("\nnote: percentiles come from 3 buckets: a change to"),
            "{text}"
        );
    }
}

#[test]
fn counters_of_another_kernel_began_anew() {
    let answer = |path: &str| of_one(path, counted(&OLD, "a"), counted(&OLD, "b"));
    let output = compare(answer, &[]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output);
    assert!(
        text.contains("began anew in between, so new is what they counted since: hrtimer"),
        "{text}"
    );
    assert!(
        text.contains(", a\nnew: ") && text.contains(", b\n"),
        "{text}"
    );
}

#[test]
fn a_time_without_data_is_3() {
    for (known, unknown) in [(A_SENT, B), (B_SENT, A), ("never", A)] {
        let answer = move |path: &str| {
            let is_known = path.ends_with(known);
            vector(
                is_known
                    .then(|| sample(json!({"instance": "m1"}), 1.0))
                    .into_iter()
                    .collect(),
            )
        };
        let line = fault(&compare(answer, &["--match", "job=\"j\""]), 3);
        assert!(
            line.contains(&format!("nothing is known of {unknown}")),
            "{line}"
        );
        assert!(line.contains("{job=\"j\"}"), "{line}");
    }
}

#[test]
fn several_machines_are_named() {
    let machines = |count: usize| {
        move |path: &str| {
            assert!(is_about(path, "group"), "{path}");
            let machine = |n| sample(json!({"instance": format!("m{n}"), "job": "j"}), 1.0);
            vector((0..count).map(machine).collect())
        }
    };
    let line = fault(&compare(machines(3), &[]), 1);
    for words in [
        "several machines match: instance=\"m0\" instance=\"m1\" instance=\"m2\";",
        "such as --match 'instance=\"m0\"'",
    ] {
        assert!(line.contains(words), "{line}");
    }
    let line = fault(&compare(machines(9_000), &[]), 1);
    assert!(
        line.contains("and 8994 more;") && line.len() < 400,
        "{line}"
    );
}

#[test]
fn buckets_that_are_not_comparable_are_named() {
    let other = [("0.003", 900.0), ("+Inf", 1_000.0)];
    let answer = move |path: &str| of_one(path, counted(&OLD, "a"), counted(&other, "a"));
    assert!(fault(&compare(answer, &[]), 3).contains("--buckets"));
    let shrinking = [("0.001", 900.0), ("+Inf", 800.0)];
    let answer = move |path: &str| of_one(path, counted(&shrinking, "a"), counted(&OLD, "a"));
    assert!(fault(&compare(answer, &[]), 1).contains("buckets of hrtimer do not add up"));
}

mod native;
