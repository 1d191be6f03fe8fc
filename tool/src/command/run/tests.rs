// SPDX-License-Identifier: GPL-2.0

//! Measurements of a module whose files are in a folder, and change meanwhile.

use std::{
    fs,
    path::PathBuf,
    thread,
    time::{
        Duration,
        Instant, //
    }, //
};

use clap::Parser;

use super::{
    asked::Asked,
    course::{
        Course,
        Measured, //
    },
    finish::finish,
    measure, //
};
use crate::{
    cli::{
        Cli,
        Command,
        Run, //
    },
    error::{
        Error,
        Result, //
    },
    kernel::{
        module::Module,
        source::{
            Source,
            HISTOGRAM,
            TABLE, //
        }, //
    },
    run::{
        interrupt::Interrupt,
        target::Target,
        trace::Trace, //
    }, //
};

const COLUMNS: &str = "id state wait bound ticks missed early epoch";
const LONG: u64 = 3_600_000_000_000;

fn arguments(words: &[&str]) -> Run {
    let words = [&["kthread-counter", "run", "-q"], words].concat();
    match Cli::try_parse_from(words).unwrap().command {
        Some(Command::Run(arguments)) => arguments,
        _ => panic!("another command"),
    }
}

/// The files of a module whose workers tick by themselves.
struct Files(PathBuf);

