// SPDX-License-Identifier: GPL-2.0

//! Kernel threads that sleep, wake and count.
//!
//! Four layers, each of which knows only those before it: [`bindings`] to C, safe [`abstractions`]
//! of kernel facilities, the [`domain`] of workers, and the [`interface`] to users.

#![deny(unsafe_code)]

mod abstractions;
mod bindings;
mod domain;
mod interface;

use kernel::{
    prelude::*,
    sync::Arc, //
};

use abstractions::{
    modinfo::module_info,
    module_param::Lock,
    proc_fs, //
};
use domain::{
    owner::Owner,
    pool::Pool, //
};
use interface::{
    device,
    proc,
    state, //
};

module! {
    type: KthreadCounter,
    name: "kthread_counter",
    authors: ["The kthread_counter authors"],
    description: "Kernel threads that sleep, wake and count",
    license: "GPL",
}

// The one place that says which version this is. The kernel shows it in /sys/module, too.
module_info!("version", "1.0.0");

/// What there is while the module is loaded. It goes in the order of the fields: first what users
/// read, then what they write, then the threads.
struct KthreadCounter {
    _table: proc_fs::File<proc::Table>,
    _histograms: proc_fs::File<proc::histogram::Histograms>,
    _device: device::Registration,
    _live: state::Live,
    _pool: Owner,
    _farewell: Farewell,
}

impl kernel::Module for KthreadCounter {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let (pool, threads, autostart, causes, mode) = Lock::with(|lock| {
            let given = state::arguments(lock);
            Pool::new(&given.config, given.log, given.trip_limit).map(|pool| {
                (
                    pool,
                    given.threads,
                    given.autostart,
                    given.causes,
                    given.device_mode,
                )
            })
        })?;
        let owner = Owner::new(pool.clone());
        if causes {
            pool.set_watch(true).map_err(|refusal| {
                pr_err!("causes: {}\n", refusal.reason);
                refusal.error
            })?;
        }
        pool.set_count(threads, autostart)
            .map_err(|refusal| refusal.error)?;
        let table = proc::create(pool.clone())?;
        let histograms = proc::histogram::create(pool.clone())?;
        let device = device::create(pool.clone(), mode)?;
        pr_info!("loaded with {threads} workers\n");
        Ok(Self {
            _table: table,
            _histograms: histograms,
            _device: device,
            _live: state::Live::new(pool.clone()),
            _pool: owner,
            _farewell: Farewell(pool),
        })
    }
}

/// The last word, when all counters are final.
struct Farewell(Arc<Pool>);

impl Drop for Farewell {
    #[inline]
    fn drop(&mut self) {
        let total = self.0.total().stats;
        pr_info!(
            "unloaded after {} ticks, {} missed, {} early, {} signals\n",
            total.ticks,
            total.missed,
            total.early,
            total.signals
        );
    }
}
