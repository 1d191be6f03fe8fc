// SPDX-License-Identifier: GPL-2.0

//! Which kernel this is, and what it was built with.

use std::io::{
    BufRead,
    BufReader, //
};

use super::{
    config::Config,
    finding::Topic,
    module::LOADED,
    place::Place, //
};

/// The oldest kernel that the module can be built for.
const OLDEST: (u32, u32) = (7, 2);

/// What looks for mistakes in the kernel while it runs, and makes all of it slower.
const DETECTORS: [&str; 7] = [
    "KASAN",
    "KCSAN",
    "KMSAN",
    "PROVE_LOCKING",
    "DEBUG_KMEMLEAK",
    "DEBUG_OBJECTS",
    "KCOV",
];

pub(super) fn examine(place: &Place, topic: &mut Topic) {
    let config = Config::read(place);
    release(place, topic);
    rust(place, config.as_ref(), topic);
    preemption(place, topic);
    detectors(place, config.as_ref(), topic);
}

fn release(place: &Place, topic: &mut Topic) {
    const CHECK: &str = "release";
    let Some(release) = place.release() else {
        let what = "which kernel this is, as /proc/sys/kernel/osrelease cannot be read";
        return topic.unseen(CHECK, what, "mount /proc");
    };
    match number(&release) {
        Some(number) if number < OLDEST => topic.problem(
            CHECK,
            format!("Linux {release} is older than 7.2: the module cannot be built for it"),
            "boot a kernel of 7.2 or later, such as that of Debian's backports",
        ),
        _ => topic.ok(CHECK, format!("Linux {release}")),
    }
}

/// The first two numbers of a release.
fn number(release: &str) -> Option<(u32, u32)> {
    let mut numbers = release.split(|c: char| !c.is_ascii_digit());
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

fn rust(place: &Place, config: Option<&Config>, topic: &mut Topic) {
    const CHECK: &str = "rust";
    let has_rust = match config {
        Some(config) => Some(config.has("RUST")),
        None if place.is_there(LOADED) => Some(true),
        None => has_rust_symbols(place),
    };
    match has_rust {
        Some(true) => topic.ok(CHECK, "it was built with Rust, which the module needs"),
        Some(false) => topic.problem(
            CHECK,
            "it was built without Rust (CONFIG_RUST): the module cannot be loaded",
            "boot a kernel with CONFIG_RUST=y, such as Debian's of 7.2 or later",
        ),
        None => topic.unseen(
            CHECK,
            "whether it was built with Rust, as neither its configuration nor /proc/kallsyms can be read",
            "install the kernel's configuration, or just try: modprobe kthread_counter",
        ),
    }
}

/// The functions with which the kernel's Rust calls C. A module's own symbols have its name behind them.
fn has_rust_symbols(place: &Place) -> Option<bool> {
    let file = BufReader::with_capacity(1 << 16, place.open("proc/kallsyms").ok()?);
    let mut any = false;
    for line in file.split(b'\n') {
        let line = line.ok()?;
        any = true;
        let mut words = line.split(|byte| byte.is_ascii_whitespace());
        let is_helper = words
            .nth(2)
            .is_some_and(|name| name.starts_with(b"rust_helper_"));
        if is_helper && words.all(<[u8]>::is_empty) {
            return Some(true);
        }
    }
    // A kernel without that list has an empty file.
    any.then_some(false)
}

fn preemption(place: &Place, topic: &mut Topic) {
    const CHECK: &str = "preemption";
    let Some(version) = place.text("proc/sys/kernel/version") else {
        let what = "the preemption model, as /proc/sys/kernel/version cannot be read";
        return topic.unseen(CHECK, what, "mount /proc");
    };
    let word = version
        .split_ascii_whitespace()
        .find(|word| word.starts_with("PREEMPT"))
        .map(|word| word.trim_end_matches(','));
    let is_real_time = place.number("sys/kernel/realtime") == Some(1);
    match word {
        _ if is_real_time => topic.ok(CHECK, "PREEMPT_RT: a thread waits for little in the kernel"),
        Some(word) => {
            let mode = preempt_mode(place).map_or(String::new(), |mode| format!(", now {mode}"));
            topic.ok(CHECK, format!("{word}{mode}"));
        }
        None => topic.note(
            CHECK,
            "no preemption in the kernel: a thread waits until system calls of others let it run",
            "to wake earlier, boot with preempt=full or take a kernel with PREEMPT_RT",
        ),
    }
}

/// What a kernel of PREEMPT_DYNAMIC does now: the word in brackets, which root may read.
fn preempt_mode(place: &Place) -> Option<String> {
    let text = place.text("sys/kernel/debug/sched/preempt")?;
    let (_, rest) = text.split_once('(')?;
    Some(rest.split_once(')')?.0.to_owned())
}

fn detectors(place: &Place, config: Option<&Config>, topic: &mut Topic) {
    const CHECK: &str = "detectors";
    let Some(config) = config else {
        // Not worth a line if nothing is known; the file of one of them is.
        if place.is_there("proc/lockdep") {
            slow(topic, "PROVE_LOCKING");
        }
        return;
    };
    let found: Vec<&str> = DETECTORS
        .into_iter()
        .filter(|option| config.has(option))
        .collect();
    if found.is_empty() {
        topic.ok(CHECK, "no detectors of mistakes, which would make it slow");
    } else {
        slow(topic, &found.join(", "));
    }

    fn slow(topic: &mut Topic, names: &str) {
        topic.note(
            CHECK,
            format!("it was built to find mistakes ({names}), so all of it is slower"),
            "measure on the kernel that you use",
        );
    }
}
