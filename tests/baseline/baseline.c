// SPDX-License-Identifier: GPL-2.0
/*
 * Threads that sleep with ssleep() and count, stopped one after the other: the classic exercise.
 *
 * Each begins somewhere in a second, as if it had something to do. Threads that began together would
 * wake together, and see their stop together if the one who stops them is quick enough.
 */

#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/random.h>

#define THREADS 8

static struct task_struct *tasks[THREADS];
static unsigned long counters[THREADS];

static int count(void *counter)
{
	msleep(get_random_u32_below(1000));
	while (!kthread_should_stop()) {
		ssleep(1);
		++*(unsigned long *)counter;
	}
	return 0;
}

static void stop_all(void)
{
	int i;

	for (i = 0; i < THREADS; i++)
		if (tasks[i])
			kthread_stop(tasks[i]);
}

static int __init baseline_init(void)
{
	int i;

	for (i = 0; i < THREADS; i++) {
		struct task_struct *task;

		task = kthread_run(count, &counters[i], "baseline/%d", i);
		if (IS_ERR(task)) {
			stop_all();
			return PTR_ERR(task);
		}
		tasks[i] = task;
	}
	return 0;
}

static void __exit baseline_exit(void)
{
	stop_all();
}

module_init(baseline_init);
module_exit(baseline_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Threads that sleep and count, for comparison");
