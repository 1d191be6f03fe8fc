// SPDX-License-Identifier: GPL-2.0
/*
 * A function for the tracepoint, which Rust cannot call by itself.
 */

#define CREATE_TRACE_POINTS
#include "trace.h"

#include "helper.h"

void kthread_counter_trace_tick(u32 id, const char *wait, s64 late_ns, u32 cpu,
				s64 to_run_ns)
{
	trace_kthread_counter_tick(id, wait, late_ns, cpu, to_run_ns);
}
