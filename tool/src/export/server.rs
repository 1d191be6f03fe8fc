// SPDX-License-Identifier: GPL-2.0

//! Answers scrapes by HTTP.
//!
//! It needs so little of HTTP (a GET without a body, one answer, and the end) that a library would be more to look
//! after than this. What a client can hold is bounded: 16 connections, each with a thread that has 256 KiB of stack, 8 KiB
//! of request and five seconds for it, five more to take the answer. If all are in use, one has to go for a new one: the
//! first that has its answer, or else that has asked for nothing yet, so that who says nothing ends no scrape.
//! Descriptors are at most 38.

use std::{
    collections::VecDeque,
    io::{
        ErrorKind,
        Read,
        Write, //
    },
    net::{
        Shutdown,
        SocketAddr,
        TcpListener,
        TcpStream, //
    },
    sync::{
        Arc,
        Condvar,
        Mutex,
        MutexGuard,
        PoisonError, //
    },
    thread,
    time::{
        Duration,
        Instant, //
    }, //
};

use super::{
    exporter::Exporter,
    http,
    reply, //
};
use crate::error::{
    say,
    Error,
    Result, //
};

/// Connections at the same time.
const MOST: usize = 16;
const STACK: usize = 256 * 1024;
/// For the whole request, and for the whole answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// For what a client goes on to send. If it is not read, the client may not see the answer.
const REST: Duration = Duration::from_millis(500);
const LONGEST_REST: usize = 256 * 1024;

/// Answers for ever.
pub(crate) fn serve(address: SocketAddr, exporter: Exporter) -> Result {
    let listen = || {
        let listener = TcpListener::bind(address)?;
        Ok((listener.local_addr()?, listener))
    };
    let (address, listener) = listen().map_err(|error: std::io::Error| {
        Error::failed(
            format_args!("cannot listen on {address}"),
            error,
            "choose another address with --listen",
        )
    })?;
    say("note", &format!("listening on http://{address}/metrics"));

    let exporter = Arc::new(exporter);
    let places = Arc::new(Places::default());
    loop {
        match listener.accept() {
            Ok((stream, _)) => begin(stream, &exporter, &places),
            // No descriptors, or a client that has gone: what there is ends soon.
            Err(_) => thread::sleep(Duration::from_millis(50)),
        }
    }
}

/// Answers in a thread of its own. If there can be none, the client is hung up on.
fn begin(stream: TcpStream, exporter: &Arc<Exporter>, places: &Arc<Places>) {
    let Some(place) = Places::take(places, &stream) else {
        return;
    };
    let exporter = exporter.clone();
    let _ = thread::Builder::new().stack_size(STACK).spawn(move || {
        // Who hangs up, or is too slow, is not answered.
        let _ = answer(stream, &exporter, &place);
        drop(place);
    });
}

fn answer(mut stream: TcpStream, exporter: &Exporter, place: &Place) -> std::io::Result<()> {
    let reply = match head(&mut stream, Instant::now() + PATIENCE)? {
        Head::Whole(head) => {
            place.is_now(Stage::Asked);
            reply::reply(exporter, &head)
        }
        Head::TooLong => reply::refusal("431 Request Header Fields Too Large"),
        Head::TooSlow => reply::refusal("408 Request Timeout"),
    };
    let deadline = Instant::now() + PATIENCE;
    write(&mut stream, reply.head.as_bytes(), deadline)?;
    write(&mut stream, reply.body.as_bytes(), deadline)?;
    place.is_now(Stage::Answered);
    stream.shutdown(Shutdown::Write)?;
    drain(&mut stream, Instant::now() + REST)
}

enum Head {
    Whole(Vec<u8>),
    TooLong,
    TooSlow,
}

fn head(stream: &mut TcpStream, deadline: Instant) -> std::io::Result<Head> {
    let mut head = Vec::new();
    let mut bytes = [0; 1024];
    while !http::is_whole(&head) {
        if head.len() >= http::LONGEST {
            return Ok(Head::TooLong);
        }
        match read(stream, &mut bytes, deadline) {
            Ok([]) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(more) => head.extend_from_slice(more),
            Err(error) if is_timeout(&error) => return Ok(Head::TooSlow),
            Err(error) => return Err(error),
        }
    }
    Ok(Head::Whole(head))
}

/// Reads what there is, before the deadline: a byte now and then does not move it.
fn read<'a>(
    stream: &mut TcpStream,
    bytes: &'a mut [u8],
    deadline: Instant,
) -> std::io::Result<&'a [u8]> {
    stream.set_read_timeout(Some(left(deadline)?))?;
    loop {
        match stream.read(bytes) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            result => return Ok(bytes.get(..result?).unwrap_or_default()),
        }
    }
}

fn write(stream: &mut TcpStream, mut bytes: &[u8], deadline: Instant) -> std::io::Result<()> {
    while !bytes.is_empty() {
        stream.set_write_timeout(Some(left(deadline)?))?;
        match stream.write(bytes) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn drain(stream: &mut TcpStream, deadline: Instant) -> std::io::Result<()> {
    let mut bytes = [0; 4096];
    let mut total = 0;
    while total < LONGEST_REST {
        match read(stream, &mut bytes, deadline)? {
            [] => break,
            more => total += more.len(),
        }
    }
    Ok(())
}

/// The time up to the deadline; sockets take no time of 0.
fn left(deadline: Instant) -> std::io::Result<Duration> {
    match deadline.saturating_duration_since(Instant::now()) {
        Duration::ZERO => Err(ErrorKind::TimedOut.into()),
        left => Ok(left),
    }
}

fn is_timeout(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

/// The connections that there are, the oldest first.
#[derive(Default)]
struct Places {
    taken: Mutex<Taken>,
    is_free: Condvar,
}

#[derive(Default)]
struct Taken {
    last: u64,
    connections: VecDeque<Connection>,
}

struct Connection {
    number: u64,
    stream: TcpStream,
    stage: Stage,
}

/// In the order in which they have to go.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Answered,
    Silent,
    Asked,
}

/// One of the places; it is free when this is dropped.
struct Place {
    number: u64,
    places: Arc<Places>,
}

impl Places {
    /// If there is no place, hangs up on the one that matters least, of these on the oldest, and waits until it has
    /// gone.
    fn take(places: &Arc<Self>, stream: &TcpStream) -> Option<Place> {
        let stream = stream.try_clone().ok()?;
        let mut taken = places.lock();
        while taken.connections.len() >= MOST {
            if let Some(one) = taken.connections.iter().min_by_key(|one| one.stage) {
                let _ = one.stream.shutdown(Shutdown::Both);
            }
            taken = places
                .is_free
                .wait(taken)
                .unwrap_or_else(PoisonError::into_inner);
        }
        taken.last += 1;
        let number = taken.last;
        taken.connections.push_back(Connection {
            number,
            stream,
            stage: Stage::Silent,
        });
        Some(Place {
            number,
            places: places.clone(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    fn is_now(&self, stage: Stage) {
        let mut taken = self.places.lock();
        let mut connections = taken.connections.iter_mut();
        if let Some(one) = connections.find(|one| one.number == self.number) {
            one.stage = stage;
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.lock();
        taken.connections.retain(|one| one.number != self.number);
        self.places.is_free.notify_one();
    }
}
