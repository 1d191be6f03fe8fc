// SPDX-License-Identifier: GPL-2.0
/*
 * The sleeping primitives. A stop waits at most a second for those that nothing interrupts: longer
 * sleeps have the same timer, and look at what there is to do.
 */

#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/timer.h>

#include "classic.h"

#define LONGEST_UNHEARD NSEC_PER_SEC
#define PIECE_SECONDS 10	/* or khungtaskd would complain */

static unsigned long to_jiffies(s64 ns)
{
	return max(DIV_ROUND_UP_ULL((u64)ns * HZ, NSEC_PER_SEC), 1ULL);
}

/* What a sleep that was cut short counts as. */
static enum woke cut_short(const struct nap *nap)
{
	return ktime_get() < nap->deadline ? EARLY : DUE;
}

/* A stop or new settings end a sleep that no signal does. */
static bool called_off(const struct worker *worker, const struct nap *nap)
{
	return kthread_should_stop() || changed(worker, nap);
}

struct long_sleep {
	struct timer_list timer;
	struct task_struct *task;
	bool over;
};

static void long_sleep_over(struct timer_list *timer)
{
	struct long_sleep *sleep = container_of(timer, struct long_sleep, timer);

	smp_store_release(&sleep->over, true);
	wake_up_process(sleep->task);
}

/* msleep() that can be called off, with its very timer. */
static enum woke msleep_long(struct worker *worker, const struct nap *nap, unsigned int ms)
{
	struct long_sleep sleep = { .task = current };

	timer_setup_on_stack(&sleep.timer, long_sleep_over, 0);
	mod_timer(&sleep.timer, jiffies + msecs_to_jiffies(ms));
	while (!wait_event_timeout(worker->queue,
				   smp_load_acquire(&sleep.over) || called_off(worker, nap),
				   PIECE_SECONDS * HZ))
		;
	timer_delete_sync(&sleep.timer);
	timer_destroy_on_stack(&sleep.timer);
	return sleep.over ? DUE : cut_short(nap);
}

static enum woke sleep_ssleep(struct worker *worker, const struct nap *nap, s64 left)
{
	unsigned int ms = DIV_ROUND_UP_ULL((u64)left, NSEC_PER_MSEC);

	if (left > LONGEST_UNHEARD)
		return msleep_long(worker, nap, ms);
	msleep(ms);
	return DUE;
}

static enum woke sleep_timeout(struct worker *worker, const struct nap *nap, s64 left)
{
	if (wait_event_interruptible_timeout(worker->queue, changed(worker, nap), to_jiffies(left)))
		return cut_short(nap);
	return DUE;
}

static enum woke sleep_idle(struct worker *worker, const struct nap *nap, s64 left)
{
	if (left > LONGEST_UNHEARD) {
		if (wait_event_idle_timeout(worker->queue, called_off(worker, nap),
					    to_jiffies(left)))
			return cut_short(nap);
		return DUE;
	}
	if (schedule_timeout_idle(to_jiffies(left)) || called_off(worker, nap))
		return cut_short(nap);
	return DUE;
}

static enum woke usleep_long(struct worker *worker, const struct nap *nap, ktime_t end)
{
	for (;;) {
		ktime_t next = ktime_get() + PIECE_SECONDS * NSEC_PER_SEC;
		/* No short last piece. */
		ktime_t piece = end > next + PIECE_SECONDS * NSEC_PER_SEC ? next : end;
		int woken = -EINTR;

		set_current_state(TASK_UNINTERRUPTIBLE);
		if (!called_off(worker, nap))
			woken = schedule_hrtimeout_range(&piece, 0, HRTIMER_MODE_ABS);
		__set_current_state(TASK_RUNNING);
		if (!woken && piece == end)
			return DUE;
		if (woken && called_off(worker, nap))
			return cut_short(nap);
	}
}

static enum woke sleep_usleep(struct worker *worker, const struct nap *nap, s64 left)
{
	unsigned long us = DIV_ROUND_UP_ULL((u64)left, NSEC_PER_USEC);

	if (left > LONGEST_UNHEARD)
		return usleep_long(worker, nap, nap->deadline + us * NSEC_PER_USEC - left);
	usleep_range(us, us);
	return DUE;
}

static enum woke sleep_fsleep(struct worker *worker, const struct nap *nap, s64 left)
{
	if (left > LONGEST_UNHEARD)
		return msleep_long(worker, nap, DIV_ROUND_UP_ULL((u64)left, NSEC_PER_MSEC));
	fsleep(DIV_ROUND_UP_ULL((u64)left, NSEC_PER_USEC));
	return DUE;
}

static enum woke sleep_hrtimer(struct worker *worker, const struct nap *nap)
{
	ktime_t deadline = nap->deadline;
	int woken = -EINTR;

	set_current_state(TASK_INTERRUPTIBLE);
	if (!changed(worker, nap))
		woken = schedule_hrtimeout_range(&deadline, 0, HRTIMER_MODE_ABS);
	__set_current_state(TASK_RUNNING);
	return woken ? cut_short(nap) : DUE;
}

static enum woke sleep_completion(struct worker *worker)
{
	return wait_for_completion_interruptible(&worker->called) ? EARLY : DUE;
}

static enum woke sleep_event(struct worker *worker, const struct nap *nap)
{
	return wait_event_interruptible(worker->queue, calls_count(&writes) != nap->answered) ?
		EARLY : DUE;
}

/* The work item. */
void worker_work(struct work_struct *work)
{
	struct worker *worker = container_of(work, struct worker, work.work);

	worker->ran_at = ktime_get();
	worker->ran_on = raw_smp_processor_id();
	complete(&worker->ran);
}

/* On the CPU, if it is online, and it stays so until the timer is set. */
static void queue_on(struct worker *worker, int cpu, unsigned long delay)
{
	guard(cpus_read_lock)();
	queue_delayed_work_on(cpu_online(cpu) ? cpu : WORK_CPU_UNBOUND, system_percpu_wq,
			      &worker->work, delay);
}

static enum woke sleep_work(struct worker *worker, struct nap *nap, s64 left)
{
	unsigned long delay = to_jiffies(max(left, 0LL));

	if (nap->cpu < 0)
		schedule_delayed_work(&worker->work, delay);
	else
		queue_on(worker, nap->cpu, delay);
	if (wait_for_completion_interruptible(&worker->ran)) {
		cancel_delayed_work_sync(&worker->work);
		/* It may have run before that. */
		if (!try_wait_for_completion(&worker->ran))
			return EARLY;
	}
	nap->ran_at = worker->ran_at;
	nap->ran_on = worker->ran_on;
	return DUE_ELSEWHERE;
}

enum woke worker_sleep(struct worker *worker, struct nap *nap)
{
	s64 left = nap->deadline - nap->now;

	switch (nap->how) {
	case SSLEEP:
		return left > 0 ? sleep_ssleep(worker, nap, left) : DUE;
	case TIMEOUT:
		return left > 0 ? sleep_timeout(worker, nap, left) : DUE;
	case IDLE:
		return left > 0 ? sleep_idle(worker, nap, left) : DUE;
	case USLEEP:
		return left > 0 ? sleep_usleep(worker, nap, left) : DUE;
	case FSLEEP:
		return left > 0 ? sleep_fsleep(worker, nap, left) : DUE;
	case HRTIMER:
		return sleep_hrtimer(worker, nap);
	case COMPLETION:
		return sleep_completion(worker);
	case EVENT:
		return sleep_event(worker, nap);
	default:
		return sleep_work(worker, nap, left);
	}
}
