// SPDX-License-Identifier: GPL-2.0

//! The measurement: before, during and after.

use std::{
    fs::File,
    io::Write,
    num::NonZeroU32,
    path::PathBuf,
    process::ExitStatus,
    thread::sleep,
    time::Duration, //
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
        },
        table::Table, //
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
        notes::{
            self,
            Steal, //
        },
        session::Session,
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
    /// What is not as it was before.
    pub(crate) put_back: Result,
}

/// What goes on while it is measured.
struct Course<'a> {
    asked: &'a Asked<'a>,
    source: &'a Source,
    interrupt: &'a Interrupt,
    target: &'a mut Target,
    /// The first reading, if only differences count.
    before: Option<Show>,
    notes: Vec<String>,
    spoiled: Vec<String>,
}

/// Looks at the workers that are there.
pub(crate) fn shared(
    asked: &Asked<'_>,
    source: &Source,
    interrupt: &Interrupt,
    target: &mut Target,
) -> Result<Measured> {
    let mut course = Course::new(asked, source, interrupt, target);
    let _awake = keep_awake(asked.arguments.dma_latency)?;
    let mut load = course.start_load()?;
    course.warm_up()?;
    let steal = Steal::until_now();
    let (before, problems) = reading::read(source)?;
    crate::command::name_problems(&problems);
    course.before = Some(before);
    let run = course.count(&mut load, None)?;
    course.notes.push(
        "shared: differences of two readings; a maximum may be the bound of a bucket".to_owned(),
    );
    Ok(course.end(run, steal, "none".to_owned()))
}

/// Sets the module up, and puts it back.
pub(crate) fn alone(
    asked: &Asked<'_>,
    module: &Module,
    source: &Source,
    interrupt: &Interrupt,
    target: &mut Target,
) -> Result<Measured> {
    let arguments = asked.arguments;
    let mut course = Course::new(asked, source, interrupt, target);
    let _awake = keep_awake(arguments.dma_latency)?;
    // They go in the opposite order: the device is closed before the module is unloaded, and tracing is turned on
    // again when nothing can stop it any more.
    let trace = asked.trip().and_then(|_| course.find_trace());
    let settings = asked.settings();
    let session = if arguments.take_over {
        course
            .notes
            .push("taken over: the counters began anew".to_owned());
        Session::take_over(module, source, &settings)?
    } else {
        Session::load(module, arguments.module.as_deref(), &settings)?
    };
    let drive = course.start_drive(module)?;
    let mut load = course.start_load()?;
    course.warm_up()?;

    module.set("reset", "all")?;
    // A wake that was too late before that has stopped it.
    trace.iter().for_each(Trace::turn_on);
    let steal = Steal::until_now();
    let table = Table::read(&source.read(TABLE)?)?;
    asked.plan.check(&table.workers)?;
    let epochs: Vec<_> = table.workers.iter().map(|worker| worker.epoch).collect();
    let run = course.count(&mut load, trace.as_ref().zip(Some(module)))?;
    let last_trip = module.get("last_trip")?;
    if let Some(us) = asked.trip().filter(|_| last_trip != "none") {
        course.notes.push(format!(
            "the first wake that was later than {us}us: {last_trip}"
        ));
    }
    if drive.is_some_and(|drive| drive.has_ended()) {
        course
            .spoiled
            .push("the device could not be read or written any more".to_owned());
    }
    let now = run.show.workers.iter().map(|worker| worker.epoch);
    if !now.eq(epochs) {
        course
            .spoiled
            .push("somebody else has reset or changed the workers".to_owned());
    }
    drop(load);
    let put_back = session.end();
    Ok(Measured {
        put_back,
        ..course.end(run, steal, last_trip)
    })
}

