// SPDX-License-Identifier: GPL-2.0

//! No command: what to do first.

use crate::{
    error::Result,
    kernel::source::Source,
    output, //
};

const LOADED: &str = "\
The module kthread_counter is loaded.

  kthread-counter show      the workers now
  kthread-counter top       the same, live
  kthread-counter hist      how late they were, as a picture
  kthread-counter set       change it, as root: set interval=10ms causes=Y
  kthread-counter save DIR  keep it for later: show and hist take --from DIR
  kthread-counter unload    as root: unload it; workers and counters are gone
  kthread-counter --help    all commands
";

const ABSENT: &str = "\
The module kthread_counter is not loaded.

  kthread-counter doctor    can this machine measure well? what to do
  kthread-counter run       as root: load it, measure a minute, unload it
  kthread-counter load      as root: load it, for show, hist and top
  kthread-counter --help    all commands

run and load take the installed module (make install), or --module FILE.

Files that were saved on another machine need no module:
kthread-counter show --from DIR
";

pub(crate) fn run() -> Result {
    output::print(if Source::new(None).is_there() {
        LOADED
    } else {
        ABSENT
    })
}
