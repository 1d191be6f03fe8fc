// SPDX-License-Identifier: GPL-2.0

//! `run`: measures for a time.

mod asked;
mod course;
mod finish;
mod measure;
#[cfg(test)]
mod tests;

use crate::{
    cli,
    error::{
        Error,
        Result, //
    },
    kernel::{
        module::Module,
        source::Source, //
    },
    run::{
        interrupt::Interrupt,
        lock::Lock,
        target::Target, //
    },
    saved, //
};
use asked::Asked;

pub(crate) fn run(arguments: &cli::Run) -> Result {
    let asked = Asked::new(arguments)?;
    let baseline = arguments.baseline.as_deref().map(saved::load).transpose()?;
    let (module, source) = (Module::here(), Source::new(None));
    check_module(arguments, &module, &source)?;
    let _lock = match arguments.shared {
        true => Lock::with_others(),
        false => Lock::alone(),
    }?;
    let mut target = Target::open(arguments.output_file.as_deref())?;
    let interrupt = Interrupt::watch()?;

    let measured = if arguments.shared {
        measure::shared(&asked, &source, &interrupt, &mut target)?
    } else {
        measure::alone(&asked, &module, &source, &interrupt, &mut target)?
    };
    let baseline = baseline.map(|(run, problems)| {
        super::name_problems(&problems);
        run.show
    });
    finish::finish(&asked, measured, baseline.as_ref(), target, &interrupt)
}

fn check_module(arguments: &cli::Run, module: &Module, source: &Source) -> Result {
    match (module.is_loaded(), arguments.shared, arguments.take_over) {
        (false, true, _) | (false, _, true) => source.read(crate::kernel::source::TABLE).map(drop),
        (true, false, false) => Err(Error::failed(
            "the module kthread_counter is loaded already",
            "measuring would change its settings and reset its counters",
            "unload it first, or allow that with --take-over, or only look with --shared",
        )),
        _ => Ok(()),
    }
}