impl<'a> Course<'a> {
    fn new(
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
            notes: Vec::new(),
            spoiled: Vec::new(),
        }
    }

    fn find_trace(&mut self) -> Option<Trace> {
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

    fn start_drive(&mut self, module: &Module) -> Result<Option<Drive>> {
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

    fn start_load(&self) -> Result<Option<Beside>> {
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

    fn warm_up(&self) -> Result {
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
    fn count(
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
            if !came_so_far || next >= duration {
                break;
            }
            self.show(&clock, &mut progress)?;
            next = (clock.elapsed() + SECOND).min(duration);
        }
        drop(progress);
        let run = self.read(&clock)?;
        self.spoil(&clock, ended);
        Ok(run)
    }

    fn spoil(&mut self, clock: &Clock, ended: Option<ExitStatus>) {
        if self.interrupt.came() {
            let elapsed = clock.elapsed().as_secs_f64();
            let asked = self.asked.arguments.duration.0.as_secs_f64();
            self.spoiled
                .push(format!("interrupted after {elapsed:.1}s of {asked}s"));
        }
        if clock.was_suspended() {
            self.spoiled
                .push("the machine was suspended meanwhile".to_owned());
        }
        let ended = ended.map(|status| format!("the load ended before the measurement: {status}"));
        self.notes.extend(ended);
    }

    /// Keeps the trace of the first wake that was too late, beside the result. Whether that is done.
    fn keep_trace(&mut self, trace: &Trace, module: &Module) -> bool {
        let Ok(record) = module.get("last_trip") else {
            return true;
        };
        if record == "none" {
            return false;
        }
        let path = self.asked.arguments.output_file.as_deref();
        if let Some(path) = path.filter(|_| trace.was_on() && self.asked.arguments.trip.is_some()) {
            let mut name = path.as_os_str().to_owned();
            name.push(".trace");
            let path = PathBuf::from(name);
            self.notes.push(match trace.keep(&path) {
                Ok(()) => format!("the trace of {record} is in {}", path.display()),
                Err(error) => format!("no trace is kept: {}: {error}", path.display()),
            });
        }
        true
    }

    /// Says how it goes on, to whom it may concern.
    fn show(&mut self, clock: &Clock, progress: &mut Progress) -> Result {
        let lines = self.asked.arguments.output == Format::Ndjson;
        if !lines && !progress.is_shown() {
            // Reading it all would disturb, but a module that has gone ends it.
            return match self.source.is_there() {
                true => Ok(()),
                false => self.source.read(TABLE).map(drop),
            };
        }
        let run = self.read(clock)?;
        progress.show(&run.show, clock.elapsed(), self.asked.arguments.duration.0);
        if lines {
            self.target.write(&json::line(&run)?)?;
        }
        Ok(())
    }

    /// What was counted until now.
    fn read(&mut self, clock: &Clock) -> Result<Run> {
        let elapsed = clock.elapsed();
        let (mut show, problems) = reading::read(self.source)?;
        crate::command::name_problems(&problems);
        if let Some(before) = &self.before {
            let (between, restarted) = shared::between(before, &show);
            show = between;
            if !restarted.is_empty() {
                let note = format!("began anew, so that their numbers are lost: {restarted:?}");
                if !self.spoiled.contains(&note) {
                    self.spoiled.push(note);
                }
            }
        }
        Ok(Run {
            show,
            argv: std::env::args_os()
                .map(|argument| argument.to_string_lossy().into_owned())
                .collect(),
            start: clock.start,
            duration_ns: u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX),
            ..Run::default()
        })
    }

    fn end(mut self, run: Run, steal: Steal, last_trip: String) -> Measured {
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
        let awake = self.asked.arguments.dma_latency.is_some();
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
            put_back: Ok(()),
        }
    }
}

/// As long as the file is open, CPUs do not sleep deeper than takes so long to wake up from.
fn keep_awake(us: Option<i32>) -> Result<Option<File>> {
    const FILE: &str = "/dev/cpu_dma_latency";

    us.map(|us| {
        let mut file = File::options().write(true).open(FILE)?;
        file.write_all(&us.to_ne_bytes())?;
        Ok(file)
    })
    .transpose()
    .map_err(|error: std::io::Error| {
        let remedy = "run this as root, or without --dma-latency";
        Error::failed(format_args!("cannot write {FILE}"), error, remedy)
    })
}
