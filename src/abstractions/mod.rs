// SPDX-License-Identifier: GPL-2.0

//! Safe abstractions over kernel facilities that the `kernel` crate does not have.
//!
//! One file for each, named after the C header that it wraps, or the functions. Together with
//! [`crate::bindings`] this is the only place for `unsafe`: a safe function here is sound whatever a
//! safe caller does.
//!
//! With one exception, which no type can express: what registers the module's code with the kernel
//! (threads, files, devices, work) takes it back when it is dropped. A module that leaks it, with
//! `mem::forget`, in a static or in a circle of references, must not be unloaded.

#![allow(unsafe_code, reason = "this layer is where unsafe calls are made safe")]
#![allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "each of the modules that share this layer needs some of it"
)]

// On 32 bits a counter would be two words that no load reads at once, `jiffies` would wrap within the
// longest interval at HZ=1000 and more, and C would be needed for each division of a time.
#[cfg(not(CONFIG_64BIT))]
compile_error!("counters and times are words of 64 bits: this needs a 64-bit kernel");

pub(crate) mod capability;
pub(crate) mod chrdev;
pub(crate) mod clock;
pub(crate) mod completion;
pub(crate) mod delay;
pub(crate) mod delayed_work;
pub(crate) mod fs;
pub(crate) mod ftrace;
pub(crate) mod hrtimer;
pub(crate) mod jiffies;
pub(crate) mod kthread;
pub(crate) mod kthread_create;
pub(crate) mod kthread_exit;
pub(crate) mod kthread_payload;
pub(crate) mod kthread_probe;
pub(crate) mod kthread_waking;
pub(crate) mod kthread_worker;
pub(crate) mod miscdevice;
pub(crate) mod modinfo;
pub(crate) mod module_param;
pub(crate) mod module_param_number;
pub(crate) mod module_param_published;
pub(crate) mod mutex;
pub(crate) mod preempt;
pub(crate) mod proc_fs;
pub(crate) mod ratelimit;
pub(crate) mod raw_spin_lock;
pub(crate) mod sched;
pub(crate) mod sched_events;
pub(crate) mod seq_file;
pub(crate) mod signal;
pub(crate) mod timer;
pub(crate) mod topology;
pub(crate) mod trace;
pub(crate) mod tracepoint;
pub(crate) mod wait;
pub(crate) mod work;
pub(crate) mod workqueue;
