// SPDX-License-Identifier: GPL-2.0

//! A work item on the system's workqueue, and the same on a thread of the module's own.
//!
//! `workqueue` and `worker` are written to: `queue`, `queue MS` (to 600000), `flush` or `cancel`. The
//! log says which thread ran the item, in which context, and what was there to cancel. The threads of
//! the workqueue belong to the kernel and serve everybody; the `kthread_worker` is one that can be
//! given a priority. `run_ms` is how long the item takes, so that it can be cancelled while it runs.
//!
//! ```text
//! # insmod work_queue.ko run_ms=500; cd /sys/module/work_queue/parameters
//! # echo queue > workqueue; echo queue > worker; echo flush > workqueue; echo flush > worker
//! # echo queue 5000 > worker; echo cancel > worker; rmmod work_queue; dmesg | grep work_queue:
//! ```

#![deny(unsafe_code)]

include!("shared.rs");

use abstractions::{
    kthread_worker,
    sched,
    work::{
        self,
        new_work_item, //
    },
    workqueue, //
};

module! {
    type: WorkQueue,
    name: "work_queue",
    authors: ["The kthread_counter authors"],
    description: "Work on a workqueue and on a kthread_worker",
    license: "GPL",
}

module_params! {
    workqueue: Command<false>, 0o200, "command", "queue [MS], flush or cancel: the system's workqueue";
    worker: Command<true>, 0o200, "command", "queue [MS], flush or cancel: a thread of its own";
}
number_params! {
    run_ms: RUN_MS = 0 in 0..=10_000, 0o644, "how long the item takes, in ms";
}

static ITEMS: Published<Items> = Published::new();

#[pin_data]
struct Items {
    #[pin]
    on_workqueue: work::Item<workqueue::System, Report>,
    #[pin]
    on_worker: work::Item<kthread_worker::Queue, Report>,
}

/// The items go with the last reference to them, and cancel themselves then.
struct WorkQueue {
    _publication: Publication<Items>,
}

impl kernel::Module for WorkQueue {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let worker = Arc::new(kthread_worker::Worker::new(c"work_queue")?, GFP_KERNEL)?;
        let items = pin_init!(Items {
            on_workqueue <- new_work_item!(workqueue::System, Report("workqueue"), "on_workqueue"),
            on_worker <- new_work_item!(
                kthread_worker::Queue::new(worker),
                Report("worker"),
                "on_worker"
            ),
        });
        let items = Arc::pin_init(items, GFP_KERNEL)?;
        Ok(Self {
            _publication: ITEMS.publish(items),
        })
    }
}

/// What the items do.
struct Report(&'static str);

impl work::Run for Report {
    fn run(&self) {
        let (name, thread) = (self.0, sched::Comm::current());
        let pid = kernel::current!().pid();
        let context = ["interrupt", "process"][usize::from(sched::in_task())];
        pr_info!("{name}: runs in {thread}, process {pid}, {context} context\n");
        msleep(Milliseconds(RUN_MS.load(Relaxed) as u32));
        pr_info!("{name}: has run\n");
    }
}

struct Command<const WORKER: bool>;

impl<const WORKER: bool> Param for Command<WORKER> {
    fn set(lock: &mut Lock<'_>, text: &CStr, _source: Source) -> Result {
        let items = ITEMS.get(lock)?;
        let text = text.to_str()?.trim();
        // Moved, because the last reference to the items should not go under the lock.
        lock.released(move || match WORKER {
            true => command("worker", &items.on_worker, text),
            false => command("workqueue", &items.on_workqueue, text),
        })
    }
}

fn command(name: &str, item: &work::Item<impl work::Queue, Report>, text: &str) -> Result {
    let what = match text.split_once(' ').unwrap_or((text, "")) {
        ("queue", ms) if item.queue(delay(ms)?) => "queued",
        ("queue", _) => "was queued already, or is being cancelled",
        ("flush", "") => {
            item.flush();
            "flushed"
        }
        ("cancel", "") if item.cancel() => "cancelled",
        ("cancel", "") => "nothing to cancel",
        _ => return Err(EINVAL),
    };
    pr_info!("{}: {}\n", name, what);
    Ok(())
}

fn delay(ms: &str) -> Result<kernel::time::Jiffies> {
    let ms = if ms.is_empty() { "0" } else { ms };
    let ms = module_param_number::parse(ms.as_bytes(), 0..=600_000)?;
    Ok(msecs_to_jiffies(ms as u32))
}
