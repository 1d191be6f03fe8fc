// SPDX-License-Identifier: GPL-2.0

//! `top` in a real terminal: what tmux shows.

use std::{
    process::Command,
    thread,
    time::{
        Duration,
        Instant, //
    }, //
};

use crate::{
    common::*,
    top::{
        write_both,
        write_table, //
    }, //
};

const PATIENCE: Duration = Duration::from_secs(60);

/// A tmux of its own, which ends with this.
struct Tmux {
    folder: Folder,
}

impl Tmux {
    /// Runs a shell command in a terminal of this size.
    fn start(name: &str, columns: u16, rows: u16, line: &str) -> Self {
        let tmux = Self {
            folder: Folder::new(name),
        };
        let (x, y) = (columns.to_string(), rows.to_string());
        tmux.run(&[
            "-f",
            "/dev/null",
            "new-session",
            "-d",
            "-x",
            &x,
            "-y",
            &y,
            line,
        ]);
        tmux
    }

    fn run(&self, arguments: &[&str]) -> String {
        let socket = self.folder.0.join("socket");
        let output = Command::new("tmux")
            .args(["-S", socket.to_str().unwrap()])
            .args(arguments)
            .env("TERM", "xterm-256color")
            .env_remove("TMUX")
            .output()
            .expect("tmux is in vm/config: make the toolchain root anew, or install it there");
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            stderr(&output)
        );
        stdout(&output).to_owned()
    }

    fn keys(&self, keys: &[&str]) {
        self.run(&[&["send-keys"], keys].concat());
    }

    fn resize(&self, columns: u16, rows: u16) {
        let (x, y) = (columns.to_string(), rows.to_string());
        self.run(&["resize-window", "-x", &x, "-y", &y]);
    }

    fn screen(&self) -> String {
        self.run(&["capture-pane", "-p"])
    }

    /// The screen, once it is as is asked for.
    fn until(&self, what: &str, is_so: impl Fn(&str) -> bool) -> String {
        let started = Instant::now();
        loop {
            let screen = self.screen();
            if is_so(&screen) {
                return screen;
            }
            assert!(started.elapsed() < PATIENCE, "{what} is not so:\n{screen}");
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Tmux {
    fn drop(&mut self) {
        let socket = self.folder.0.join("socket");
        let _ = Command::new("tmux")
            .args(["-S", socket.to_str().unwrap(), "kill-server"])
            .output();
    }
}

fn top(folder: &str, more: &str) -> String {
    let program = env!("CARGO_BIN_EXE_kthread-counter");
    format!("NO_COLOR=1 {program} top --from {folder} --interval 100ms {more}")
}

/// The lines, without what is blank at their ends.
fn lines(screen: &str) -> Vec<&str> {
    screen.lines().map(str::trim_end).collect()
}

const AT_80: &str = "\
9 workers, 9 running, up 3.32s, HZ=250, trips: 1010, each 100ms, by max
id    wait        cpu ticks/s missed     worst       p50       p99      max
0     ssleep        1       -      0         -    ≤4.2ms    ≤9.5ms   10.5ms
4     fsleep        0       -      0         -    ≤4.2ms    ≤7.9ms   10.4ms
1     timeout       1       -      0         -    ≤4.2ms   ≤10.5ms   10.4ms
8     work          1       -      0         -    ≤4.0ms    ≤8.4ms   10.3ms
2     idle          1       -      0         -    ≤4.2ms    ≤8.4ms    8.4ms
5     hrtimer       0       -      0         -  ≤213.0us    ≤2.7ms    3.8ms
3     usleep        1       -      0         -  ≤245.8us    ≤3.2ms    3.3ms
7     event         0       -      0         -         -         -    2.8ms
6     completion    1       -      0         -         -         -  334.7us



worst of each 100ms: worker 0, ssleep, running; no tick yet
how late: worker 0, ssleep, running; 136 ticks
 ≤262.2us ▊                                                             1   0.7%
 ≤524.3us                                                               0   0.0%
   ≤1.1ms                                                               0   0.0%
   ≤2.1ms                                                               0   0.0%
   ≤4.2ms ███████████████████████████████████████████████████████▏     67  49.2%
   ≤8.4ms                                                               0   0.0%
  ≤16.8ms ████████████████████████████████████████████████████████     68  50.0%
q quit  Tab primitives  s sort  r reverse  ↑↓ choose  p pause  Home first
";

const AT_40: &str = "\
9 workers, 9 running, up 3.32s, HZ=250,
id    wait           worst      max
0     ssleep             -   10.5ms
4     fsleep             -   10.4ms
1     timeout            -   10.4ms
8     work               -   10.3ms
2     idle               -    8.4ms
5     hrtimer            -    3.8ms
3     usleep             -    3.3ms
q quit  Tab primitives  s sort  r revers
";

#[test]
fn a_screen_is_drawn_anew_in_each_size() {
    let line = top(&recorded("causes_on"), "--sort max");
    let tmux = Tmux::start("tmux_sizes", 80, 24, &line);
    let screen = tmux.until("the screen", |screen| screen.contains("q quit"));
    assert_eq!(lines(&screen), lines(AT_80), "\n{screen}");

    tmux.resize(40, 10);
    // The terminal itself leaves the lower part of what was there.
    let screen = tmux.until("40x10", |screen| {
        let last = lines(screen).last().copied().unwrap_or("");
        screen.starts_with("9 workers") && last.starts_with("q quit")
    });
    assert_eq!(lines(&screen), lines(AT_40), "\n{screen}");

    tmux.resize(200, 60);
    // Its last line is drawn last.
    let screen = tmux.until("200x60", |screen| {
        screen
            .lines()
            .nth(59)
            .is_some_and(|last| last.starts_with("q quit"))
    });
    let lines = lines(&screen);
    assert!(
        lines[1].contains("interval  cpu state     ticks"),
        "{screen}"
    );
    // Beside the table.
    let line = lines.iter().find(|line| line.contains("≤16.8ms")).unwrap();
    assert!(
        line.ends_with("68  50.0%") && line.chars().count() > 195,
        "{screen}"
    );

    tmux.resize(80, 24);
    let screen = tmux.until("80x24", |screen| {
        screen
            .lines()
            .nth(23)
            .is_some_and(|last| last.starts_with("q quit"))
            && screen.contains("how late")
    });
    assert_eq!(self::lines(&screen), self::lines(AT_80), "\n{screen}");
}

#[test]
fn keys_choose_sort_and_switch() {
    let tmux = Tmux::start(
        "tmux_keys",
        80,
        // Not all rows fit.
        20,
        &top(&recorded("causes_on"), "--sort id"),
    );
    tmux.until("worker 0", |screen| {
        screen.contains("how late: worker 0, ssleep")
    });
    tmux.keys(&["Down", "Down", "j"]);
    tmux.until("worker 3", |screen| {
        screen.contains("how late: worker 3, usleep")
    });
    // It stays chosen in another order, and is scrolled to.
    tmux.keys(&["r"]);
    tmux.until("the last is first", |screen| {
        let lines = lines(screen);
        lines[2].starts_with("8 ") && screen.contains("how late: worker 3, usleep")
    });
    tmux.keys(&["End"]);
    tmux.until("the end", |screen| {
        screen.contains("how late: worker 0, ssleep") && lines(screen)[9].starts_with("0 ")
    });
    tmux.keys(&["PageUp", "Home"]);
    tmux.until("the first", |screen| {
        screen.contains("how late: worker 8, work")
    });
    tmux.keys(&["r", "<"]);
    tmux.until("by max", |screen| screen.contains(", by max"));
    tmux.keys(&["Tab"]);
    tmux.until("primitives", |screen| {
        let lines = lines(screen);
        lines[1].starts_with("wait       workers")
            && lines[2].starts_with("ssleep           1    136")
    });
    tmux.keys(&["p"]);
    tmux.until("paused", |screen| screen.starts_with("PAUSED "));
    tmux.keys(&["p"]);
    tmux.until("not paused", |screen| screen.starts_with("9 workers"));
}

/// A worker of each primitive, each of which has had so many ticks in each of ten powers of two.
fn write_nine(folder: &Folder, seconds: u64, ticks: u64) {
    const WAITS: [&str; 9] = [
        "ssleep",
        "timeout",
        "idle",
        "usleep",
        "fsleep",
        "hrtimer",
        "completion",
        "event",
        "work",
    ];
    let mut table = format!(
        "kthread_counter 1 hz=250 threads=9 running=9 trips=0 uptime_ns={}\n",
        seconds * 1_000_000_000
    );
    let mut histogram = table.clone() + "id le_ns count\n";
    table +=
        "id pid cpu state wait interval ticks missed late_max_ns late_p50_ns late_p99_ns epoch\n";
    for (id, wait) in WAITS.iter().enumerate() {
        let all = 10 * ticks;
        table += &format!("{id} 1 0 running {wait} 10ms {all} 0 1040000 32767 1040000 {id}\n");
        for bits in 11..21 {
            histogram += &format!("{id} {} {ticks}\n", (1 << bits) - 1);
        }
    }
    write_both(folder, &table, &histogram);
}

#[test]
fn nine_primitives_and_both_pictures_fit_80x24() {
    let folder = Folder::new("tmux_nine");
    write_nine(&folder, 10, 100);
    let line = top(folder.path(), "--sort id");
    let tmux = Tmux::start("tmux_nine_socket", 80, 24, &line);
    tmux.until("the first", |screen| screen.contains("no tick yet"));
    write_nine(&folder, 12, 200);
    let screen = tmux.until("the difference", |screen| screen.contains("highest"));
    let lines = lines(&screen);
    // The table lacks columns, which takes a line.
    assert!(lines[1].contains("kthread_counter:2: "), "{screen}");
    for (id, line) in lines[3..12].iter().enumerate() {
        assert!(line.starts_with(&format!("{id} ")), "{id}\n{screen}");
    }
    assert!(lines[12].starts_with("worst of each"), "{screen}");
    assert!(lines[13].starts_with('█') && lines[15].starts_with('█'));
    assert!(lines[16].starts_with("how late: worker 0"), "{screen}");
    // The late end: the early one is what has no room.
    assert!(lines[22].starts_with("   ≤1.1ms ███"), "{screen}");
    assert!(
        lines[17..23]
            .iter()
            .all(|line| line.ends_with("200  10.0%")),
        "{screen}"
    );
    assert!(lines[23].starts_with("q quit"), "{screen}");
}

#[test]
fn what_happens_is_shown_and_what_is_gone_comes_back() {
    let folder = Folder::new("tmux_live");
    write_table(&folder, 10, [100, 100]);
    let tmux = Tmux::start("tmux_live_socket", 80, 24, &top(folder.path(), ""));
    tmux.until("the first", |screen| screen.contains("no tick yet"));
    write_table(&folder, 12, [100, 400]);
    // It ticked: it is the first now.
    tmux.until("the difference", |screen| {
        screen.contains("\n1     ssleep        0     150      0    ≤1.0ms")
            && screen.contains("worker 1, ssleep, running; highest ≤1.0ms")
            && screen.contains('█')
    });

    let away = folder.0.with_extension("away");
    std::fs::rename(&folder.0, &away).unwrap();
    tmux.until("what is wrong", |screen| screen.contains("cannot read"));
    std::fs::rename(&away, &folder.0).unwrap();
    tmux.until("rows again", |screen| !screen.contains("cannot read"));
    // The counters began anew: no difference, whatever they are.
    write_table(&folder, 1, [7, 7]);
    tmux.until("the module that was loaded anew", |screen| {
        screen.contains("up 1.00s")
    });
}

#[test]
fn the_terminal_is_as_it_was() {
    let folder = Folder::new("tmux_modes");
    let (before, after) = (folder.0.join("before"), folder.0.join("after"));
    for (name, end) in [("q", "q"), ("escape", "Escape"), ("interrupt", "C-c")] {
        let line = format!(
            "echo hello; stty -a >{}; {}; echo status $?; stty -a >{}; exec sleep 60",
            before.display(),
            top(&recorded("causes_on"), ""),
            after.display()
        );
        let tmux = Tmux::start(&format!("tmux_{name}"), 80, 24, &line);
        tmux.until("the screen", |screen| screen.contains("q quit"));
        tmux.keys(&[end]);
        let screen = tmux.until("the end", |screen| screen.contains("status"));
        assert_eq!(lines(&screen)[..2], ["hello", "status 0"], "{end}");
        let started = Instant::now();
        while !after.exists() || std::fs::read(&after).unwrap().is_empty() {
            assert!(started.elapsed() < PATIENCE);
            thread::sleep(Duration::from_millis(20));
        }
        let read = |path| std::fs::read_to_string(path).unwrap();
        assert_eq!(read(&after), read(&before), "{end}");
        assert!(read(&before).contains("24; columns 80"));
        std::fs::remove_file(&after).unwrap();
    }
}
