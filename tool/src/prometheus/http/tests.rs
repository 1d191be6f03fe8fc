// SPDX-License-Identifier: GPL-2.0

use super::*;
use proptest::prelude::*;
use std::{
    io::Write,
    net::{
        TcpListener,
        TcpStream, //
    },
    thread,
    time::Instant, //
};

const PATIENCE: Duration = Duration::from_millis(300);

fn understood(text: &str) -> Result<Answer, String> {
    read(&mut text.as_bytes()).map_err(|error| error.to_string())
}

#[test]
fn answers_are_read_in_each_form() {
    for text in [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello, not this",
        "HTTP/1.0 200 OK\n\nhello",
        "HTTP/1.1 200 OK\r\nTRANSFER-ENCODING: Chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\n\r\n",
    ] {
        let answer = understood(text).unwrap();
        assert_eq!((answer.status, &*answer.reason), (200, "OK"), "{text}");
        assert_eq!(answer.body, b"hello", "{text}");
    }
}

#[test]
fn what_is_no_answer_is_named() {
    let long = format!("HTTP/1.1 200 OK\r\nx: {}", "y".repeat(10_000));
    let many = format!("HTTP/1.1 200 OK\r\n{}", "x: y\r\n".repeat(1_000));
    for (text, words) in [
        ("", "ended before"),
        ("HTTP/1.1 20", "ended before"),
        ("HTTP/1.1 200 OK\r\nA: b\r\n", "ended before"),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
            "ended before",
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf",
            "ended before",
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
            "ended before",
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
            "no length",
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n+1\r\nx\r\n",
            "no length",
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
            "no length",
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nhalf\r\n",
            "another length",
        ),
        ("HTTP/1.1 200 OK\r\nContent-Length: -9\r\n\r\n", "no length"),
        (
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n",
            "compressed",
        ),
        ("HTTP/2 200 OK\r\n\r\n", "HTTP"),
        ("HTTP/1.1 2000 OK\r\n\r\n", "HTTP"),
        ("SSH-2.0-OpenSSH_10.0\r\n", "HTTP"),
        (&long, "does not end"),
        (&many, "does not end"),
    ] {
        let why = understood(text).unwrap_err();
        assert!(why.contains(words), "{text}: {why}");
    }
}

/// What is said about a server that does this with its client.
fn server(what: fn(TcpStream)) -> Result<Answer, String> {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let thread = thread::spawn(move || what(listener.accept().unwrap().0));
    let answer = get(&address.parse().unwrap(), "/x", PATIENCE);
    thread.join().unwrap();
    answer.map_err(|error| error.to_string())
}

/// Until the client has gone.
fn wait_for_its_end(client: &mut TcpStream) {
    while matches!(client.read(&mut [0; 4096]), Ok(1..)) {}
}

#[test]
fn nobody_is_waited_for_longer_than_patience_lasts() {
    let began = Instant::now();
    let silent = server(|mut client| wait_for_its_end(&mut client));
    assert!(silent.unwrap_err().contains("in time"));
    let half = server(|mut client| {
        client
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
            .unwrap();
        wait_for_its_end(&mut client);
    });
    assert!(half.unwrap_err().contains("in time"));
    let slow = server(|mut client| {
        while client.write_all(b"H").is_ok() {
            thread::sleep(Duration::from_millis(20));
        }
    });
    assert!(slow.unwrap_err().contains("in time"));
    assert!(began.elapsed() >= PATIENCE * 3);
}

#[test]
fn an_answer_without_end_is_not_read_to_its_end() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address: Address = format!("http://{}", listener.local_addr().unwrap())
        .parse()
        .unwrap();
    thread::spawn(move || {
        let mut client = listener.accept().unwrap().0;
        client
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n")
            .unwrap();
        while client.write_all(&[b'x'; 65_536]).is_ok() {}
    });
    let read = get(&address, "/x", Duration::from_secs(60)).map(|answer| answer.body.len());
    let why = read.unwrap_err().to_string();
    assert!(why.contains("more than 16 MiB"), "{why}");
}

#[test]
fn what_a_query_may_not_have_is_escaped() {
    assert_eq!(
        escaped("a{b=\"ä\"} + 1~"),
        "a%7Bb%3D%22%C3%A4%22%7D%20%2B%201~"
    );
}

proptest! {
    #[test]
    fn any_bytes_are_an_answer_or_none(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&mut &bytes[..]);
    }

    #[test]
    fn any_head_is_read_or_refused(
        lines in prop::collection::vec("(Content-Length|Transfer-Encoding|x): ?([0-9]{1,20}|chunked)", 0..4),
        body in "[0-9a-f\r\n]{0,40}",
    ) {
        let text = format!("HTTP/1.1 200 OK\r\n{}\r\n\r\n{body}", lines.join("\r\n"));
        let _ = understood(&text);
    }
}
