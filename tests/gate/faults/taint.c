// SPDX-License-Identifier: GPL-2.0
/* A taint that is not that of an unsigned module, and nothing on the console about it. */

#include <linux/module.h>

static int __init fault_init(void)
{
	add_taint(TAINT_USER, LOCKDEP_STILL_OK);
	return 0;
}
module_init(fault_init);

static void __exit fault_exit(void)
{
}
module_exit(fault_exit);

MODULE_DESCRIPTION("Taints the kernel, to show that the gate notices");
MODULE_LICENSE("GPL");
