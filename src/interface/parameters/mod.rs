// SPDX-License-Identifier: GPL-2.0

//! The files in /sys/module/kthread_counter/parameters, which are also the arguments of `insmod`.
//!
//! There are four kinds: a setting is read and written, an argument is given at load and read, a command
//! is only written, an output is only read.

mod arguments;
mod commands;
mod file;
mod kinds;
mod outputs;
mod settings;
mod switch;

use self::kinds::{
    ArgumentFile,
    CommandFile,
    OutputFile,
    SettingFile, //
};
use crate::abstractions::module_param::module_params;

module_params! {
    threads: SettingFile<settings::Threads>, 0o644, "uint",
        "Number of workers, 0 to 32768 (default 1)";
    interval: SettingFile<settings::Intervals>, 0o644, "interval[,...]",
        "Time between two ticks: N or N*HZ (seconds), HZ, HZ/D, Nj, Ns, Nms, Nus; 50us to 24h (default 1)";
    wait: SettingFile<settings::Waits>, 0o644, "primitive[,...]",
        "Sleeping primitive: ssleep, timeout, idle, usleep, fsleep, hrtimer, completion, event, work (default ssleep)";
    cpus: SettingFile<settings::CpuList>, 0o644, "cpulist",
        "CPUs that the workers are bound to in turn, such as 0-3,7 (default: not bound)";
    sched: SettingFile<settings::Sched>, 0o644, "policy",
        "Scheduling policy: normal, fifo_low, fifo (default normal)";
    log: SettingFile<settings::Log>, 0o644, "bool",
        "Log each tick, rate limited (default N)";
    trip_us: SettingFile<settings::TripUs>, 0o644, "uint",
        "Latch the first wake later than this many microseconds, and stop tracing; 0 is off (default 0)";
    last_trip: OutputFile<outputs::LastTrip>, 0o444, "string",
        "The wake that trip_us has latched, or none (read only)";
    causes: SettingFile<settings::Causes>, 0o644, "bool",
        "Find out whether the timer or the scheduler made a wake late (default N)";
    start: CommandFile<commands::Start>, 0o200, "ids",
        "Write all or a list such as 0,2-3: start these workers";
    stop: CommandFile<commands::Stop>, 0o200, "ids",
        "Write all or a list such as 0,2-3: stop these workers and wait for them";
    signal: CommandFile<commands::Signal>, 0o200, "SIGNAL [ids]",
        "Write HUP, INT, USR1, USR2, TERM or KILL and ids: send it to these workers, or to all";
    reset: CommandFile<commands::Reset>, 0o200, "ids",
        "Write all or a list such as 0,2-3: zero the counters of these workers";
    autostart: ArgumentFile<arguments::Autostart>, 0o444, "bool",
        "Start the workers at load (default Y)";
    device_mode: ArgumentFile<arguments::DeviceMode>, 0o444, "octal",
        "Permission bits of /dev/kthread_counter (default 0600)";
    hz: OutputFile<outputs::Hz>, 0o444, "uint",
        "The kernel's HZ (read only)";
    last_error: OutputFile<outputs::LastError>, 0o444, "string",
        "Why the last rejected write was rejected (read only)";
}
