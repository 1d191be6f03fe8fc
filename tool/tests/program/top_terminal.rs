// SPDX-License-Identifier: GPL-2.0

//! Every way out of `top` on a terminal.

use std::{
    fs::File,
    io::{
        Read,
        Write, //
    },
    os::fd::OwnedFd,
    process::{
        Child,
        Stdio, //
    },
    thread,
    time::{
        Duration,
        Instant, //
    }, //
};

use rustix::{
    process::{
        kill_process,
        Pid,
        Signal, //
    },
    termios::tcgetattr, //
};

use crate::common::*;

/// What restores the screen.
const LEAVE: &str = "\x1b[?25h\x1b[?1049l";
/// No step takes that long on a machine that goes on.
const PATIENCE: Duration = Duration::from_secs(60);

/// `top` on a terminal.
struct OnTerminal {
    ours: File,
    theirs: File,
    /// Its modes before the program came.
    before: String,
    child: Child,
    written: String,
}

fn modes(terminal: &File) -> String {
    let modes = tcgetattr(terminal).unwrap();
    format!(
        "{:?} {:?} {:?} {:?}",
        modes.input_modes, modes.output_modes, modes.control_modes, modes.local_modes
    )
}

impl OnTerminal {
    fn start() -> Self {
        Self::start_as("xterm")
    }

    fn start_as(term: &str) -> Self {
        let (ours, theirs) = open_terminal(80);
        let before = modes(&theirs);
        let end = || Stdio::from(OwnedFd::from(theirs.try_clone().unwrap()));
        let child = command(&["top", "--from", &recorded("causes_on"), "-i", "100ms"])
            .env("TERM", term)
            .stdin(end())
            .stdout(end())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            ours,
            theirs,
            before,
            child,
            written: String::new(),
        }
    }

    /// Reads until this has been written.
    fn until(&mut self, text: &str) {
        let mut bytes = [0; 4_096];
        while !self.written.contains(text) {
            let length = self.ours.read(&mut bytes).unwrap();
            self.written += &String::from_utf8_lossy(&bytes[..length]);
        }
    }

    fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(self.child.id().try_into().unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    fn status(&mut self) -> Option<i32> {
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            thread::sleep(Duration::from_millis(10));
        }
        self.child.kill().unwrap();
        panic!("it did not end");
    }
}

#[test]
fn each_way_out_puts_the_terminal_back() {
    type Way = (&'static str, fn(&mut OnTerminal));
    let ways: [Way; 8] = [
        ("q", |top| top.ours.write_all(b"q").unwrap()),
        ("Escape", |top| top.ours.write_all(b"\x1b").unwrap()),
        ("Ctrl-C", |top| top.ours.write_all(b"\x03").unwrap()),
        ("SIGTERM", |top| top.signal(Signal::TERM)),
        ("SIGHUP", |top| top.signal(Signal::HUP)),
        ("SIGINT", |top| top.signal(Signal::INT)),
        ("after Tab and SIGWINCH", |top| {
            top.ours.write_all(b"\t").unwrap();
            top.signal(Signal::WINCH);
            top.until("workers ");
            top.ours.write_all(b"q").unwrap();
        }),
        ("after SIGCONT", |top| {
            top.signal(Signal::CONT);
            top.written.clear();
            top.until("\x1b[?1049h");
            top.ours.write_all(b"q").unwrap();
        }),
    ];
    for (way, go) in ways {
        let mut top = OnTerminal::start();
        top.until("pause");
        assert_ne!(modes(&top.theirs), top.before, "{way}");
        go(&mut top);
        top.until(LEAVE);
        assert_eq!(top.status(), Some(0), "{way}");
        assert_eq!(modes(&top.theirs), top.before, "{way}");
        let mut said = String::new();
        let stderr = top.child.stderr.as_mut().unwrap();
        stderr.read_to_string(&mut said).unwrap();
        assert_eq!(said, "", "{way}");
    }
}

#[test]
fn a_terminal_that_has_gone_ends_it() {
    let mut top = OnTerminal::start();
    top.until("pause");
    let OnTerminal {
        ours,
        theirs,
        before,
        child,
        written,
    } = top;
    drop((ours, theirs));
    let mut top = OnTerminal {
        ours: File::open("/dev/null").unwrap(),
        theirs: File::open("/dev/null").unwrap(),
        before,
        child,
        written,
    };
    assert!(matches!(top.status(), Some(0 | 1)));
}

#[test]
fn a_terminal_without_a_screen_is_refused() {
    let mut top = OnTerminal::start_as("dumb");
    assert_eq!(top.status(), Some(1));
    assert!(!top.written.contains('\x1b'), "{}", top.written);
}
