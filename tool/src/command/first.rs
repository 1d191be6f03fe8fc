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
  kthread-counter hist      how late they were, as a picture
  kthread-counter save DIR  keep that for later: show and hist take --from DIR
  kthread-counter --help    all commands
";

const ABSENT: &str = "\
The module kthread_counter is not loaded. As root:

  modprobe kthread_counter threads=4 wait=ssleep,usleep,fsleep,hrtimer

Then `kthread-counter show` shows the workers, and `kthread-counter hist` how late they were.
Files that were saved on another machine need no module: `kthread-counter show --from DIR`.
";

pub(crate) fn run() -> Result {
    output::print(if Source::new(None).is_there() {
        LOADED
    } else {
        ABSENT
    })
}
