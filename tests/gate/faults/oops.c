// SPDX-License-Identifier: GPL-2.0
/* An oops: the kernel kills the process that loads this, and lives on. */

#include <linux/module.h>

static int *volatile nowhere;

static int __init fault_init(void)
{
	return *nowhere;
}
module_init(fault_init);

MODULE_DESCRIPTION("Follows a null pointer, to show that the gate notices");
MODULE_LICENSE("GPL");
