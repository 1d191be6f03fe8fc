// SPDX-License-Identifier: GPL-2.0
/*
 * Who else wants to know of a tick: the log, and the trip wire.
 */

#include <linux/capability.h>
#include <linux/cache.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/string_helpers.h>
#include <linux/user_namespace.h>

#include "classic.h"

struct noticed noticed __cacheline_aligned;

/* The first wake that was later than the limit. */
static struct {
	u32 id;
	enum how how;
	int cpu;
	s64 woken;
	s64 late;
	s64 to_run;
	bool has_task;
	pid_t pid;
	char comm[TASK_COMM_LEN];
} record;

static DEFINE_SPINLOCK(record_lock);
static bool latched;
static atomic64_t trips;
static DEFINE_RATELIMIT_STATE(limit, DEFAULT_RATELIMIT_INTERVAL, DEFAULT_RATELIMIT_BURST);

void log_tick(u32 id, u64 ticks, s64 late)
{
	if (__ratelimit(&limit))
		pr_info(NAME ": worker %u: tick %llu, %lld ns late\n", id, ticks, late);
}

u64 trip_count(void)
{
	return atomic64_read(&trips);
}

void trip(struct worker *worker, enum how how, int cpu, s64 woken, s64 late, s64 to_run)
{
	struct waking *waking = &worker->waking;

	atomic64_inc(&trips);
	if (READ_ONCE(latched))
		return;
	guard(spinlock)(&record_lock);
	if (latched)
		return;
	/* First, so that the trace ends with what made the worker late. */
	tracing_off();
	record.id = worker->id;
	record.how = how;
	record.cpu = cpu;
	record.woken = woken;
	record.late = late;
	record.to_run = to_run;
	record.has_task = to_run >= 0 && READ_ONCE(waking->has_task);
	if (record.has_task) {
		record.pid = READ_ONCE(waking->pid);
		memcpy(record.comm, waking->comm, TASK_COMM_LEN);
	}
	WRITE_ONCE(latched, true);
}

void trip_reset(const struct ids *ids)
{
	guard(spinlock)(&record_lock);
	if (ids_have(ids, record.id))
		WRITE_ONCE(latched, false);
}

void trip_reset_one(u32 id)
{
	guard(spinlock)(&record_lock);
	if (record.id == id)
		WRITE_ONCE(latched, false);
}

int trip_show(char *buffer)
{
	char comm[4 * TASK_COMM_LEN + 1];
	int len;

	guard(spinlock)(&record_lock);
	if (!latched)
		return sprintf(buffer, "none\n");
	len = sprintf(buffer, "id=%u wait=%s cpu=%d late_ns=%lld at_ns=%lld", record.id,
		      how_names[record.how], record.cpu, record.late, record.woken);
	if (!READ_ONCE(noticed.watch))
		return len + sprintf(buffer + len, "\n");
	if (record.to_run >= 0)
		len += sprintf(buffer + len, " to_wake_ns=%lld to_run_ns=%lld",
			       record.late - record.to_run, record.to_run);
	else
		len += sprintf(buffer + len, " to_wake_ns=- to_run_ns=-");
	/* What runs on the machine is not for everybody to know. */
	if (!record.has_task || !(ns_capable_noaudit(&init_user_ns, CAP_PERFMON) ||
				  ns_capable_noaudit(&init_user_ns, CAP_SYS_ADMIN)))
		return len + sprintf(buffer + len, " after=-\n");
	comm[string_escape_mem(record.comm, strnlen(record.comm, TASK_COMM_LEN), comm,
			       sizeof(comm) - 1, ESCAPE_OCTAL | ESCAPE_NAP, " \\")] = '\0';
	return len + sprintf(buffer + len, " after=%s/%d\n", comm, record.pid);
}
