// SPDX-License-Identifier: GPL-2.0
/* Two locks that are taken in one order and then in the other. */

#include <linux/module.h>
#include <linux/mutex.h>

static DEFINE_MUTEX(turn);
static DEFINE_MUTEX(table);

static int __init fault_init(void)
{
	mutex_lock(&turn);
	mutex_lock(&table);
	mutex_unlock(&table);
	mutex_unlock(&turn);

	mutex_lock(&table);
	mutex_lock(&turn);
	mutex_unlock(&turn);
	mutex_unlock(&table);
	return 0;
}
module_init(fault_init);

static void __exit fault_exit(void)
{
}
module_exit(fault_exit);

MODULE_DESCRIPTION("Takes two locks in both orders, to show that the gate notices");
MODULE_LICENSE("GPL");
