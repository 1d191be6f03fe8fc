// SPDX-License-Identifier: GPL-2.0
/*
 * Kernel threads that sleep, wake and count: the same module as kthread_counter, as it is written in C.
 */

#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/proc_fs.h>

#include "classic.h"

s64 loaded_at;

static int fill_pool(const char **why)
{
	int error = arguments.causes ? pool_watch(true, why) : 0;

	return error ?: pool_set_count(arguments.threads, arguments.autostart, why);
}

static int __init classic_init(void)
{
	const char *why = "";
	int error;

	loaded_at = ktime_get();
	error = fill_pool(&why);
	if (error) {
		pr_err(NAME ": %s\n", why);
		goto close;
	}
	error = table_create();
	if (error)
		goto close;
	error = histograms_create();
	if (error)
		goto table;
	error = device_create_misc(arguments.device_mode);
	if (error)
		goto histograms;
	params_live();
	pr_info(NAME ": loaded with %u workers\n", arguments.threads);
	return 0;

histograms:
	remove_proc_entry(NAME "_hist", NULL);
table:
	remove_proc_entry(NAME, NULL);
close:
	pool_close();
	pool_free();
	return error;
}

static void __exit classic_exit(void)
{
	struct total total;

	remove_proc_entry(NAME, NULL);
	remove_proc_entry(NAME "_hist", NULL);
	device_remove();
	params_gone();
	pool_close();
	pool_total(&total);
	pr_info(NAME ": unloaded after %llu ticks, %llu missed, %llu early, %llu signals\n",
		total.stats.ticks, total.stats.missed, total.stats.early, total.stats.signals);
	pool_free();
}

module_init(classic_init);
module_exit(classic_exit);

MODULE_AUTHOR("The kthread_counter authors");
MODULE_DESCRIPTION("Kernel threads that sleep, wake and count, in C");
MODULE_LICENSE("GPL");
