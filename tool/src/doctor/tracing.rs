// SPDX-License-Identifier: GPL-2.0

//! What a tracer does to the times, and a trace that a late wake has stopped.

use super::{
    finding::Topic,
    module::LOADED,
    place::{
        Place,
        Seen, //
    }, //
};

const FOLDERS: [&str; 2] = ["sys/kernel/tracing", "sys/kernel/debug/tracing"];

pub(super) fn examine(place: &Place, topic: &mut Topic) {
    const CHECK: &str = "tracing_on";
    let folder =
        FOLDERS
            .iter()
            .find_map(|folder| match place.read(format!("{folder}/tracing_on")) {
                Seen::Text(text) => Some((*folder, Some(text.trim().to_owned()))),
                Seen::Hidden => Some((*folder, None)),
                Seen::Absent => None,
            });
    match folder {
        Some((folder, Some(on))) => {
            if on == "0" {
                off(place, topic, folder);
            } else {
                topic.ok(CHECK, "tracing is on");
            }
            tracer(place, topic, folder);
        }
        Some((_, None)) => topic.unseen(
            CHECK,
            "whether tracing was left off, which only root may read",
            "if a trace stays empty, as root: echo 1 > /sys/kernel/tracing/tracing_on",
        ),
        None if place.is_there("sys/kernel/tracing") => topic.unseen(
            CHECK,
            "tracing, as /sys/kernel/tracing has no files",
            "as root: mount -t tracefs tracefs /sys/kernel/tracing",
        ),
        None => topic.note(
            CHECK,
            "this kernel cannot trace: trip_us keeps no trace, and causes may not work",
            "to know why a wake was late, take a kernel with CONFIG_FTRACE and tracepoints",
        ),
    }
}

fn off(place: &Place, topic: &mut Topic, folder: &str) {
    let trip = place.text(format!("{LOADED}/parameters/last_trip"));
    let why = match trip.as_deref() {
        None | Some("none" | "") => "tracing is off, so traces stay empty".to_owned(),
        Some(trip) => format!("tracing is off since a late wake ({trip})"),
    };
    topic.note(
        "tracing_on",
        why,
        format!("save the trace if you want it, then as root: echo 1 > /{folder}/tracing_on"),
    );
}

fn tracer(place: &Place, topic: &mut Topic, folder: &str) {
    let current = place.text(format!("{folder}/current_tracer"));
    if let Some(current) = current.filter(|current| current != "nop" && !current.is_empty()) {
        topic.note(
            "tracer",
            format!("the tracer {current} is at work, which makes threads late"),
            format!("as root: echo nop > /{folder}/current_tracer"),
        );
    }
}
