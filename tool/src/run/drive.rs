// SPDX-License-Identifier: GPL-2.0

//! Wakes the workers that wait for the device, once in each interval.

use std::{
    fs::File,
    io::{
        self,
        Write, //
    },
    os::unix::fs::FileExt,
    sync::{
        atomic::{
            AtomicBool,
            Ordering, //
        },
        Arc, //
    },
    thread::{
        self,
        JoinHandle, //
    },
    time::{
        Duration,
        Instant, //
    }, //
};

use crate::error::{
    Error,
    Result, //
};

const DEVICE: &str = "/dev/kthread_counter";

/// The device is closed, and the thread gone, when this goes: the module cannot be unloaded before.
pub(crate) struct Drive {
    ending: Arc<AtomicBool>,
    thread: Option<JoinHandle<io::Result<()>>>,
}

impl Drive {
    /// Writes wake `event`, reads `completion`.
    pub(crate) fn start(writes: bool, reads: bool, interval: Duration) -> Result<Self> {
        let device = File::options()
            .read(reads)
            .write(writes)
            .open(DEVICE)
            .map_err(|error| {
                let remedy =
                    "event and completion need it: run this as root, or measure others with -w";
                Error::failed(format_args!("cannot open {DEVICE}"), error, remedy)
            })?;
        let ending = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&ending);
        let thread = thread::spawn(move || drive(&device, writes, reads, interval, &seen));
        Ok(Self {
            ending,
            thread: Some(thread),
        })
    }

    /// Whether it could do its work until now.
    pub(crate) fn has_ended(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }
}

fn drive(
    mut device: &File,
    writes: bool,
    reads: bool,
    interval: Duration,
    ending: &AtomicBool,
) -> io::Result<()> {
    let mut line = [0; 32];
    let mut next = Instant::now();
    while !ending.load(Ordering::Relaxed) {
        let now = Instant::now();
        if now < next {
            thread::park_timeout(next - now);
            continue;
        }
        if writes {
            device.write_all(b"\n")?;
        }
        if reads {
            device.read_at(&mut line, 0)?;
        }
        // What was slept through is not made up for.
        next = (next + interval).max(now);
    }
    Ok(())
}

impl Drop for Drive {
    fn drop(&mut self) {
        self.ending.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            let _ = thread.join();
        }
    }
}
