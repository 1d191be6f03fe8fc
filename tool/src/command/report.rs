// SPDX-License-Identifier: GPL-2.0

//! `report`: a page about measurements.

use std::path::{
    Path,
    PathBuf, //
};

use crate::{
    cli,
    error::Result,
    output,
    page::{
        self,
        Measurement, //
    },
    saved, //
};

pub(crate) fn run(arguments: cli::Report) -> Result {
    let inputs: Vec<&Path> = arguments.files.iter().map(PathBuf::as_path).collect();
    saved::refuse_to_overwrite(&arguments.output, &inputs)?;
    let mut measurements = Vec::new();
    for file in &arguments.files {
        let (run, problems) = saved::load(file)?;
        super::name_problems(&problems);
        measurements.push(Measurement {
            name: saved::name(file),
            run,
        });
    }
    let page = page::page(&measurements, arguments.tolerance)?;
    output::write(&arguments.output, &page)
}
