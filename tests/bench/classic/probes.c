// SPDX-License-Identifier: GPL-2.0
/*
 * Probes that do nothing, on the tracepoints that `causes` uses: what a call of a probe takes, whatever
 * the probe does.
 */

#include <linux/module.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <trace/events/sched.h>

/* Each executes three instructions: endbr64, a nop for ftrace, and the return. */

static void waking(void *data, struct task_struct *task)
{
}

static void change(void *data, bool preempt, struct task_struct *prev, struct task_struct *next,
		   unsigned int state)
{
}

static struct {
	const char *name;
	void *probe;
	struct tracepoint *tracepoint;
} probes[] = {
	{ .name = "sched_waking", .probe = waking },
	{ .name = "sched_switch", .probe = change },
};

static void find(struct tracepoint *tracepoint, void *data)
{
	for (int i = 0; i < ARRAY_SIZE(probes); i++) {
		if (!strcmp(tracepoint->name, probes[i].name))
			probes[i].tracepoint = tracepoint;
	}
}

static void detach(int number)
{
	while (number--)
		tracepoint_probe_unregister(probes[number].tracepoint, probes[number].probe, NULL);
	tracepoint_synchronize_unregister();
}

static int __init probes_init(void)
{
	check_trace_callback_type_sched_waking(waking);
	check_trace_callback_type_sched_switch(change);
	for_each_kernel_tracepoint(find, NULL);
	for (int i = 0; i < ARRAY_SIZE(probes); i++) {
		int error = probes[i].tracepoint ? 0 : -EOPNOTSUPP;

		if (!error)
			error = tracepoint_probe_register(probes[i].tracepoint, probes[i].probe, NULL);
		if (error) {
			detach(i);
			return error;
		}
	}
	return 0;
}

static void __exit probes_exit(void)
{
	detach(ARRAY_SIZE(probes));
}

module_init(probes_init);
module_exit(probes_exit);

MODULE_AUTHOR("The kthread_counter authors");
MODULE_DESCRIPTION("Probes that do nothing");
MODULE_LICENSE("GPL");
