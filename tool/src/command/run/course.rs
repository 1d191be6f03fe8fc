// SPDX-License-Identifier: GPL-2.0

//! What goes on while it is measured, and what is to be known of it.

use std::{
    num::NonZeroU32,
    path::PathBuf,
    process::ExitStatus,
    thread::sleep,
    time::{
        Duration,
        Instant, //
    }, //
};

use super::asked::Asked;
use crate::{
    cli::Format,
    error::{
        Error,
        Result, //
    },
    kernel::{
        module::Module,
        source::{
            Source,
            TABLE, //
        }, //
    },
    logic::interval::Interval,
    measure::primitive,
    output::{
        document::{
            Run,
            Show, //
        },
        json,
        progress::Progress, //
    },
    reading,
    run::{
        beside::Beside,
        clock::Clock,
        drive::Drive,
        interrupt::Interrupt,
        life::Life,
        notes::{
            self,
            Steal, //
        },
        ranges,
        shared,
        target::Target,
        trace::Trace, //
    }, //
};

/// How long a signal may wait.
const PAUSE: Duration = Duration::from_millis(50);
const SECOND: Duration = Duration::from_secs(1);

/// What was measured, before it is judged.
pub(crate) struct Measured {
    pub(crate) run: Run,
    pub(crate) last_trip: String,
    /// Why it is not worth much, if it is not.
    pub(crate) spoiled: Vec<String>,
    /// Why it is shorter than was asked for, though nothing is wrong with it.
    pub(crate) cut_short: Option<String>,
    /// What is not as it was before.
    pub(crate) put_back: Result,
}

/// What goes on while it is measured.
pub(super) struct Course<'a> {
    asked: &'a Asked<'a>,
    source: &'a Source,
    interrupt: &'a Interrupt,
    target: &'a mut Target,
    /// The first reading, if only differences count.
    pub(super) before: Option<Show>,
    /// Of the module when counting began.
    pub(super) life: Option<Life>,
    pub(super) notes: Vec<String>,
    pub(super) spoiled: Vec<String>,
    cut_short: Option<String>,
}

impl<'a> Course<'a> {
    pub(super) fn new(
        asked: &'a Asked<'a>,
        source: &'a Source,
        interrupt: &'a Interrupt,
        target: &'a mut Target,
    ) -> Self {
        Self {
            asked,
            source,
            interrupt,
            target,
            before: None,
            life: None,
            notes: Vec::new(),
            spoiled: Vec::new(),
            cut_short: None,
        }
    }

    pub(super) fn find_trace(&mut self) -> Option<Trace> {
        let trace = Trace::find();
        let asked = self.asked.arguments.trip.is_some();
        let note = match &trace {
            None => "no trace is kept: tracefs is not there, or not to be read",
            Some(trace) if !trace.was_on() => "no trace is kept: tracing was off",
            Some(_) if self.asked.arguments.output_file.is_none() => {
                "no trace is kept: -O says beside which file"
            }
            Some(_) => return trace,
        };
        self.notes.extend(asked.then(|| note.to_owned()));
        trace
    }

    pub(super) fn start_drive(&mut self, module: &Module) -> Result<Option<Drive>> {
        let has = |name| self.asked.plan.waits().contains(&name);
        let (writes, reads) = (has("event"), has("completion"));
        if !writes && !reads {
            return Ok(None);
        }
        let hz = module.get("hz")?.parse().unwrap_or(NonZeroU32::MIN);
        let interval = Interval::parse(self.asked.arguments.interval.as_bytes(), hz)
            .map_or(1_000_000_000, Interval::nanos);
        let interval = Duration::from_nanos(interval.unsigned_abs());
        self.notes.push(
            "event and completion are woken by this program, once in each interval".to_owned(),
        );
        Drive::start(writes, reads, interval).map(Some)
    }

    pub(super) fn start_load(&self) -> Result<Option<Beside>> {
        self.asked
            .arguments
            .load
            .as_deref()
            .map(Beside::start)
            .transpose()
    }

    /// Until this time of the clock. Whether it came so far.
    fn wait(&self, clock: &Clock, until: Duration) -> bool {
        loop {
            if self.interrupt.came() {
                return false;
            }
            match until.checked_sub(clock.elapsed()) {
                None | Some(Duration::ZERO) => return true,
                Some(rest) => sleep(rest.min(PAUSE)),
            }
        }
    }

    pub(super) fn warm_up(&self) -> Result {
        if self.wait(&Clock::start(), self.asked.arguments.warm_up.0) {
            return Ok(());
        }
        Err(Error::unmeasured(
            "interrupted",
            "counting had not begun",
            "run it again",
        ))
    }

    /// Counts for the time asked for, and reads what was counted.
    pub(super) fn count(
        &mut self,
        load: &mut Option<Beside>,
        mut trace: Option<(&Trace, &Module)>,
    ) -> Result<Run> {
        let duration = self.asked.arguments.duration.0;
        let mut progress = Progress::new(self.asked.arguments.quiet);
        let clock = Clock::start();
        let mut next = SECOND.min(duration);
        let mut ended = None;
        loop {
            let came_so_far = self.wait(&clock, next);
            if let Some(load) = load {
                ended = load.has_ended()?;
            }
            if let Some((kept, module)) = trace {
                if self.keep_trace(kept, module) {
                    trace = None;
                }
            }
            let has_failed = ended.is_some_and(|status| !status.success());
            if !came_so_far || next >= duration || has_failed {
                break;
            }
            if !self.show(&clock, &mut progress)? {
                break;
            }
            next = (clock.elapsed() + SECOND).min(duration);
        }
        drop(progress);
        let begun = Instant::now();
        let (run, changes) = self.read(&clock)?;
        self.spoiled.extend(changes);
        self.spoil(&clock, ended);
        if let Some(life) = self.life {
            if !life.goes_on(run.show.module.uptime_ns, begun) {
                self.spoiled
                    .push("the module was unloaded and loaded again".to_owned());
            }
        }
        Ok(run)
    }

