// SPDX-License-Identifier: GPL-2.0

//! `top`: the workers, again and again.

use crate::{
    cli,
    error::Result,
    kernel::source::Source,
    top::{
        self,
        By,
        Choice, //
    }, //
};

pub(crate) fn run(arguments: cli::Top) -> Result {
    let source = Source::new(arguments.source.from);
    // Without the module there is no screen either.
    let first = top::read(&source)?;
    let choice = Choice {
        by: match arguments.by {
            cli::By::Worker => By::Worker,
            cli::By::Wait => By::Wait,
        },
        sort: arguments.sort,
        reverse: arguments.reverse,
    };
    match arguments.batch {
        Some(times) => {
            let form = match arguments.json {
                true => top::json,
                false => top::text,
            };
            top::batch(
                &source,
                first,
                arguments.interval,
                times,
                |model, is_next, to| form(model, choice, is_next, to),
            )
        }
        None => top::live(source, first, arguments.interval, choice),
    }
}
