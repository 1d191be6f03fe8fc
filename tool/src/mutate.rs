// SPDX-License-Identifier: GPL-2.0

//! The commands, on recorded files that were changed at random: none of them panics, goes on for ever, or takes much
//! memory, whatever the files say. Each runs as from the command line, but in this process.

use std::{
    fs,
    path::{
        Path,
        PathBuf, //
    },
    sync::atomic::{
        AtomicU32,
        Ordering, //
    },
};

use clap::Parser;
use proptest::prelude::*;

use crate::{
    cli::Cli,
    command,
    error::Error,
    kernel::source::{
        Source,
        HISTOGRAM,
        TABLE, //
    },
    output::document,
    reading,
    top, //
};

const RECORDED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recorded");
const FOLDERS: [&str; 5] = ["causes_off", "causes_on", "dashes", "cut_off", "no_workers"];
const FILES: [&str; 3] = [TABLE, HISTOGRAM, "host.json"];
/// What is allowed besides the file names. Those that are not there yet, or have gone, are left out.
const COMMANDS: &[&[&str]] = &[
    &["show"],
    &["show", "--json"],
    &["hist"],
    &[
        "hist",
        "--by",
        "worker",
        "--cdf",
        "--percentiles",
        "p0.0001,p99.9999",
    ],
    &["hist", "--json", "--by", "worker"],
    &["top", "--batch", "2", "--interval", "50ms"],
    &["top", "--batch", "1", "--by", "wait", "--sort", "p99"],
];
/// Of commands on JSON documents.
const OF_DOCUMENTS: &[&[&str]] = &[&["compare"], &["compare", "--json"]];
/// What all tests of this process may take together.
const MOST_KB: u64 = 1_000_000;

/// A change of a text.
#[derive(Clone, Debug)]
enum Change {
    Byte(usize, u8),
    CutAt(usize),
    CutBefore(usize),
    Repeat(usize, usize),
    Remove(usize),
    Swap(usize, usize),
    Number(usize, &'static str),
    Insert(usize, &'static str),
    Long(usize, u8, usize),
}

fn change() -> impl Strategy<Value = Change> {
    let numbers = [
        "18446744073709551615",
        "18446744073709551616",
        "9223372036854775807",
        "-9223372036854775808",
        "999999999999999999999999999999",
        "-1",
        "0",
        "-",
        "4294967296",
        "1e308",
        "0x10",
        "+5",
        "1.5",
    ];
    let texts = [
        "\n",
        "\n\n",
        " ",
        "\t",
        "=",
        "-",
        "\u{1b}[2J",
        "\0",
        "NaN",
        "1e999",
        "{",
        "}",
        "[",
        "\"",
        "null",
        "all ",
        "\u{202e}",
        "\r",
        "kthread_counter 1 ",
        "id ",
        ",",
        ":",
    ];
    let place = any::<usize>;
    prop_oneof![
        (place(), any::<u8>()).prop_map(|(at, byte)| Change::Byte(at, byte)),
        place().prop_map(Change::CutAt),
        place().prop_map(Change::CutBefore),
        (place(), 1_usize..100).prop_map(|(at, times)| Change::Repeat(at, times)),
        place().prop_map(Change::Remove),
        (place(), place()).prop_map(|(a, b)| Change::Swap(a, b)),
        (place(), prop::sample::select(numbers.to_vec()))
            .prop_map(|(at, text)| Change::Number(at, text)),
        (place(), prop::sample::select(texts.to_vec()))
            .prop_map(|(at, text)| Change::Insert(at, text)),
        (place(), any::<u8>(), 1_usize..20_000)
            .prop_map(|(at, byte, times)| Change::Long(at, byte, times)),
    ]
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        let place = |at: &usize| at % bytes.len();
        match self {
            Self::Byte(at, byte) => {
                let at = place(at);
                bytes[at] = *byte;
            }
            Self::CutAt(at) => bytes.truncate(place(at)),
            Self::CutBefore(at) => {
                let at = place(at);
                bytes.drain(..at);
            }
            Self::Repeat(at, times) => with_lines(bytes, |lines| {
                let at = at % lines.len();
                let again = vec![lines[at].clone(); *times];
                lines.splice(at..at, again);
            }),
            Self::Remove(at) => with_lines(bytes, |lines| {
                lines.remove(at % lines.len());
            }),
            Self::Swap(a, b) => with_lines(bytes, |lines| {
                let length = lines.len();
                lines.swap(a % length, b % length);
            }),
            Self::Number(at, text) => number(bytes, *at, text.as_bytes()),
            Self::Insert(at, text) => {
                let at = place(at);
                bytes.splice(at..at, text.bytes());
            }
            Self::Long(at, byte, times) => {
                let at = place(at);
                bytes.splice(at..at, std::iter::repeat_n(*byte, *times));
            }
        }
    }
}

fn with_lines(bytes: &mut Vec<u8>, change: impl FnOnce(&mut Vec<Vec<u8>>)) {
    let mut lines: Vec<Vec<u8>> = bytes
        .split_inclusive(|&byte| byte == b'\n')
        .map(<[u8]>::to_vec)
        .collect();
    change(&mut lines);
    *bytes = lines.concat();
}

/// Replaces one of the numbers.
fn number(bytes: &mut Vec<u8>, which: usize, text: &[u8]) {
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let starts: Vec<usize> = (0..bytes.len())
        .filter(|&at| digit(at) && (at == 0 || !digit(at - 1)))
        .collect();
    if starts.is_empty() {
        return;
    }
    let start = starts[which % starts.len()];
    let end = (start..).find(|&at| !digit(at)).unwrap_or(start);
    bytes.splice(start..end, text.iter().copied());
}

/// A folder that is gone at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);

