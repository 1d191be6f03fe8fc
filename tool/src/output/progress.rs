// SPDX-License-Identifier: GPL-2.0

//! One line on the terminal that says how a measurement goes on.

use std::{
    io::{
        stderr,
        IsTerminal,
        Write, //
    },
    time::Duration, //
};

use super::{
    document::Show,
    units, //
};

/// From the start of the line to its end.
const ERASE: &str = "\r\x1b[K";

/// The line is gone when this goes.
pub(crate) struct Progress {
    is_shown: bool,
}

impl Progress {
    pub(crate) fn new(quiet: bool) -> Self {
        Self {
            is_shown: !quiet && stderr().is_terminal(),
        }
    }

    pub(crate) fn is_shown(&self) -> bool {
        self.is_shown
    }

    pub(crate) fn show(&mut self, show: &Show, elapsed: Duration, whole: Duration) {
        if !self.is_shown {
            return;
        }
        let ticks = show.workers.iter().filter_map(|worker| worker.ticks);
        let ticks = ticks.fold(0, u64::saturating_add);
        let worst = show.workers.iter().filter_map(|worker| worker.late_ns.max);
        let worst = worst.max().map_or("-".to_owned(), units::time);
        let (elapsed, whole) = (elapsed.as_secs(), whole.as_secs_f64());
        let ticks = units::count(ticks);
        write(&format!(
            "{ERASE}{elapsed}s of {whole}s, {ticks} ticks, worst {worst}"
        ));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.is_shown {
            write(ERASE);
        }
    }
}

/// A terminal that has gone does not matter.
fn write(text: &str) {
    let mut stderr = stderr();
    let _ = stderr.write_all(text.as_bytes());
    let _ = stderr.flush();
}
