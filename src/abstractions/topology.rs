// SPDX-License-Identifier: GPL-2.0

//! NUMA nodes.
//!
//! C header: [`include/linux/topology.h`](srctree/include/linux/topology.h)

use kernel::{
    cpu::CpuId,
    prelude::*, //
};

use crate::bindings;

/// A NUMA node.
#[derive(Clone, Copy)]
pub(crate) struct Node(c_int);

impl Node {
    /// The node of a CPU; no node in particular for a number that no CPU can have.
    pub(crate) fn of(cpu: CpuId) -> Self {
        // SAFETY: The number is less than that of CPUs that there may be.
        Self(unsafe { bindings::kthread_counter_cpu_to_node(cpu.as_u32()) })
    }

    /// The number that C knows it by.
    pub(crate) fn number(self) -> c_int {
        self.0
    }
}
