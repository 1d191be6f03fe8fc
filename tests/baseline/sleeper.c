// SPDX-License-Identifier: GPL-2.0
/*
 * One thread that calls ssleep(seconds) again and again, and how late it was: what a driver author
 * would see.
 */

#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/module.h>

static unsigned int seconds = 1;
module_param(seconds, uint, 0444);
MODULE_PARM_DESC(seconds, "what ssleep() is told");

static unsigned long ticks;
module_param(ticks, ulong, 0444);
MODULE_PARM_DESC(ticks, "how often it has returned");

static long late_ns;
module_param(late_ns, long, 0444);
MODULE_PARM_DESC(late_ns, "how late it was the last time");

static struct task_struct *task;

static int sleep_and_count(void *unused)
{
	while (!kthread_should_stop()) {
		u64 began = ktime_get_ns();

		ssleep(seconds);
		WRITE_ONCE(late_ns, (long)(ktime_get_ns() - began - (u64)seconds * NSEC_PER_SEC));
		WRITE_ONCE(ticks, ticks + 1);
	}
	return 0;
}

static int __init sleeper_init(void)
{
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
