// SPDX-License-Identifier: GPL-2.0

//! The screen, until it is ended.

use std::{
    io::{
        stdin,
        stdout,
        IsTerminal, //
    },
    os::fd::AsFd,
    sync::{
        atomic::{
            AtomicBool,
            Ordering, //
        },
        mpsc::RecvTimeoutError,
        Arc, //
    },
    time::Duration, //
};

use super::{
    events::{
        self,
        Event, //
    },
    interval::Interval,
    keys::Keys,
    model::Model,
    sample::Sample,
    screen::Screen,
    state::{
        Choice,
        State, //
    },
    view::{
        self,
        View, //
    }, //
};
use crate::{
    error::{
        Error,
        Result, //
    },
    kernel::source::Source,
    output::style::is_dumb, //
};

/// So long after its first byte a key is complete.
const KEY_TIME: Duration = Duration::from_millis(50);
const WITHOUT_SCREEN: &str = "print without a screen: kthread-counter top --batch 1";
const FOR_EVER: Duration = Duration::from_secs(3_600);

/// Shows the first reading and those that follow.
pub(crate) fn run(source: Source, first: Sample, interval: Interval, choice: Choice) -> Result {
    if !stdin().is_terminal() || !stdout().is_terminal() {
        return Err(Error::failed(
            "top",
            "stdin and stdout are not both a terminal",
            WITHOUT_SCREEN,
        ));
    }
    if is_dumb() {
        return Err(Error::failed(
            "top",
            "TERM=dumb has no screen",
            WITHOUT_SCREEN,
        ));
    }
    let mut live = Live {
        model: Model::default(),
        state: State::new(choice),
        keys: Keys::default(),
        view: View::new(interval),
    };
    live.take(Ok(first));

    let paused = Arc::new(AtomicBool::new(false));
    let events = events::start(source, interval.0, paused.clone())?;
    let mut screen = Screen::open(stdout().as_fd().try_clone_to_owned()?)?;
    loop {
        screen.draw(|frame| view::draw(frame, &live.model, &mut live.state, &live.view))?;
        let patience = match live.keys.is_pending() {
            true => KEY_TIME,
            false => FOR_EVER,
        };
        match events.recv_timeout(patience) {
            Ok(event) => live.happened(event, &mut screen)?,
            Err(RecvTimeoutError::Timeout) => live.settle(),
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        }
        // One picture for all that has happened by now.
        while let Ok(event) = events.try_recv() {
            live.happened(event, &mut screen)?;
        }
        if live.state.ended {
            return Ok(());
        }
        paused.store(live.state.paused, Ordering::Relaxed);
    }
}

struct Live {
    model: Model,
    state: State,
    keys: Keys,
    view: View,
}

impl Live {
    fn happened(&mut self, event: Event, screen: &mut Screen) -> Result {
        match event {
            Event::Bytes(bytes) => {
                for key in self.keys.feed(&bytes) {
                    self.state.press(key, &self.model);
                }
            }
            Event::Resized => screen.resize()?,
            Event::Continued => screen.enter_again()?,
            Event::End => self.state.ended = true,
            // What was on its way when it was paused.
            Event::Read(_) if self.state.paused => {}
            Event::Read(sample) => self.take(*sample),
            Event::ReaderDied => {
                return Err(Error::failed(
                    "top",
                    "the thread that reads has ended",
                    "please report this",
                ))
            }
        }
        Ok(())
    }

    fn settle(&mut self) {
        for key in self.keys.settle() {
            self.state.press(key, &self.model);
        }
    }

    /// Takes a reading. Without the module there is nothing to show until it is there again.
    fn take(&mut self, sample: Result<Sample>) {
        self.view.message = match sample {
            Ok(mut sample) => {
                let problem = sample.problem.take();
                self.model.take(sample);
                problem
            }
            Err(Error::Unmeasured(_)) => {
                self.model.forget();
                Some("the module is not loaded any more: waiting for it".to_owned())
            }
            Err(Error::Failed(message)) => Some(message),
            Err(Error::Unmet | Error::ClosedPipe) => None,
        };
        self.state.refresh(&self.model);
    }
}
