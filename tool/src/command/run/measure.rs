// SPDX-License-Identifier: GPL-2.0

//! The measurement, with workers that are there or with its own.

use std::{
    fs::File,
    io::Write, //
};

use super::{
    asked::Asked,
    course::{
        Course,
        Measured, //
    }, //
};
use crate::{
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
    reading,
    run::{
        interrupt::Interrupt,
        life::Life,
        notes::Steal,
        session::Session,
        target::Target,
        trace::Trace, //
    }, //
};

/// Looks at the workers that are there.
pub(crate) fn shared(
    asked: &Asked<'_>,
    source: &Source,
    interrupt: &Interrupt,
    target: &mut Target,
) -> Result<Measured> {
    asked.check_running(source)?;
    let mut course = Course::new(asked, source, interrupt, target);
    let _awake = keep_awake(asked.arguments.dma_latency)?;
    let mut load = course.start_load()?;
    course.warm_up()?;
    let steal = Steal::until_now();
    let (before, problems) = reading::read(source)?;
    crate::command::name_problems(&problems);
    course.life = Some(Life::of(before.module.uptime_ns));
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
        Session::load(module, source, arguments.module.as_deref(), &settings)?
    };
    let drive = course.start_drive(module)?;
    let mut load = course.start_load()?;
    course.warm_up()?;

    module.set("reset", "all")?;
    // Only now, so that no wake before that is the first that was too late, or stops tracing.
    trace.iter().for_each(Trace::turn_on);
    if let Some(us) = asked.trip() {
        module.set("trip_us", &us.to_string())?;
    }
    let steal = Steal::until_now();
    let table = Table::read(&source.read(TABLE)?)?;
    course.life = Some(Life::of(table.module.uptime_ns));
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