    fn spoil(&mut self, clock: &Clock, ended: Option<ExitStatus>) {
        if self.interrupt.came() {
            let (elapsed, asked) = self.so_far(clock);
            self.spoiled
                .push(format!("interrupted after {elapsed:.1}s of {asked}s"));
        }
        if clock.was_suspended() {
            self.spoiled
                .push("the machine was suspended meanwhile".to_owned());
        }
        if let Some(status) = ended {
            let note = format!("the load ended before the measurement did: {status}");
            match status.success() {
                true => self.notes.push(note),
                false => self.spoiled.push(note),
            }
        }
    }

    /// Keeps the trace of the first wake that was too late, beside the result. Whether that is done.
    pub(super) fn keep_trace(&mut self, trace: &Trace, module: &Module) -> bool {
        let Ok(record) = module.get("last_trip") else {
            return true;
        };
        if record == "none" {
            return false;
        }
        let path = self.asked.arguments.output_file.as_deref();
        let path = path.filter(|_| trace.was_on() && self.asked.arguments.trip.is_some());
        if let Some(path) = path {
            let mut name = path.as_os_str().to_owned();
            name.push(".trace");
            let path = PathBuf::from(name);
            self.notes.push(match trace.keep(&path) {
                Ok(()) => format!("the trace of {record} is in {}", path.display()),
                Err(error) => format!("no trace is kept: {}: {error}", path.display()),
            });
        } else {
            trace.turn_on();
        }
        true
    }

    /// Says how it goes on, to whom it may concern. Whether there still is somebody.
    fn show(&mut self, clock: &Clock, progress: &mut Progress) -> Result<bool> {
        let lines = self.asked.arguments.output == Format::Ndjson;
        if !lines && !progress.is_shown() {
            // Reading it all would disturb, but a module that has gone ends it.
            return match self.source.is_there() {
                true => Ok(true),
                false => self.source.read(TABLE).map(|_| true),
            };
        }
        let (run, _) = self.read(clock)?;
        progress.show(&run.show, clock.elapsed(), self.asked.arguments.duration.0);
        if lines {
            return self.write_line(&json::line(&run)?, clock);
        }
        Ok(true)
    }

    fn write_line(&mut self, line: &str, clock: &Clock) -> Result<bool> {
        match self.target.write(line, self.interrupt) {
            Ok(()) => Ok(true),
            // What was measured is judged all the same.
            Err(_) if self.interrupt.came() => Ok(false),
            Err(Error::ClosedPipe) => {
                let (elapsed, asked) = self.so_far(clock);
                self.cut_short = Some(format!(
                    "the reader of the output left after {elapsed:.1}s of {asked}s"
                ));
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// In seconds, and what was asked for.
    fn so_far(&self, clock: &Clock) -> (f64, f64) {
        let asked = self.asked.arguments.duration.0;
        (clock.elapsed().as_secs_f64(), asked.as_secs_f64())
    }

    /// What was counted until now, and what happened to workers that are not ours.
    fn read(&self, clock: &Clock) -> Result<(Run, Vec<String>)> {
        let elapsed = clock.elapsed();
        let (mut show, problems) = reading::read(self.source)?;
        crate::command::name_problems(&problems);
        let mut changes = Vec::new();
        if let Some(before) = &self.before {
            let between = shared::between(before, &show);
            show = between.show;
            for (ids, what) in [
                (
                    &between.restarted,
                    "began anew, so that their numbers are lost",
                ),
                (&between.ended, "ran at the beginning, but not at the end"),
            ] {
                let list = ranges::ranges(ids).join(",");
                changes.extend((!ids.is_empty()).then(|| format!("workers that {what}: {list}")));
            }
        }
        let run = Run {
            show,
            argv: std::env::args_os()
                .map(|argument| argument.to_string_lossy().into_owned())
                .collect(),
            start: clock.start,
            duration_ns: u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX),
            ..Run::default()
        };
        Ok((run, changes))
    }

    pub(super) fn end(mut self, run: Run, steal: Steal, last_trip: String) -> Measured {
        let is_running =
            |state: &Option<String>| state.as_deref().is_none_or(|state| state == "running");
        let workers = &run.show.workers;
        let gone = workers
            .iter()
            .filter(|worker| !is_running(&worker.state))
            .count();
        if gone > 0 && self.before.is_none() {
            self.spoiled
                .push(format!("{gone} workers ended before the measurement"));
        }
        if workers.iter().all(|worker| worker.ticks.unwrap_or(0) == 0) {
            self.spoiled
                .push("no worker has ticked: measure for longer".to_owned());
        }
        let waits: Vec<&str> = workers
            .iter()
            .filter_map(|worker| worker.wait.as_deref())
            .filter(|wait| primitive::ALL.contains(wait))
            .collect();
        let cpus = self.asked.plan.cpus();
        let awake = self.asked.arguments.dma_latency;
        self.notes.extend(notes::of_machine(
            &run.show.host,
            &waits,
            cpus,
            awake,
            steal,
        ));
        Measured {
            run: Run {
                notes: self.notes,
                ..run
            },
            last_trip,
            spoiled: self.spoiled,
            cut_short: self.cut_short,
            put_back: Ok(()),
        }
    }
}
