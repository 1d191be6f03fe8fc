// SPDX-License-Identifier: GPL-2.0
/*
 * A worker: what others may see and change of it.
 */

#include <linux/kthread.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "classic.h"

static u64 new_epoch(void)
{
	return atomic64_inc_return(&last_epoch);
}

struct worker *worker_create(u32 id, const struct settings *settings)
{
	struct worker *worker = kzalloc(sizeof(*worker), GFP_KERNEL);

	if (!worker)
		return NULL;
	worker->buckets = kcalloc(BUCKETS, sizeof(*worker->buckets), GFP_KERNEL);
	if (!worker->buckets) {
		kfree(worker);
		return NULL;
	}
	worker->id = id;
	init_waitqueue_head(&worker->queue);
	init_completion(&worker->called);
	init_completion(&worker->ran);
	INIT_DELAYED_WORK(&worker->work, worker_work);
	spin_lock_init(&worker->lock);
	worker->waking.measured = true;
	worker->watch = READ_ONCE(noticed.watch);
	worker->shown.cpu = -1;
	worker->shown.exit = NO_EXIT;
	worker->shown.settings = *settings;
	worker->shown.epoch = new_epoch();
	return worker;
}

/* It has no thread, and nobody finds it any more. */
void worker_free(struct worker *worker)
{
	kfree(worker->buckets);
	kfree(worker);
}

/* From now on each call counts, none before. */
static void expect(struct worker *worker)
{
	worker->era++;
	switch (worker->shown.settings.how) {
	case COMPLETION:
		worker->since = calls_count(&reads);
		break;
	case EVENT:
		worker->since = calls_count(&writes);
		break;
	default:
		worker->since = 0;
	}
	worker->completed = 0;
	worker->answered = 0;
	reinit_completion(&worker->called);
}

void worker_starting(struct worker *worker, pid_t pid)
{
	spin_lock(&worker->lock);
	worker->shown.state = RUNNING;
	worker->shown.pid = pid;
	worker->shown.cpu = -1;
	worker->shown.exit = NO_EXIT;
	worker->shown.epoch = new_epoch();
	expect(worker);
	spin_unlock(&worker->lock);
	atomic_inc(&running_count);
}

/* The thread is gone, or returns now. One that ended by itself has said so. */
void worker_ended(struct worker *worker, enum state state, int exit)
{
	bool had_thread;

	spin_lock(&worker->lock);
	had_thread = worker->shown.state == RUNNING;
	if (had_thread) {
		worker->shown.state = state;
		worker->shown.exit = exit;
	}
	spin_unlock(&worker->lock);
	if (had_thread)
		atomic_dec(&running_count);
}

static void reset(struct worker *worker)
{
	memset(&worker->shown.stats, 0, sizeof(worker->shown.stats));
	memset(&worker->split, 0, sizeof(worker->split));
	memset(worker->buckets, 0, BUCKETS * sizeof(*worker->buckets));
	worker->shown.epoch = new_epoch();
}

void worker_reset(struct worker *worker)
{
	spin_lock(&worker->lock);
	reset(worker);
	spin_unlock(&worker->lock);
}

bool sleeps_alike(const struct settings *one, const struct settings *other)
{
	return one->interval.ns == other->interval.ns && one->how == other->how &&
	       (one->how != WORK || one->cpu == other->cpu);
}

/* If it sleeps differently now, its thread has to be notified. */
void worker_set(struct worker *worker, const struct settings *settings, struct settings *before)
{
	spin_lock(&worker->lock);
	*before = worker->shown.settings;
	worker->shown.settings = *settings;
	if (before->how != settings->how) {
		/* What has been counted is not that of this primitive. */
		reset(worker);
		expect(worker);
		if (before->how == WORK || settings->how == WORK)
			worker->shown.cpu = -1;
	} else if (before->interval.ns != settings->interval.ns) {
		worker->shown.epoch = new_epoch();
	}
	if (!sleeps_alike(before, settings))
		/* Pairs with changed(): the thread then takes the lock. */
		smp_store_release(&worker->changes, worker->changes + 1);
	spin_unlock(&worker->lock);
}

/* Cuts a sleep short, as kthread_stop() does. */
void worker_notify(struct worker *worker)
{
	smp_mb__before_atomic();
	set_tsk_thread_flag(worker->task, TIF_NOTIFY_SIGNAL);
	wake_up_process(worker->task);
}

/* A read of the device. */
void worker_called(struct worker *worker, u64 call)
{
	spin_lock(&worker->lock);
	if (worker->shown.settings.how == COMPLETION && worker->shown.state == RUNNING &&
	    call > worker->since) {
		worker->completed++;
		complete(&worker->called);
	}
	spin_unlock(&worker->lock);
}

/*
 * A sleep of an older era has ended, and may have taken a call of this one. Called with the lock held.
 */
void worker_resync(struct worker *worker)
{
	u64 left = worker->completed - worker->answered;

	if (worker->shown.settings.how != COMPLETION)
		return;
	reinit_completion(&worker->called);
	while (left--)
		complete(&worker->called);
}
