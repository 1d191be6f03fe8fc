// SPDX-License-Identifier: GPL-2.0
/*
 * A worker's thread: it sleeps, wakes and counts.
 */

#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/sched/signal.h>

#include "classic.h"
#include "trace.h"

static const int signals[] = { SIGHUP, SIGINT, SIGKILL, SIGUSR1, SIGUSR2, SIGTERM };

/* Begins to sleep with the newest settings. */
static void begin(struct worker *worker, struct nap *nap)
{
	const struct settings *settings = &worker->shown.settings;

	nap->changes = smp_load_acquire(&worker->changes);
	spin_lock(&worker->lock);
	if (settings->how != WORK)
		worker->shown.cpu = raw_smp_processor_id();
	nap->how = settings->how;
	nap->cpu = settings->cpu;
	nap->period = settings->interval.ns;
	nap->answered = worker->since + worker->answered;
	nap->era = worker->era;
	nap->now = ktime_get();
	spin_unlock(&worker->lock);
	nap->previous = nap->now;
	nap->deadline = nap->now + nap->period;
}

static void count_early(struct worker *worker, const struct nap *nap)
{
	spin_lock(&worker->lock);
	/* Or the counters have begun anew since. */
	if (worker->era == nap->era) {
		if (nap->how != WORK)
			worker->shown.cpu = raw_smp_processor_id();
		worker->shown.stats.early++;
	}
	spin_unlock(&worker->lock);
}

/* Returns whether a signal ends the thread. */
static bool handle_signals(struct worker *worker)
{
	while (signal_pending(current) && !kthread_should_stop()) {
		switch (kernel_dequeue_signal()) {
		case SIGUSR1:
		case SIGUSR2:
			spin_lock(&worker->lock);
			worker->shown.stats.signals++;
			spin_unlock(&worker->lock);
			break;
		case SIGHUP:
			worker_reset(worker);
			trip_reset_one(worker->id);
			break;
		case SIGINT:
		case SIGTERM:
		case SIGKILL:
			return true;
		case 0:
			return false;
		}
	}
	return false;
}

/* What there is to do besides sleeping. Returns whether the thread ends. */
static noinline bool look_around(struct worker *worker, struct nap *nap, bool was_early)
{
	/* What is notified after this is seen below, or cuts the sleep short. */
	clear_notify_signal();
	if (kthread_should_stop()) {
		worker_ended(worker, STOPPED, 0);
		return true;
	}
	if (was_early && (signal_pending(current) || changed(worker, nap)))
		count_early(worker, nap);
	if (handle_signals(worker)) {
		worker_ended(worker, EXITED, -ERESTARTSYS);
		return true;
	}
	if (kthread_should_stop()) {
		worker_ended(worker, STOPPED, 0);
		return true;
	}
	if (changed(worker, nap))
		begin(worker, nap);
	else
		nap->now = ktime_get();
	return false;
}

/* How much of its lateness passed after the waking; -1 if it is not known. */
static s64 split_off(struct worker *worker, const struct nap *nap, s64 woken, s64 late)
{
	s64 to_run = waking_measure(&worker->waking, woken);

	/* It may have been woken for an earlier call. */
	return has_deadline(nap->how) ? to_run : min(to_run, max(late, 0LL));
}

static void count(struct worker *worker, struct nap *nap, s64 woken, int cpu)
{
	s64 late, drift = 0, to_run = -1;
	bool is_timed = has_deadline(nap->how);
	u64 missed = 0, ticks;
	s64 limit;

	if (is_timed) {
		late = woken - nap->deadline;
		if (late >= nap->period)
			missed = div64_s64(late, nap->period);
		drift = woken - nap->previous - nap->period;
	} else {
		nap->answered++;
		late = woken - calls_time(nap->how == EVENT ? &writes : &reads, nap->answered);
	}
	if (unlikely(nap->watch))
		to_run = split_off(worker, nap, woken, late);

	spin_lock(&worker->lock);
	if (unlikely(worker->era != nap->era)) {
		/* Not a tick of what it does now. */
		worker_resync(worker);
		spin_unlock(&worker->lock);
		return;
	}
	if (!is_timed)
		worker->answered++;
	worker->shown.cpu = cpu;
	stats_count(&worker->shown.stats, worker->buckets, late, missed, drift);
	ticks = worker->shown.stats.ticks;
	if (nap->watch != worker->watch)
		to_run = -1;
	if (unlikely(to_run >= 0))
		split_count(&worker->split, late, to_run);
	spin_unlock(&worker->lock);

	trace_classic_tick(worker->id, how_names[nap->how], late, cpu, to_run);
	limit = READ_ONCE(noticed.trip_limit);
	if (unlikely(limit > 0 && late > limit))
		trip(worker, nap->how, cpu, woken, late, to_run);
	if (unlikely(READ_ONCE(noticed.log)))
		log_tick(worker->id, ticks, late);

	if (!is_timed)
		return;
	nap->previous = woken;
	if (nap->how == HRTIMER) {
		/* What has been missed is not made up for. */
		nap->deadline += (missed + 1) * nap->period;
	} else {
		nap->now = ktime_get();
		nap->deadline = nap->now + nap->period;
	}
}

int worker_thread(void *data)
{
	struct worker *worker = data;
	bool was_early = false;
	struct nap nap;

	for (int i = 0; i < ARRAY_SIZE(signals); i++)
		allow_signal(signals[i]);
	begin(worker, &nap);
	for (;;) {
		s64 woken;
		int cpu;

		/* A change may be seen before its notification. */
		if (unlikely(was_early || signal_pending(current) || changed(worker, &nap)) &&
		    look_around(worker, &nap, was_early))
			break;

		nap.watch = smp_load_acquire(&noticed.watch);
		if (unlikely(nap.watch))
			waking_forget(&worker->waking);
		switch (worker_sleep(worker, &nap)) {
		case DUE:
			/* The time first. */
			woken = ktime_get();
			cpu = raw_smp_processor_id();
			break;
		case DUE_ELSEWHERE:
			woken = nap.ran_at;
			cpu = nap.ran_on;
			/* When the thread was woken says nothing of it. */
			nap.watch = 0;
			break;
		default:
			was_early = true;
			continue;
		}
		was_early = false;
		count(worker, &nap, woken, cpu);
	}
	return READ_ONCE(worker->shown.exit);
}
