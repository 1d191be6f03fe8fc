// SPDX-License-Identifier: GPL-2.0
/*
 * Walks over all workers by those who change none: reads and writes of the device, and the total.
 */

#include "classic.h"

/*
 * Under the array's lock, which is given back after each piece: who is woken would often preempt the
 * waker, and that costs much in a critical section of RCU.
 */
void walk(void (*visit)(struct worker *worker, void *data), void *data)
{
	unsigned int count = READ_ONCE(workers_count);
	XA_STATE(xas, &workers, 0);
	struct worker *worker;

	if (!count)
		return;
	xas_lock(&xas);
	xas_for_each(&xas, worker, count - 1) {
		visit(worker, data);
		if (worker->id % PIECE == PIECE - 1) {
			xas_pause(&xas);
			xas_unlock(&xas);
			cond_resched();
			xas_lock(&xas);
		}
	}
	xas_unlock(&xas);
}

static void complete_one(struct worker *worker, void *data)
{
	worker_called(worker, *(u64 *)data);
}

u64 device_read_call(void)
{
	u64 number = calls_make(&reads);

	walk(complete_one, &number);
	return number;
}

static void wake_one(struct worker *worker, void *data)
{
	if (READ_ONCE(worker->shown.settings.how) == EVENT)
		wake_up(&worker->queue);
}

void device_write_call(void)
{
	calls_make(&writes);
	walk(wake_one, NULL);
}

static void add_one(struct worker *worker, void *data)
{
	struct total *total = data;

	guard(spinlock)(&worker->lock);
	stats_merge(&total->stats, &worker->shown.stats);
	if (has_deadline(worker->shown.settings.how)) {
		s64 drift = worker->shown.stats.drift;

		total->drift = total->has_drift ? max(total->drift, drift) : drift;
		total->has_drift = true;
	}
	if (total->watch && worker->watch == total->watch && worker->shown.settings.how != WORK)
		split_merge(&total->split, &worker->split);
}

void pool_total(struct total *total)
{
	memset(total, 0, sizeof(*total));
	total->watch = READ_ONCE(noticed.watch);
	walk(add_one, total);
	/* If it has ended meanwhile, only a part of it has been added up. */
	if (READ_ONCE(noticed.watch) != total->watch)
		total->watch = 0;
}
