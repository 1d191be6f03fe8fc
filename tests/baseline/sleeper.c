// SPDX-License-Identifier: GPL-2.0
/*
 * One thread that sleeps for the same time again and again with one of the kernel's functions, and how
 * late it was: what a driver author would see.
 */

#include <linux/delay.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/string.h>

static unsigned int seconds = 1;
module_param(seconds, uint, 0444);
MODULE_PARM_DESC(seconds, "how long it sleeps");

static char *how = "ssleep";
module_param(how, charp, 0444);
MODULE_PARM_DESC(how, "ssleep, idle, usleep or fsleep");

static unsigned long ticks;
module_param(ticks, ulong, 0444);
MODULE_PARM_DESC(ticks, "how often it has slept");

static long late_ns;
module_param(late_ns, long, 0444);
MODULE_PARM_DESC(late_ns, "how late it was the last time");

static void by_ssleep(void)
{
	ssleep(seconds);
}

static void by_idle(void)
{
	schedule_timeout_idle(seconds * HZ);
}

static void by_usleep(void)
{
	usleep_range(seconds * USEC_PER_SEC, seconds * USEC_PER_SEC);
}

static void by_fsleep(void)
{
	fsleep(seconds * USEC_PER_SEC);
}

static const struct way {
	const char *name;
	void (*sleep)(void);
} ways[] = {
	{ "ssleep", by_ssleep },
	{ "idle", by_idle },
	{ "usleep", by_usleep },
	{ "fsleep", by_fsleep },
};

static const struct way *way;
static struct task_struct *task;

static int sleep_and_count(void *unused)
{
	while (!kthread_should_stop()) {
		u64 began = ktime_get_ns();

		way->sleep();
		WRITE_ONCE(late_ns, (long)(ktime_get_ns() - began - (u64)seconds * NSEC_PER_SEC));
		WRITE_ONCE(ticks, ticks + 1);
	}
	return 0;
}

static int __init sleeper_init(void)
{
	for (way = ways; way < ways + ARRAY_SIZE(ways); way++)
		if (!strcmp(way->name, how))
			break;
	if (way == ways + ARRAY_SIZE(ways))
		return -EINVAL;

	task = kthread_run(sleep_and_count, NULL, "sleeper");
	return PTR_ERR_OR_ZERO(task);
}

static void __exit sleeper_exit(void)
{
	kthread_stop(task);
}

module_init(sleeper_init);
module_exit(sleeper_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A thread that sleeps, and how late it was, for comparison");
