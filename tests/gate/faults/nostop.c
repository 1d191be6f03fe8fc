// SPDX-License-Identifier: GPL-2.0
/* A thread that is still there when its code is gone. */

#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>

static int worker(void *data)
{
	for (;;)
		msleep(20);
	return 0;
}

static int __init fault_init(void)
{
	return PTR_ERR_OR_ZERO(kthread_run(worker, NULL, "fault"));
}
module_init(fault_init);

static void __exit fault_exit(void)
{
}
module_exit(fault_exit);

MODULE_DESCRIPTION("Leaves its thread running, to show that the gate notices");
MODULE_LICENSE("GPL");
