// SPDX-License-Identifier: GPL-2.0
/*
 * Probes that note when threads are woken, and who had the CPU before them.
 */

#include <linux/kthread.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/tracepoint.h>
#include <trace/events/sched.h>

#include "classic.h"

static bool is_ours(struct task_struct *task)
{
	return task->flags & PF_KTHREAD && kthread_func(task) == worker_thread;
}

/* Its worker, which is not freed before a grace period has passed; none if it exits. */
static struct worker *worker_of(struct task_struct *task)
{
	return READ_ONCE(task->flags) & PF_EXITING ? NULL : kthread_data(task);
}

static noinline void note_waking(struct task_struct *task)
{
	struct worker *worker = worker_of(task);

	/* A spin lock's waking, on PREEMPT_RT, is not that of the sleep. */
	if (!worker || READ_ONCE(task->__state) & TASK_RTLOCK_WAIT)
		return;
	WRITE_ONCE(worker->waking.has_task, false);
	WRITE_ONCE(worker->waking.at, ktime_get_mono_fast_ns());
}

static void on_waking(void *data, struct task_struct *task)
{
	if (is_ours(task))
		note_waking(task);
}

static noinline void note_switch(struct task_struct *prev, struct task_struct *next)
{
	struct worker *worker = worker_of(next);
	struct waking *waking;

	if (!worker)
		return;
	waking = &worker->waking;
	if (READ_ONCE(waking->measured) || (READ_ONCE(waking->at) && READ_ONCE(waking->has_task)))
		return;
	memcpy(waking->comm, prev->comm, TASK_COMM_LEN);
	WRITE_ONCE(waking->pid, prev->pid);
	WRITE_ONCE(waking->has_task, true);
}

static void on_switch(void *data, bool preempt, struct task_struct *prev,
		      struct task_struct *next, unsigned int state)
{
	if (is_ours(next))
		note_switch(prev, next);
}

static struct {
	const char *name;
	void *probe;
	struct tracepoint *tracepoint;
} probes[] = {
	{ .name = "sched_waking", .probe = on_waking },
	{ .name = "sched_switch", .probe = on_switch },
};

static void find(struct tracepoint *tracepoint, void *data)
{
	for (int i = 0; i < ARRAY_SIZE(probes); i++)
		if (!strcmp(tracepoint->name, probes[i].name))
			probes[i].tracepoint = tracepoint;
}

static void detach(int number)
{
	while (number--)
		tracepoint_probe_unregister(probes[number].tracepoint, probes[number].probe, NULL);
	tracepoint_synchronize_unregister();
}

int causes_attach(void)
{
	check_trace_callback_type_sched_waking(on_waking);
	check_trace_callback_type_sched_switch(on_switch);
	for_each_kernel_tracepoint(find, NULL);
	for (int i = 0; i < ARRAY_SIZE(probes); i++) {
		int error = probes[i].tracepoint ? 0 : -EOPNOTSUPP;

		if (!error)
			error = tracepoint_probe_register(probes[i].tracepoint, probes[i].probe,
							  NULL);
		if (error) {
			detach(i);
			return error;
		}
	}
	return 0;
}

/* Nobody is in a probe when it returns. */
void causes_detach(void)
{
	detach(ARRAY_SIZE(probes));
}