impl Files {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("run-{name}-{}", std::process::id()));
        fs::create_dir_all(path.join("parameters")).unwrap();
        let files = Self(path);
        fs::write(files.0.join("initstate"), "live\n").unwrap();
        for name in [
            "interval", "wait", "cpus", "sched", "log", "causes", "threads", "reset", "stop",
            "signal",
        ] {
            files.put(name, "old");
        }
        files.put("trip_us", "77");
        files.put("hz", "250");
        files.put("last_trip", "none");
        files
    }

    /// A table with these workers: id, state, wait and ticks.
    fn table(&self, uptime: u64, workers: &[(u64, &str, &str, u64)]) {
        let mut lines = String::from("kthread_counter 1 hz=250\nid le_ns count\n");
        let mut text = format!(
            "kthread_counter 1 hz=250 threads={0} running={0} trips=0 uptime_ns={uptime}\n{COLUMNS}\n",
            workers.len()
        );
        for (id, state, wait, ticks) in workers {
            text += &format!("{id} {state} {wait} - {ticks} 0 0 1\n");
            lines += &format!("{id} 63 {ticks}\n");
        }
        // Whole at any time. A histogram is never ahead of the table.
        for (name, text) in [(TABLE, text), (HISTOGRAM, lines)] {
            fs::write(self.0.join("new"), text).unwrap();
            fs::rename(self.0.join("new"), self.0.join(name)).unwrap();
        }
    }

    fn put(&self, name: &str, value: &str) {
        fs::write(self.0.join("parameters").join(name), value).unwrap();
    }

    fn get(&self, name: &str) -> String {
        let text = fs::read_to_string(self.0.join("parameters").join(name)).unwrap();
        text.trim_end().to_owned()
    }

    fn measure(&self, words: &[&str]) -> Result<Measured> {
        let arguments = arguments(words);
        let interrupt = Interrupt::after(false);
        self.measure_into(&Asked::new(&arguments)?, &interrupt, &mut Target::Stdout)
    }

    fn measure_into(
        &self,
        asked: &Asked<'_>,
        interrupt: &Interrupt,
        target: &mut Target,
    ) -> Result<Measured> {
        let source = Source::new(Some(self.0.clone()));
        if asked.arguments.shared {
            return measure::shared(asked, &source, interrupt, target);
        }
        let module = Module::in_folder(&self.0);
        measure::alone(asked, &module, &source, interrupt, target)
    }

    /// Measures, and does something a while after the beginning.
    fn measure_while(&self, words: &[&str], change: impl FnOnce() + Send) -> Measured {
        thread::scope(|scope| {
            scope.spawn(|| {
                thread::sleep(Duration::from_millis(300));
                change();
            });
            self.measure(words).unwrap()
        })
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const SHARED: &[&str] = &["--shared", "--warm-up", "0s", "-d", "600ms"];
const TAKE_OVER: &[&str] = &[
    "--take-over",
    "--warm-up",
    "0s",
    "-d",
    "600ms",
    "-w",
    "hrtimer",
];

#[test]
fn workers_of_others_that_go_away_spoil_it() {
    let files = Files::new("gone");
    let workers = |ticks| {
        [
            (0, "running", "hrtimer", ticks),
            (1, "running", "work", ticks),
        ]
    };
    files.table(LONG, &workers(10));
    let measured = files.measure_while(SHARED, || files.table(2 * LONG, &workers(50)));
    assert!(measured.spoiled.is_empty(), "{:?}", measured.spoiled);

    files.table(LONG, &workers(10));
    let [first, _] = workers(50);
    let measured = files.measure_while(SHARED, || files.table(2 * LONG, &[first]));
    assert_eq!(
        measured.spoiled,
        ["workers that ran at the beginning, but not at the end: 1"]
    );

    files.table(LONG, &workers(10));
    let measured = files.measure_while(SHARED, || {
        files.table(
            2 * LONG,
            &[(0, "stopped", "hrtimer", 50), (1, "exited", "work", 50)],
        );
    });
    assert_eq!(
        measured.spoiled,
        ["workers that ran at the beginning, but not at the end: 0-1"]
    );
}

#[test]
fn what_nobody_runs_is_not_waited_for() {
    let files = Files::new("nobody");
    files.table(
        LONG,
        &[(0, "running", "hrtimer", 10), (1, "stopped", "work", 10)],
    );
    for subject in ["work", "idle"] {
        let expect = format!("{subject}.max<1s");
        // Nobody waits for so long.
        let words = ["--shared", "-d", "1000s", "--load", "exit 3", "-e", &expect];
        let Err(error) = files.measure(&words) else {
            panic!("{expect}: it was measured");
        };
        assert!(matches!(error, Error::Failed(_)), "{error:?}");
    }
    let words = [SHARED, &["-e", "hrtimer.max<1s", "-e", "all.missed==0"]].concat();
    files.measure(&words).unwrap();
}

#[test]
fn a_module_that_is_loaded_again_spoils_it() {
    let files = Files::new("again");
    let workers = |ticks| [(0, "running", "hrtimer", ticks)];
    for words in [SHARED, TAKE_OVER] {
        files.table(LONG, &workers(10));
        let measured = files.measure_while(words, || files.table(1_000_000, &workers(50)));
        assert_eq!(
            measured.spoiled,
            ["the module was unloaded and loaded again"]
        );
    }
}

#[test]
fn a_load_that_fails_is_none() {
    let files = Files::new("load");
    files.table(LONG, &[(0, "running", "hrtimer", 10)]);
    let begun = Instant::now();
    let measured = |load| {
        files.table(LONG, &[(0, "running", "hrtimer", 10)]);
        let words = [
            "--take-over",
            "--warm-up",
            "0s",
            "-d",
            "60s",
            "-w",
            "hrtimer",
            "--load",
            load,
        ];
        files.measure_while(&words, || {
            files.table(2 * LONG, &[(0, "running", "hrtimer", 50)]);
        })
    };
    let failed = measured("exit 3");
    assert_eq!(
        failed.spoiled,
        ["the load ended before the measurement did: exit status: 3"]
    );
    let killed = measured("kill -9 $$");
    assert!(
        killed.spoiled[0].contains("signal: 9"),
        "{:?}",
        killed.spoiled
    );
    // Nothing more is to be had of it.
    assert!(begun.elapsed() < Duration::from_secs(30));
}

#[test]
fn a_load_that_is_done_is_noted() {
    let files = Files::new("done");
    files.table(LONG, &[(0, "running", "hrtimer", 10)]);
    let words = [TAKE_OVER, &["--load", "exit 0"]].concat();
    let measured = files.measure_while(&words, || {
        files.table(2 * LONG, &[(0, "running", "hrtimer", 50)]);
    });
    assert!(measured.spoiled.is_empty(), "{:?}", measured.spoiled);
    let notes = measured.run.notes.join("\n");
    assert!(notes.contains("the load ended before"), "{notes}");
}

#[test]
fn the_trip_wire_is_there_while_it_counts_only() {
    let files = Files::new("trip");
    files.table(LONG, &[(0, "running", "hrtimer", 10)]);
    let words = [
        "--take-over",
        "--warm-up",
        "1s",
        "-d",
        "1s",
        "-w",
        "hrtimer",
        "--trip",
        "5",
    ];
    let seen = thread::scope(|scope| {
        let looks = scope.spawn(|| {
            let look = |ms| {
                thread::sleep(Duration::from_millis(ms));
                files.get("trip_us")
            };
            let seen = [look(500), look(1_000)];
            files.table(2 * LONG, &[(0, "running", "hrtimer", 50)]);
            seen
        });
        files.measure(&words).unwrap();
        looks.join().unwrap()
    });
    assert_eq!(seen, ["0", "5"]);
    assert_eq!(files.get("trip_us"), "77");
}

#[test]
fn tracing_goes_on_at_once_where_nothing_is_kept() {
    let files = Files::new("tracing");
    let on = files.0.join("tracing_on");
    let is_on = || fs::read_to_string(&on).unwrap().trim() == "1";
    let module = Module::in_folder(&files.0);
    let source = Source::new(Some(files.0.clone()));
    let interrupt = Interrupt::after(false);
    for words in [&["--causes", "-e", "all.max<1us"][..], &["--trip", "1"]] {
        let arguments = arguments(words);
        let asked = Asked::new(&arguments).unwrap();
        let mut target = Target::Stdout;
        fs::write(&on, "1\n").unwrap();
        let trace = Trace::of(files.0.clone()).unwrap();
        let mut course = Course::new(&asked, &source, &interrupt, &mut target);
        assert!(!course.keep_trace(&trace, &module));
        // The module has stopped it.
        fs::write(&on, "0\n").unwrap();
        files.put("last_trip", "id=0 wait=hrtimer cpu=0 late_ns=5\n");
        assert!(course.keep_trace(&trace, &module));
        assert!(is_on(), "{words:?}");
        files.put("last_trip", "none");
    }
}

/// The end of a measurement whose reader has gone, and how long it took.
fn without_reader(name: &str, words: &[&str]) -> (Result, Duration) {
    let files = Files::new(name);
    files.table(LONG, &[(0, "running", "hrtimer", 10)]);
    let arguments =
        arguments(&[&["--take-over", "--warm-up", "0s", "-w", "hrtimer"], words].concat());
    let asked = Asked::new(&arguments).unwrap();
    let interrupt = Interrupt::after(false);
    let (_, writes) = rustix::pipe::pipe().unwrap();
    let mut target = Target::Special(writes.into());
    let begun = Instant::now();
    let measured = thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(Duration::from_millis(300));
            files.table(2 * LONG, &[(0, "running", "hrtimer", 50)]);
        });
        files.measure_into(&asked, &interrupt, &mut target).unwrap()
    });
    let took = begun.elapsed();
    assert_eq!(files.get("wait"), "old");
    (finish(&asked, measured, None, target, &interrupt), took)
}

