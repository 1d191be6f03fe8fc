// SPDX-License-Identifier: GPL-2.0

//! Whether the module is loaded, and otherwise whether it can be.

use super::{
    finding::Topic,
    module_file::ModuleFile,
    place::Place, //
};
use crate::kernel::absent::LOAD;

pub(super) const LOADED: &str = "sys/module/kthread_counter";
const TABLE: &str = "proc/kthread_counter";
const CHECK: &str = "module";

pub(super) fn examine(place: &Place, topic: &mut Topic) {
    if place.is_there(LOADED) {
        loaded(place, topic);
    } else {
        installed(place, topic);
        loading(place, topic);
    }
}

fn loaded(place: &Place, topic: &mut Topic) {
    let get = |name: &str| place.text(format!("{LOADED}/parameters/{name}"));
    if !place.is_there(TABLE) {
        return topic.problem(
            CHECK,
            "it is loaded, but /proc/kthread_counter is not there",
            "wait until it has come up or gone; in a container, mount the host's /proc",
        );
    }
    let threads = get("threads").map_or(String::new(), |threads| {
        format!(
            ", with {threads} worker{}",
            if threads == "1" { "" } else { "s" }
        )
    });
    topic.ok(CHECK, format!("it is loaded{threads}"));
    if get("causes").as_deref() == Some("Y") {
        topic.ok(
            "causes",
            "causes is on, which costs a little at each wake of the machine",
        );
    }
    if get("log").as_deref() == Some("Y") {
        topic.note(
            "log",
            "it writes to the kernel's log, which makes workers late",
            "as root: kthread-counter set log=N",
        );
    }
}

fn installed(place: &Place, topic: &mut Topic) {
    let Some(release) = place.release() else {
        return topic.unseen(CHECK, "whether it is installed", "mount /proc");
    };
    if !place.is_there("lib/modules") {
        return topic.problem(
            CHECK,
            "it is not loaded, and there is no /lib/modules to load it from",
            "as root: insmod kthread_counter.ko; in a container, look from the host",
        );
    }
    let Some(file) = ModuleFile::find(place, &release) else {
        return not_installed(place, topic, &release);
    };
    let path = format!("/{}", file.path.display());
    let contents = match file.contents(place) {
        Ok(contents) => contents,
        Err(error) => {
            let what = format!("for which kernel {path} was built ({error})");
            return topic.unseen(CHECK, what, format!("see what it says: modinfo {path}"));
        }
    };
    match contents.release() {
        Some(built) if built != release => topic.problem(
            CHECK,
            format!("{path} was built for {built}, and this is {release}"),
            "build it for this kernel: make clean, make, make install",
        ),
        None => topic.problem(
            CHECK,
            format!("{path} is no kernel module, or is cut off"),
            "install it again: make install",
        ),
        Some(_) if file.is_indexed => {
            topic.note(
                CHECK,
                "it is installed for this kernel, and not loaded",
                LOAD,
            );
        }
        Some(_) => topic.note(
            CHECK,
            format!("modprobe does not know {path}"),
            format!("as root: depmod {release}"),
        ),
    }
}

fn not_installed(place: &Place, topic: &mut Topic, release: &str) {
    let others = ModuleFile::others(place, release);
    let todo = "in the project's folder: make, make install; or as root: insmod kthread_counter.ko";
    if others.is_empty() {
        topic.problem(CHECK, format!("it is not installed for {release}"), todo);
    } else {
        let others = others.join(", ");
        let what = format!("it is installed for {others}, and not for {release}, which runs");
        topic.problem(CHECK, what, todo);
    }
}

fn loading(place: &Place, topic: &mut Topic) {
    const CHECK: &str = "loading";
    if place.is_there("proc/sys") && !place.is_there("proc/modules") {
        topic.problem(
            CHECK,
            "this kernel was built without modules (CONFIG_MODULES)",
            "boot a kernel that has them",
        );
    } else if place.number("proc/sys/kernel/modules_disabled") == Some(1)
        || place.is_booted_with("nomodule")
    {
        topic.problem(
            CHECK,
            "loading of modules has been turned off",
            "boot without nomodule, and without kernel.modules_disabled=1 in /etc/sysctl.d",
        );
    }
}
