// SPDX-License-Identifier: GPL-2.0

//! Parameters, the levels of the kernel log, and threads on chosen nodes and CPUs.
//!
//! `thread_cnt` is set at load and can be read; `period_ms` can be written at any time. Both are
//! described in `modinfo`. At load the module says a line in each of the eight levels; how much of it
//! a console shows is up to `/proc/sys/kernel/printk`. Then it starts `thread_cnt` threads: each is
//! bound to a CPU of the next node, and has its memory on that node.
//!
//! ```text
//! # modinfo -p parameters.ko; insmod parameters.ko thread_cnt=3 period_ms=500; sleep 1; dmesg -x | grep parameters:
//! # cd /sys/module/parameters/parameters; cat thread_cnt; echo 5000 > period_ms; rmmod parameters
//! ```

#![deny(unsafe_code)]

include!("shared.rs");

use kernel::{
    cpu,
    print::format_strings,
    str::CString, //
};

use abstractions::{
    sched,
    topology, //
};

module! {
    type: Parameters,
    name: "parameters",
    authors: ["The kthread_counter authors"],
    description: "Parameters, log levels, and threads on nodes and CPUs",
    license: "GPL",
}

number_params! {
    thread_cnt: THREAD_CNT = 2 in 0..=64, 0o444, "how many threads there are";
    period_ms: PERIOD_MS = 1000 in 10..=3_600_000, 0o644, "time between two lines of a thread, in ms";
}

struct Parameters {
    _threads: KVec<kthread::Handle>,
}

impl kernel::Module for Parameters {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        say_in_each_level();
        let cpus = cpus_of_nodes_in_turn()?;
        let mut threads = KVec::new();
        for (id, &cpu) in (0..THREAD_CNT.load(Relaxed)).zip(cpus.iter().cycle()) {
            threads.push(start(id, cpu)?, GFP_KERNEL)?;
        }
        Ok(Self { _threads: threads })
    }
}

/// The CPUs that are online: the first of each node, then the second of each, and so on.
fn cpus_of_nodes_in_turn() -> Result<KVec<cpu::CpuId>> {
    // With the number within its node, and the node's.
    let mut cpus: KVec<(usize, c_int, cpu::CpuId)> = KVec::new();
    for cpu in (0..cpu::nr_cpu_ids()).filter_map(sched::online_cpu) {
        let node = topology::Node::of(cpu).number();
        let before = cpus.iter().filter(|&&(_, other, _)| other == node);
        cpus.push((before.count(), node, cpu), GFP_KERNEL)?;
    }
    let mut in_turn = KVec::new();
    for turn in 0..cpus.len() {
        for &(_, _, cpu) in cpus.iter().filter(|&&(number, _, _)| number == turn) {
            in_turn.push(cpu, GFP_KERNEL)?;
        }
    }
    Ok(in_turn)
}

fn say_in_each_level() {
    pr_emerg!("level 0: the system is unusable\n");
    pr_alert!("level 1: something has to be done at once\n");
    pr_crit!("level 2: a critical condition\n");
    pr_err!("level 3: an error\n");
    pr_warn!("level 4: a warning\n");
    pr_notice!("level 5: normal, but of note\n");
    pr_info!("level 6: for information\n");
    // What `pr_debug!` does in a kernel with debug assertions; in others it does nothing.
    kernel::print_macro!(format_strings::DEBUG, false, "level 7: for debugging\n");
}

fn start(id: u64, cpu: cpu::CpuId) -> Result<kthread::Handle> {
    let node = topology::Node::of(cpu);
    let name = CString::try_from_fmt(fmt!("parameters/{id}"))?;
    let mut thread = kthread::Created::new(&name, Some(node), move |thread| {
        while !thread.should_stop() {
            pr_info!(
                "thread {} runs on CPU {}\n",
                id,
                cpu::CpuId::current().as_u32()
            );
            let period = msecs_to_jiffies(PERIOD_MS.load(Relaxed) as u32);
            schedule_timeout_interruptible(period);
        }
        0
    })?;
    thread.bind(cpu);
    pr_info!(
        "thread {} is for CPU {} of node {}\n",
        id,
        cpu.as_u32(),
        node.number()
    );
    Ok(thread.start())
}
