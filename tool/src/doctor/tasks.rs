// SPDX-License-Identifier: GPL-2.0

//! The kernel's look for hung tasks, which may take workers for such.

use super::{
    finding::Topic,
    place::Place, //
};

/// Workers that sleep in D wake up at least that often, in seconds.
const LONGEST_SLEEP: i64 = 20;

pub(super) fn examine(place: &Place, topic: &mut Topic) {
    const CHECK: &str = "hung_task";
    let get = |name: &str| place.number(format!("proc/sys/kernel/{name}"));
    let Some(timeout) = get("hung_task_timeout_secs") else {
        return topic.ok(CHECK, "the kernel does not look for hung tasks");
    };
    let what = match timeout {
        0 => return topic.ok(CHECK, "the look for hung tasks is off"),
        1..=LONGEST_SLEEP => {
            format!("after {timeout} s in D, which workers may sleep for, a task is taken for hung")
        }
        _ => {
            let what = format!("tasks are taken for hung after {timeout} s in D; workers are not");
            return topic.ok(CHECK, what);
        }
    };
    let todo = "as root: sysctl kernel.hung_task_timeout_secs=120";
    if get("hung_task_panic").is_some_and(|panic| panic > 0) {
        topic.problem(CHECK, what + ", and the machine panics", todo);
    } else {
        topic.note(CHECK, what, todo);
    }
}