        let name = format!(
            "kthread-counter-{}-{}",
            std::process::id(),
            NUMBER.fetch_add(1, Ordering::Relaxed)
        );
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Runs a command; its errors are lines that a person can read.
fn run(words: &[&str], more: &[&str]) {
    let words = [&["kthread-counter"], words, more].concat();
    let Ok(cli) = Cli::try_parse_from(words) else {
        return;
    };
    if let Err(Error::Failed(message) | Error::Unmeasured(message)) = command::run(cli) {
        assert!(!message.is_empty());
    }
}

/// The folder's files through all that reads them.
fn read_all(folder: &Path) {
    let path = folder.to_str().unwrap();
    for command in COMMANDS {
        run(command, &["--from", path]);
    }
    top::draw_in_any_size(&Source::new(Some(folder.to_owned())));
}

fn most_memory_kb() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    line.split_ascii_whitespace()
        .nth(1)
        .unwrap()
        .parse()
        .unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig {
        // Each case runs all commands.
        cases: (ProptestConfig::default().cases / 5).max(50),
        ..ProptestConfig::default()
    })]

    #[test]
    fn changed_files_are_read(
        name in prop::sample::select(FOLDERS.to_vec()),
        changes in prop::collection::vec((0..FILES.len(), change()), 1..6),
    ) {
        let folder = Folder::new();
        for (number, file) in FILES.iter().enumerate() {
            let Ok(mut bytes) = fs::read(Path::new(RECORDED).join(name).join(file)) else {
                continue;
            };
            let of_file = changes.iter().filter(|(which, _)| *which == number);
            of_file.for_each(|(_, change)| change.apply(&mut bytes));
            fs::write(folder.0.join(file), bytes).unwrap();
        }
        read_all(&folder.0);
        prop_assert!(most_memory_kb() < MOST_KB, "{} KB", most_memory_kb());
    }

    #[test]
    fn changed_documents_are_read(
        name in prop::sample::select(FOLDERS.to_vec()),
        changes in prop::collection::vec(change(), 1..6),
    ) {
        let source = Source::new(Some(Path::new(RECORDED).join(name)));
        let show = reading::read(&source).unwrap().0;
        let run_document = document::Run { show, argv: vec!["run".into()], ..document::Run::default() };
        // In lines, of which changes take one.
        let good = serde_json::to_vec_pretty(&run_document).unwrap();
        let mut bytes = good.clone();
        changes.iter().for_each(|change| change.apply(&mut bytes));
        let _ = serde_json::from_slice::<document::Show>(&bytes);
        let _ = serde_json::from_slice::<document::Run>(&bytes);

        let folder = Folder::new();
        let (old, new) = (folder.0.join("old.json"), folder.0.join("new.json"));
        fs::write(&old, good).unwrap();
        fs::write(&new, bytes).unwrap();
        let (old, new) = (old.to_str().unwrap(), new.to_str().unwrap());
        for command in OF_DOCUMENTS {
            run(command, &[old, new]);
            run(command, &[new, old]);
        }
        let page = folder.0.join("page.html");
        run(&["report"], &[new, "-o", page.to_str().unwrap()]);
        prop_assert!(most_memory_kb() < MOST_KB, "{} KB", most_memory_kb());
    }
}

#[test]
fn the_commands_are_there() {
    for command in COMMANDS {
        let words = [&["kthread-counter"], *command].concat();
        assert!(Cli::try_parse_from(words).is_ok(), "{command:?}");
    }
}

#[test]
fn as_many_workers_as_there_may_be_are_read() {
    let folder = Folder::new();
    let head = "kthread_counter 1 hz=250 threads=32768 running=0 trips=0 uptime_ns=1";
    let mut table = format!("{head}\nid wait late_max_ns\n");
    let mut histogram = format!("{head}\nid le_ns count\n");
    for id in 0..32_768 {
        // As many primitives as workers: no file of the module has that.
        table += &format!("{id} w{id} {id}\n");
        histogram += &format!("{id} 63 1\n{id} {} 9\n", 1_023 + id);
    }
    fs::write(folder.0.join(TABLE), table).unwrap();
    fs::write(folder.0.join(HISTOGRAM), histogram).unwrap();
    let path = folder.0.to_str().unwrap();
    run(&["show", "--json"], &["--from", path]);
    run(&["hist", "--json"], &["--from", path]);
    run(&["top", "--batch", "1", "--by", "wait"], &["--from", path]);
}
