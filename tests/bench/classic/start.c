// SPDX-License-Identifier: GPL-2.0
/*
 * Starting and stopping a worker's thread, and where and how it is scheduled. All of it under the turn.
 */

#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/kthread.h>
#include <linux/printk.h>
#include <linux/sched/isolation.h>
#include <linux/topology.h>

#include "classic.h"

/* As the kernel has unbound threads, or on one CPU. */
void set_cpu(struct task_struct *task, int cpu)
{
	static struct cpumask unbound;	/* under the turn */

	if (cpu >= 0 && cpu_online(cpu)) {
		set_cpus_allowed_ptr(task, cpumask_of(cpu));
		return;
	}
	scoped_guard(rcu)
		cpumask_copy(&unbound, housekeeping_cpumask(HK_TYPE_DOMAIN));
	set_cpus_allowed_ptr(task, &unbound);
}

void set_policy(struct task_struct *task, enum policy policy)
{
	switch (policy) {
	case FIFO:
		sched_set_fifo(task);
		break;
	case FIFO_LOW:
		sched_set_fifo_low(task);
		break;
	default:
		sched_set_normal(task, 0);
	}
}

void end_thread(struct worker *worker)
{
	int exit;

	if (!worker->task)
		return;
	exit = kthread_stop_put(worker->task);
	worker->task = NULL;
	/* One that has not run has returned nothing. */
	worker_ended(worker, STOPPED, exit == -EINTR ? NO_EXIT : exit);
}

int run_thread(struct worker *worker, const char **why)
{
	const struct settings *settings = &worker->shown.settings;
	int cpu = settings->cpu >= 0 && cpu_online(settings->cpu) ? settings->cpu : -1;
	struct task_struct *task;

	/* One that has ended by itself. */
	end_thread(worker);
	task = kthread_create_on_node(worker_thread, worker,
				      cpu < 0 ? NUMA_NO_NODE : cpu_to_node(cpu), NAME "/%u",
				      worker->id);
	if (IS_ERR(task)) {
		pr_warn(NAME ": cannot create thread %u: %pe\n", worker->id, task);
		return reject(PTR_ERR(task), "the kernel cannot create the thread", why);
	}
	worker->task = get_task_struct(task);
	if (cpu >= 0)
		kthread_bind(task, cpu);
	if (settings->policy != NORMAL)
		set_policy(task, settings->policy);
	worker->fresh = true;
	worker_starting(worker, task_pid_nr(task));
	wake_up_process(task);
	return 0;
}
