// SPDX-License-Identifier: GPL-2.0
/* A look at memory that has been freed. */

#include <linux/module.h>
#include <linux/slab.h>

static int __init fault_init(void)
{
	int *volatile counter = kzalloc(sizeof(*counter), GFP_KERNEL);

	if (!counter)
		return -ENOMEM;
	kfree(counter);
	return *(volatile int *)counter & 0;
}
module_init(fault_init);

static void __exit fault_exit(void)
{
}
module_exit(fault_exit);

MODULE_DESCRIPTION("Uses freed memory, to show that the gate notices");
MODULE_LICENSE("GPL");
