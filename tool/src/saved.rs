// SPDX-License-Identifier: GPL-2.0

//! Measurements that were kept: the JSON of `show` and `run`, or a folder that `save` has written.

use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::Path, //
};

use serde::Deserialize;
use serde_json::Value;

use crate::{
    error::{
        Error,
        Result, //
    },
    kernel::{
        problem::Problem,
        source::Source, //
    },
    output::{
        document::{
            Run,
            Worker, //
        },
        json::SCHEMA, //
    },
    reading, //
};

const REMEDY: &str = "give a file of `kthread-counter show --json` or `run -o json`, \
     or a folder that `kthread-counter save` has written";

/// Reads one, and what could not be read in it. What `show` wrote is a run of which nothing was asked.
pub(crate) fn load(path: &Path) -> Result<(Run, Vec<Problem>)> {
    if path.is_dir() {
        let (show, problems) = reading::read(&Source::new(Some(path.to_owned())))?;
        let run = Run {
            show,
            ..Run::default()
        };
        return Ok((run, problems));
    }
    let bytes = fs::read(path).map_err(|error| {
        Error::failed(
            format_args!("cannot read {}", path.display()),
            error,
            REMEDY,
        )
    })?;
    let run = parse(&bytes).map_err(|why| match why {
        Refusal::Newer(schema) => Error::failed(
            path.display(),
            format_args!("its schema is {schema}, and this program knows {SCHEMA}"),
            "read it with the kthread-counter that wrote it, or a newer one",
        ),
        Refusal::Other(why) => Error::failed(path.display(), why, REMEDY),
    })?;
    Ok((run, Vec::new()))
}

/// Refuses to write over what was read.
pub(crate) fn refuse_to_overwrite(output: &Path, inputs: &[&Path]) -> Result {
    let same = |path: &&Path| {
        let file = |path: &Path| fs::metadata(path).map(|file| (file.dev(), file.ino())).ok();
        file(output).is_some_and(|output| file(path) == Some(output))
    };
    match inputs.iter().any(same) {
        true => Err(Error::failed(
            format_args!("cannot write {}", output.display()),
            "it is a measurement that is read",
            "write to another file",
        )),
        false => Ok(()),
    }
}

/// What a document is called in pictures and pages: its file, without the folder.
pub(crate) fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

#[derive(Debug, PartialEq)]
enum Refusal {
    Newer(u64),
    Other(String),
}

fn parse(bytes: &[u8]) -> std::result::Result<Run, Refusal> {
    let other = |why: &str| Refusal::Other(why.to_owned());
    let value = last_value(bytes).map_err(Refusal::Other)?;
    let schema = value.get("schema").and_then(Value::as_u64);
    let Some(schema @ 1..) = schema else {
        return Err(other("it has no schema number of ours"));
    };
    // Each command's JSON has its own number.
    let workers = value.get("workers");
    if workers.is_some() && schema > u64::from(SCHEMA) {
        return Err(Refusal::Newer(schema));
    }
    if !workers.is_some_and(Value::is_array) {
        return Err(other("it has no list of workers"));
    }
    let run = Run::deserialize(value).map_err(|error| Refusal::Other(error.to_string()))?;
    match run.show.workers.is_empty() || run.show.workers.iter().any(says_something) {
        true => Ok(run),
        false => Err(other("none of its workers has a field that is known")),
    }
}

/// Whether something is known of a worker besides its id.
fn says_something(worker: &Worker) -> bool {
    let nothing = Worker {
        id: worker.id,
        ..Worker::default()
    };
    *worker != nothing
}

/// The document, or the last one of a file that has one a line. The last line may be cut off.
fn last_value(bytes: &[u8]) -> std::result::Result<Value, String> {
    let error = match serde_json::from_slice(bytes) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    let lines = bytes.rsplit(|&byte| byte == b'\n');
    lines
        .filter(|line| line.starts_with(b"{") && line.trim_ascii_end().ends_with(b"}"))
        .find_map(|line| serde_json::from_slice(line).ok())
        .ok_or_else(|| format!("it is no JSON: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn why(text: &str) -> String {
        match parse(text.as_bytes()) {
            Err(Refusal::Other(why)) => why,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_not_ours_is_refused() {
        for (text, words) in [
            ("", "no JSON"),
            ("{\"schema\": 1", "no JSON"),
            ("[]", "no schema"),
            ("{\"schema\": 0, \"workers\": []}", "no schema"),
            ("{\"schema\": -1, \"workers\": []}", "no schema"),
            ("{\"schema\": 1, \"groups\": []}", "no list of workers"),
            ("{\"schema\": 2, \"groups\": []}", "no list of workers"),
            ("{\"schema\": 1, \"workers\": [{\"ticks\": -1}]}", "-1"),
            (
                "{\"schema\": 1, \"workers\": [{\"id\": 7, \"colour\": \"red\"}, {}]}",
                "none of its workers has a field that is known",
            ),
        ] {
            assert!(why(text).contains(words), "{text}: {}", why(text));
        }
        let newer = parse(b"{\"schema\": 2, \"workers\": 5}");
        assert_eq!(newer, Err(Refusal::Newer(2)));
    }

    #[test]
    fn what_is_unknown_or_missing_is_no_error() {
        let run = parse(b"{\"schema\": 1, \"new\": [1], \"workers\": [{\"id\": 7, \"ticks\": 5, \"new\": {}}, {}]}")
            .unwrap();
        assert_eq!((run.show.schema, run.show.workers[0].id), (1, 7));
    }

    #[test]
    fn the_last_whole_line_counts() {
        let line =
            |id| format!("{{\"schema\": 1, \"workers\": [{{\"id\": {id}, \"ticks\": 5}}]}}\n");
        let text = format!("{}{}{{\"schema\": 1, \"wor", line(1), line(2));
        assert_eq!(parse(text.as_bytes()).unwrap().show.workers[0].id, 2);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&bytes);
        }

        #[test]
        fn any_numbers_are_read_or_refused(numbers in prop::collection::vec("-?[0-9]{1,25}(\\.5|e[0-9]{1,3})?|null|\"x\"", 6)) {
            let [a, b, c, d, e, f] = &numbers[..] else { unreachable!() };
            let text = format!(
                "{{\"schema\": 1, \"start\": {a}, \"duration_ns\": {b}, \"workers\": [{{\"id\": {c}, \
                 \"ticks\": {d}, \"late_ns\": {{\"max\": {e}}}, \"histogram\": [[{f}, 1]]}}]}}"
            );
            let _ = parse(text.as_bytes());
        }
    }
}
