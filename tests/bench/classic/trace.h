/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tracepoint classic:classic_tick, one for each tick.
 */

#undef TRACE_SYSTEM
#define TRACE_SYSTEM classic

#if !defined(CLASSIC_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define CLASSIC_TRACE_H

#include <linux/tracepoint.h>

TRACE_EVENT(classic_tick,

	/* to_run_ns is -1 if it is not known; to_wake_ns is 0 then. */
	TP_PROTO(u32 id, const char *wait, s64 late_ns, u32 cpu, s64 to_run_ns),

	TP_ARGS(id, wait, late_ns, cpu, to_run_ns),

	TP_STRUCT__entry(
		__field(u32, id)
		__string(wait, wait)
		__field(s64, late_ns)
		__field(u32, cpu)
		__field(s64, to_wake_ns)
		__field(s64, to_run_ns)
	),

	TP_fast_assign(
		__entry->id = id;
		__assign_str(wait);
		__entry->late_ns = late_ns;
		__entry->cpu = cpu;
		__entry->to_wake_ns = to_run_ns < 0 ? 0 : late_ns - to_run_ns;
		__entry->to_run_ns = to_run_ns;
	),

	TP_printk("id=%u wait=%s late_ns=%lld cpu=%u to_wake_ns=%lld to_run_ns=%lld",
		  __entry->id, __get_str(wait), __entry->late_ns, __entry->cpu,
		  __entry->to_wake_ns, __entry->to_run_ns)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
