// SPDX-License-Identifier: GPL-2.0
/*
 * How long the one processor is not idle: where a nanosecond is an instruction, how many it executes for
 * whatever there is to do. The interrupt that ends its idling counts, too.
 *
 * The parameter `busy` shows how long that was since the module was loaded, in nanoseconds. /proc/meter
 * has one line for each time that it was not idle, up to a number; a write forgets them.
 */

#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/tracepoint.h>
#ifdef CONFIG_X86
#include <asm/trace/irq_vectors.h>
#else
#include <trace/events/irq.h>
#endif
#include <trace/events/power.h>

#define MOST 8192

static u64 loaded, idle;
static u64 idle_since, busy_since;
static u64 times[MOST];
static unsigned int number;

static void idle_begins(u64 now)
{
	if (busy_since && number < MOST)
		times[number++] = now - busy_since;
	idle_since = now;
}

/* At the first of what says so. */
static void idle_ends(u64 now)
{
	if (!idle_since)
		return;
	idle += now - idle_since;
	idle_since = 0;
	busy_since = now;
}

static void on_idle(void *data, unsigned int state, unsigned int cpu)
{
	if (state == PWR_EVENT_EXIT)
		idle_ends(ktime_get_mono_fast_ns());
	else
		idle_begins(ktime_get_mono_fast_ns());
}

#ifdef CONFIG_X86
#define TIMER "local_timer_entry"
#define check_timer(probe) check_trace_callback_type_local_timer_entry(probe)
static void on_timer(void *data, int vector)
#else
/* Where the timer's interrupt is one like all others. */
#define TIMER "irq_handler_entry"
#define check_timer(probe) check_trace_callback_type_irq_handler_entry(probe)
static void on_timer(void *data, int irq, struct irqaction *action)
#endif
{
	idle_ends(ktime_get_mono_fast_ns());
}

static struct {
	const char *name;
	void *probe;
	struct tracepoint *tracepoint;
} probes[] = {
	{ .name = TIMER, .probe = on_timer },
	{ .name = "cpu_idle", .probe = on_idle },
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

static int get_busy(char *buffer, const struct kernel_param *kp)
{
	return sprintf(buffer, "%llu\n", ktime_get_mono_fast_ns() - loaded - idle);
}

static const struct kernel_param_ops busy_ops = { .get = get_busy };
module_param_cb(busy, &busy_ops, NULL, 0444);
MODULE_PARM_DESC(busy, "Nanoseconds in which the processor was not idle (read only)");

static int show(struct seq_file *m, void *v)
{
	for (unsigned int i = 0; i < number; i++)
		seq_printf(m, "%llu\n", times[i]);
	return 0;
}

static int open(struct inode *inode, struct file *file)
{
	return single_open(file, show, NULL);
}

static ssize_t clear(struct file *file, const char __user *buffer, size_t count, loff_t *pos)
{
	number = 0;
	return count;
}

static const struct proc_ops operations = {
	.proc_open = open,
	.proc_read = seq_read,
	.proc_write = clear,
	.proc_release = single_release,
};

static int __init meter_init(void)
{
	check_timer(on_timer);
	check_trace_callback_type_cpu_idle(on_idle);
	for_each_kernel_tracepoint(find, NULL);
	loaded = ktime_get_mono_fast_ns();
	for (int i = 0; i < ARRAY_SIZE(probes); i++) {
		int error = probes[i].tracepoint ? 0 : -EOPNOTSUPP;

		if (!error)
			error = tracepoint_probe_register(probes[i].tracepoint, probes[i].probe, NULL);
		if (error) {
			detach(i);
			return error;
		}
	}
	if (proc_create("meter", 0600, NULL, &operations))
		return 0;
	detach(ARRAY_SIZE(probes));
	return -ENOMEM;
}

static void __exit meter_exit(void)
{
	remove_proc_entry("meter", NULL);
	detach(ARRAY_SIZE(probes));
}

module_init(meter_init);
module_exit(meter_exit);

MODULE_AUTHOR("The kthread_counter authors");
MODULE_DESCRIPTION("How long the processor was not idle");
MODULE_LICENSE("GPL");
