// SPDX-License-Identifier: GPL-2.0

//! `export` as a server, with clients that behave and others that do not.

use std::{
    fs,
    io::{
        BufRead,
        BufReader,
        Read,
        Write, //
    },
    net::{
        Shutdown,
        TcpStream, //
    },
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

use crate::{
    common::{
        command,
        recorded,
        Folder, //
    },
    export::value, //
};

/// What the server has at most, as its documents say.
const MOST_DESCRIPTORS: usize = 38;

const SCRAPE: &str = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";

struct Server {
    child: Child,
    address: String,
    folder: Folder,
}

impl Server {
    /// It reads copies of these files, which may be changed.
    fn start(name: &str, from: &str) -> Self {
        let folder = Folder::new(name);
        for file in ["kthread_counter", "kthread_counter_hist"] {
            fs::copy(format!("{}/{file}", recorded(from)), folder.0.join(file)).unwrap();
        }
        let mut child = command(&["export", "--listen", "127.0.0.1:0", "--from", folder.path()])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stderr.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line
            .trim()
            .split("http://")
            .nth(1)
            .unwrap_or_else(|| panic!("{line}"));
        Self {
            address: address.trim_end_matches("/metrics").to_owned(),
            child,
            folder,
        }
    }

    fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.address).unwrap()
    }

    /// The answer to what is sent, head and body.
    fn ask(&self, request: &str) -> String {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn scrape(&self) -> String {
        let answer = self.ask(SCRAPE);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
        assert!(
            head.contains(&format!("\r\nContent-Length: {}\r\n", body.len())),
            "{head}"
        );
        body.to_owned()
    }

    /// Changes the files.
    fn change(&self, file: &str, change: impl Fn(&str) -> String) {
        let path = self.folder.0.join(file);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(path, change(&text)).unwrap();
    }

    fn descriptors(&self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.child.id()))
            .unwrap()
            .count()
    }

    fn threads(&self) -> usize {
        fs::read_dir(format!("/proc/{}/task", self.child.id()))
            .unwrap()
            .count()
    }

    fn kib(&self, key: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with(key)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A worker that has ticked so often, 9 ns late.
fn files(server: &Server, epoch: u64, uptime: u64, ticks: u64) {
    let first =
        format!("kthread_counter 1 hz=250 threads=1 running=1 trips=0 uptime_ns={uptime}\n");
    let table = format!(
        "{first}id state wait interval ticks missed early late_min_ns late_max_ns late_sum_ns epoch\n\
         0 running event 1 {ticks} 0 0 9 9 {} {epoch}\n",
        9 * ticks
    );
    server.change("kthread_counter_hist", |_| {
        format!("{first}id le_ns count\n0 63 {ticks}\n")
    });
    server.change("kthread_counter", |_| table.clone());
}

const TICKS: &str = "kthread_counter_ticks_total{wait=\"event\"}";
const COUNT: &str = "kthread_counter_lateness_seconds_count{wait=\"event\"}";

#[test]
fn counters_only_grow() {
    let server = Server::start("server_grows", "causes_off");
    files(&server, 1, 100, 5);
    let begun = server.scrape();
    let (ticks, count) = (value(&begun, TICKS), value(&begun, COUNT));
    assert_eq!((ticks, count), (5.0, 5.0));
    for (epoch, uptime, ticks, sum) in [
        (1, 200, 7, 7.0),
        (2, 300, 3, 10.0),
        (1, 50, 4, 14.0),
        (1, 60, 4, 14.0),
    ] {
        files(&server, epoch, uptime, ticks);
        let text = server.scrape();
        assert_eq!(
            (value(&text, TICKS), value(&text, COUNT)),
            (sum, sum),
            "{text}"
        );
    }
    fs::rename(
        server.folder.0.join("kthread_counter"),
        server.folder.0.join("away"),
    )
    .unwrap();
    let text = server.scrape();
    assert_eq!(
        (value(&text, TICKS), value(&text, "kthread_counter_up")),
        (14.0, 0.0)
    );
    fs::rename(
        server.folder.0.join("away"),
        server.folder.0.join("kthread_counter"),
    )
    .unwrap();
    let text = server.scrape();
    assert_eq!(
        (value(&text, TICKS), value(&text, "kthread_counter_up")),
        (14.0, 1.0)
    );
    // Another instance: it counts from 0.
    files(&server, 1, 10, 4);
    assert_eq!(value(&server.scrape(), TICKS), 18.0);
}

/// The histogram was read before, and the table after.
#[test]
fn a_module_that_is_loaded_again_between_the_two_files_is_not_counted_twice() {
    let server = Server::start("server_between", "causes_off");
    files(&server, 1, 100, 5);
    server.scrape();
    server.change("kthread_counter", |table| {
        let table = table.replace("uptime_ns=100", "uptime_ns=9");
        table.replace("event 1 5 0 0 9 9 45 1", "event 1 0 0 0 - - 0 1")
    });
    let text = server.scrape();
    assert_eq!((value(&text, TICKS), value(&text, COUNT)), (5.0, 5.0));
}

#[test]
fn the_form_is_what_is_asked_for() {
    let server = Server::start("server_form", "causes_on");
    let answer = server.ask("GET /metrics HTTP/1.1\r\nAccept: application/openmetrics-text;version=1.0.0,text/plain;q=0.5\r\n\r\n");
    assert!(
        answer.contains(
            "\r\nContent-Type: application/openmetrics-text; version=1.0.0; charset=utf-8\r\n"
        ),
        "{answer}"
    );
    assert!(answer.ends_with("# EOF\n"));
    let answer = server.ask(SCRAPE);
    assert!(
        answer.contains("\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"),
        "{answer}"
    );
    assert!(server
        .ask("GET / HTTP/1.1\n\n")
        .contains("href=\"/metrics\""));
}

#[test]
fn what_is_no_scrape_is_refused() {
    let server = Server::start("server_refuses", "causes_off");
    for (request, status) in [
        (
            "POST /metrics HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc",
            "405 ",
        ),
        ("GET /etc/passwd HTTP/1.1\r\n\r\n", "404 "),
        ("\r\n\r\n", "400 "),
        ("\x16\x03\x01\x02\0\n\n", "400 "),
    ] {
        let answer = server.ask(request);
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{request:?}: {answer}"
        );
    }
    server.scrape();
}

