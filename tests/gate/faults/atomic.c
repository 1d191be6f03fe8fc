// SPDX-License-Identifier: GPL-2.0
/* A sleep where nobody may sleep. */

#include <linux/delay.h>
#include <linux/module.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(counters);

static int __init fault_init(void)
{
	spin_lock(&counters);
	might_sleep();
	spin_unlock(&counters);
	return 0;
}
module_init(fault_init);

static void __exit fault_exit(void)
{
}
module_exit(fault_exit);

MODULE_DESCRIPTION("Sleeps with a spin lock held, to show that the gate notices");
MODULE_LICENSE("GPL");