#[test]
fn lines_that_nobody_reads_end_it() {
    for (expect, is_right) in [
        (None, (|result| result.is_ok()) as fn(&Result) -> bool),
        (Some("all.missed>0"), |result| {
            matches!(result, Err(Error::Unmet))
        }),
        // What came later is not known.
        (Some("all.missed==0"), |result| {
            matches!(result, Err(Error::Unmeasured(_)))
        }),
    ] {
        let words = ["-d", "1000s", "-o", "ndjson", "-e"];
        let words = match expect {
            Some(expect) => [&words[..], &[expect]].concat(),
            None => words[..4].to_vec(),
        };
        let (result, took) = without_reader("lines", &words);
        assert!(is_right(&result), "{expect:?}: {result:?}");
        assert!(took < Duration::from_secs(100), "{took:?}");
    }
}

#[test]
fn a_result_that_nobody_reads_hides_no_verdict() {
    for (expect, is_right) in [
        (
            "all.missed==0",
            (|result| result.is_ok()) as fn(&Result) -> bool,
        ),
        ("all.missed>0", |result| matches!(result, Err(Error::Unmet))),
    ] {
        let words = ["-d", "1s", "-o", "json", "-e", expect];
        let (result, _) = without_reader("hidden", &words);
        assert!(is_right(&result), "{expect}: {result:?}");
    }
}