/// A head without an end. What is sent further is not kept.
#[test]
fn a_gigabyte_of_head_is_refused() {
    let server = Server::start("server_head", "causes_off");
    server.scrape();
    let before = server.kib("VmHWM");
    let mut stream = server.connect();
    stream.write_all(b"GET /metrics HTTP/1.1\r\n").unwrap();
    let line = [b'a'; 1 << 16];
    let began = Instant::now();
    let sent = (0..1 << 14)
        .take_while(|_| stream.write_all(&line).is_ok())
        .count();
    assert!(sent < 1 << 10, "{sent} times 64 KiB were taken");
    assert!(began.elapsed() < Duration::from_secs(20));
    assert!(server.kib("VmHWM") < before + 4_096);
    server.scrape();
    // One that waits for the answer gets it.
    let answer = server.ask(&format!("GET / HTTP/1.1\r\nX: {}\r\n", "a".repeat(9_000)));
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
}

#[test]
fn half_a_request_is_not_waited_for() {
    let server = Server::start("server_half", "causes_off");
    let mut stream = server.connect();
    let mut other = stream.try_clone().unwrap();
    let began = Instant::now();
    // A byte now and then is no life.
    thread::spawn(move || {
        for byte in SCRAPE.bytes().take(30) {
            if other.write_all(&[byte]).is_err() {
                break;
            }
            thread::sleep(Duration::from_millis(400));
        }
    });
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    let took = began.elapsed();
    assert!(
        took >= Duration::from_secs(4) && took < Duration::from_secs(11),
        "{took:?}"
    );
    // Who hangs up before the end is not answered.
    let mut stream = server.connect();
    stream.write_all(b"GET /metrics HT").unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    assert!(answer.is_empty());
}

/// Clients that say nothing, and others that take no answer, in hundreds: a scrape still gets through.
#[test]
fn hostile_clients_do_not_hold_it() {
    let server = Server::start("server_hostile", "causes_off");
    server.scrape();
    let before = server.kib("VmHWM");
    let mut held = Vec::new();
    for round in 0..200 {
        held.push(server.connect());
        let mut greedy = server.connect();
        let _ = greedy.write_all(SCRAPE.as_bytes());
        held.push(greedy);
        if round % 20 == 0 {
            server.scrape();
            assert!(
                server.descriptors() <= MOST_DESCRIPTORS,
                "{} descriptors",
                server.descriptors()
            );
            // A thread gives its place back a moment before it has ended.
            let began = Instant::now();
            while server.threads() > 17 {
                assert!(
                    began.elapsed() < Duration::from_secs(5),
                    "{} threads",
                    server.threads()
                );
            }
        }
    }
    server.scrape();
    let more = server.kib("VmHWM") - before;
    println!("{more} KiB more");
    assert!(more < 16 * 1024, "{more} KiB more");
    drop(held);
}

#[test]
fn two_scrapers_at_once() {
    let server = Server::start("server_two", "causes_on");
    files(&server, 1, 100, 5);
    thread::scope(|scope| {
        let scrapers: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| (0..50).all(|_| value(&server.scrape(), TICKS) == 5.0)))
            .collect();
        assert!(scrapers.into_iter().all(|scraper| scraper.join().unwrap()));
    });
}

#[test]
fn a_port_that_is_taken_is_one_line() {
    let server = Server::start("server_taken", "causes_off");
    let output = command(&["export", "--listen", &server.address])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("cannot listen") && said.lines().count() == 1,
        "{said}"
    );
}
