// SPDX-License-Identifier: GPL-2.0

//! `export`: metrics for Prometheus.

use crate::{
    error::{
        Error,
        Result, //
    },
    export::{
        arguments::Export,
        by::By,
        exporter::Exporter,
        server,
        textfile, //
    },
    kernel::source::Source,
    output, //
};

pub(crate) fn run(arguments: Export) -> Result {
    let format = arguments.format();
    let source = Source::new(arguments.from);
    let exporter = Exporter::new(source, By::new(&arguments.by), arguments.buckets);
    if let Some(file) = arguments.textfile {
        let text = match exporter.once(format) {
            Ok((text, problems)) => {
                super::name_problems(&problems);
                text
            }
            // That it is not loaded is what the file says.
            Err(Error::Unmeasured(_)) => exporter.nothing(),
            Err(error) => return Err(error),
        };
        return textfile::write(&file, &text);
    }
    if arguments.once {
        let (text, problems) = exporter.once(format)?;
        super::name_problems(&problems);
        return output::print(&text);
    }
    server::serve(arguments.listen, exporter)
}
