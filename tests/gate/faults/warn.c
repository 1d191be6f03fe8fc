// SPDX-License-Identifier: GPL-2.0
/* A warning with a backtrace, as from WARN_ON() in a code path that nobody expected. */

#include <linux/module.h>

static int __init fault_init(void)
{
	WARN(1, "a deliberate warning\n");
	return 0;
}
module_init(fault_init);

static void __exit fault_exit(void)
{
}
module_exit(fault_exit);

MODULE_DESCRIPTION("Warns, to show that the gate notices");
MODULE_LICENSE("GPL");
