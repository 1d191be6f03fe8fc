// SPDX-License-Identifier: GPL-2.0
/* Memory that nothing points to any more. */

#include <linux/module.h>
#include <linux/slab.h>

static int __init fault_init(void)
{
	void *volatile lost; /* the compiler would leave out what nobody looks at */
	int i;

	/* Several, as something on a stack may look like a pointer to one. */
	for (i = 0; i < 8; i++)
		lost = kmalloc(1000 + i, GFP_KERNEL);
	lost = NULL;
	return 0;
}
module_init(fault_init);

static void __exit fault_exit(void)
{
}
module_exit(fault_exit);

MODULE_DESCRIPTION("Leaks memory, to show that the gate notices");
MODULE_LICENSE("GPL");
