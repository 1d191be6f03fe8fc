// SPDX-License-Identifier: GPL-2.0

//! What happens: bytes from the keyboard, signals, and readings. Each comes from a thread of its own, so that
//! keys are answered while a large table is read.

use std::{
    io::{
        self,
        Read, //
    },
    sync::{
        atomic::{
            AtomicBool,
            Ordering, //
        },
        mpsc::{
            sync_channel,
            Receiver,
            SyncSender, //
        },
        Arc, //
    },
    thread,
    time::{
        Duration,
        Instant, //
    }, //
};

use signal_hook::{
    consts::{
        SIGCONT,
        SIGHUP,
        SIGINT,
        SIGTERM,
        SIGWINCH, //
    },
    iterator::Signals, //
};

use super::sample::{
    self,
    Sample, //
};
use crate::{
    error::Result,
    kernel::source::Source, //
};

pub(crate) enum Event {
    Bytes(Vec<u8>),
    Resized,
    /// The process was stopped, and goes on.
    Continued,
    /// A signal asks for the end, or the terminal has gone.
    End,
    Read(Box<Result<Sample>>),
    /// The thread that reads has panicked.
    ReaderDied,
}

/// Few, so that a terminal that takes no more output holds up the reading as well.
const WAITING: usize = 4;

/// Starts the threads, which end with the process. No reading is made while `paused`.
pub(crate) fn start(
    source: Source,
    interval: Duration,
    paused: Arc<AtomicBool>,
) -> io::Result<Receiver<Event>> {
    let (sender, receiver) = sync_channel(WAITING);
    let signals = Signals::new([SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGWINCH])?;
    let to = sender.clone();
    spawn("signals", move || take_signals(signals, &to))?;
    let to = sender.clone();
    spawn("keys", move || read_keys(&to))?;
    spawn("reader", move || {
        read_files(&source, interval, &paused, &Reader(sender));
    })?;
    Ok(receiver)
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let thread = thread::Builder::new().name(name.to_owned());
    thread.spawn(work).map(|_| ())
}

fn take_signals(mut signals: Signals, to: &SyncSender<Event>) {
    for signal in signals.forever() {
        let event = match signal {
            SIGWINCH => Event::Resized,
            SIGCONT => Event::Continued,
            _ => Event::End,
        };
        if to.send(event).is_err() {
            return;
        }
    }
}

fn read_keys(to: &SyncSender<Event>) {
    let mut bytes = [0; 64];
    loop {
        let event = match io::stdin().lock().read(&mut bytes) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Ok(0) | Err(_) => Event::End,
            Ok(length) => Event::Bytes(bytes.get(..length).unwrap_or_default().to_vec()),
        };
        let is_last = matches!(event, Event::End);
        if to.send(event).is_err() || is_last {
            return;
        }
    }
}

/// Says so when it goes.
struct Reader(SyncSender<Event>);

impl Drop for Reader {
    fn drop(&mut self) {
        let _ = self.0.send(Event::ReaderDied);
    }
}

fn read_files(source: &Source, interval: Duration, paused: &AtomicBool, to: &Reader) {
    let mut took = Duration::ZERO;
    loop {
        // Reading takes no more than half of a processor, however many workers there are.
        thread::sleep(interval.saturating_sub(took).max(took));
        if paused.load(Ordering::Relaxed) {
            took = Duration::ZERO;
            continue;
        }
        let started = Instant::now();
        let sample = sample::read(source);
        took = started.elapsed();
        if to.0.send(Event::Read(Box::new(sample))).is_err() {
            return;
        }
    }
}
