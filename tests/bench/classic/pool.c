// SPDX-License-Identifier: GPL-2.0
/*
 * All workers, and what can be done to them: one command at a time.
 *
 * Readers find workers under RCU, those below workers_count.
 */

#include <linux/mutex.h>
#include <linux/sched/signal.h>

#include "classic.h"

DEFINE_XARRAY(workers);
unsigned int workers_count;
atomic_t running_count;
atomic64_t last_epoch;

static DEFINE_MUTEX(turn);
static DEFINE_SPINLOCK(config_lock);	/* for readers; the turn is for who changes it */
static bool closing;
static bool probed;
static u32 watches;

static int take_turn(const char **why)
{
	if (mutex_lock_interruptible(&turn))
		return reject(-ERESTARTSYS, "interrupted while waiting for another write", why);
	if (!closing)
		return 0;
	mutex_unlock(&turn);
	return reject(-ENODEV, "the module is not live", why);
}

static struct worker *worker_at(u32 id)
{
	return xa_load(&workers, id);
}

static void give_way(u32 id)
{
	if (id % PIECE == PIECE - 1)
		cond_resched();
}

static int check_ids(const struct ids *ids, const char **why)
{
	for (unsigned int i = 0; !ids->all && i < ids->count; i++)
		if (ids->ranges[i].last >= workers_count)
			return reject(-ESRCH, "no such worker", why);
	return 0;
}

#define for_each_worker(id, worker) \
	for (id = 0; id < workers_count && (worker = worker_at(id), give_way(id), true); id++)

#define for_each_selected(id, worker, ids) \
	for_each_worker(id, worker) if (ids_have(ids, id))

/* Frees all workers from `count` on, whose threads are stopped. Nobody but readers finds them. */
static void free_from(unsigned int count, bool has_readers)
{
	unsigned int present = workers_count;
	struct worker *gone = NULL, *worker;

	WRITE_ONCE(workers_count, count);
	for (u32 id = count; id < present; id++) {
		worker = xa_erase(&workers, id);
		worker->next = gone;
		gone = worker;
		give_way(id);
	}
	if (has_readers)
		synchronize_rcu();
	while ((worker = gone)) {
		gone = worker->next;
		worker_free(worker);
	}
}

static void stop_from(unsigned int count)
{
	for (u32 id = count; id < workers_count; id++)
		end_thread(worker_at(id));
}

static void shrink(unsigned int count)
{
	stop_from(count);
	free_from(count, true);
}

static int add_worker(u32 id, bool start, const char **why)
{
	struct settings settings;
	struct worker *worker;

	if (READ_ONCE(closing))
		return reject(-ENODEV, "the module is not live", why);
	config_deal(&config, id, &settings);
	worker = worker_create(id, &settings);
	if (!worker)
		return reject(-ENOMEM, "no memory", why);
	if (xa_err(xa_store(&workers, id, worker, GFP_KERNEL))) {
		worker_free(worker);
		return reject(-ENOMEM, "no memory", why);
	}
	WRITE_ONCE(workers_count, id + 1);
	/* A thread that runs can be found, so that it misses no call. Pairs with calls_make(). */
	smp_mb();
	return start ? run_thread(worker, why) : 0;
}

int pool_set_count(unsigned int count, bool start, const char **why)
{
	unsigned int present;
	int error = take_turn(why);

	if (error)
		return error;
	present = workers_count;
	if (count < present)
		shrink(count);
	for (u32 id = present; id < count && !error; id++) {
		error = add_worker(id, start, why);
		give_way(id);
	}
	/* All or nothing. */
	if (error)
		shrink(present);
	mutex_unlock(&turn);
	return error;
}

int pool_start(const struct ids *ids, const char **why)
{
	struct worker *worker;
	int error;
	u32 id;

	error = take_turn(why);
	if (error)
		return error;
	error = check_ids(ids, why);
	if (error)
		goto out;
	for_each_worker(id, worker)
		worker->fresh = false;
	for_each_selected(id, worker, ids) {
		if (worker->task && READ_ONCE(worker->shown.state) == RUNNING)
			continue;
		error = run_thread(worker, why);
		if (error)
			break;
	}
	if (error)
		for_each_selected(id, worker, ids)
			if (worker->fresh)
				end_thread(worker);
out:
	mutex_unlock(&turn);
	return error;
}

int pool_stop(const struct ids *ids, const char **why)
{
	struct worker *worker;
	int error;
	u32 id;

	error = take_turn(why);
	if (error)
		return error;
	error = check_ids(ids, why);
	if (!error)
		for_each_selected(id, worker, ids)
			end_thread(worker);
	mutex_unlock(&turn);
	return error;
}

static bool is_running(const struct worker *worker)
{
	return READ_ONCE(worker->shown.state) == RUNNING;
}

int pool_signal(int signal, const struct ids *ids, const char **why)
{
	unsigned int with = 0, without = 0;
	struct worker *worker;
	int error;
	u32 id;

	error = take_turn(why);
	if (error)
		return error;
	error = check_ids(ids, why);
	if (error)
		goto out;
	for_each_selected(id, worker, ids) {
		if (is_running(worker))
			with++;
		else
			without++;
	}
	if (ids->all ? !with : without) {
		error = reject(-ESRCH, "no thread to signal", why);
		goto out;
	}
	for_each_selected(id, worker, ids)
		if (is_running(worker))
			send_sig(signal, worker->task, 1);
out:
	mutex_unlock(&turn);
	return error;
}

int pool_reset(const struct ids *ids, const char **why)
{
	struct worker *worker;
	int error;
	u32 id;

	error = take_turn(why);
	if (error)
		return error;
	error = check_ids(ids, why);
	if (!error) {
		for_each_selected(id, worker, ids)
			worker_reset(worker);
		trip_reset(ids);
	}
	mutex_unlock(&turn);
	return error;
}

/* Changes what workers are dealt. Those that exist change at once. */
int pool_configure(int (*parse)(struct config *config, char *text, const char **why),
		   char *text, const char **why)
{
	static struct config new;	/* under the turn */
	struct settings settings, before;
	struct worker *worker;
	int error;
	u32 id;

	error = take_turn(why);
	if (error)
		return error;
	new = config;
	error = parse(&new, text, why);
	if (error)
		goto out;
	scoped_guard(spinlock, &config_lock)
		config = new;
	for_each_worker(id, worker) {
		config_deal(&config, id, &settings);
		worker_set(worker, &settings, &before);
		if (!worker->task)
			continue;
		if (before.cpu >= 0 || settings.cpu >= 0)
			set_cpu(worker->task, settings.cpu);
		if (before.policy != settings.policy)
			set_policy(worker->task, settings.policy);
		if (!sleeps_alike(&before, &settings))
			worker_notify(worker);
	}
out:
	mutex_unlock(&turn);
	return error;
}

/* A copy for who shows it. */
void pool_config(struct config *copy)
{
	guard(spinlock)(&config_lock);
	*copy = config;
}

static void set_watch(u32 watch)
{
	struct worker *worker;
	u32 id;

	for_each_worker(id, worker) {
		spin_lock(&worker->lock);
		worker->watch = watch;
		if (watch) {
			memset(&worker->split, 0, sizeof(worker->split));
			worker->shown.epoch = atomic64_inc_return(&last_epoch);
		}
		spin_unlock(&worker->lock);
	}
}

int pool_watch(bool on, const char **why)
{
	int error = take_turn(why);

	if (error)
		return error;
	if (on && !probed) {
		error = causes_attach();
		if (error)
			reject(error, "the kernel cannot attach the probe", why);
		probed = !error;
		if (probed) {
			watches = max(watches + 1, 1U);
			set_watch(watches);
			smp_store_release(&noticed.watch, watches);
		}
	} else if (!on && probed) {
		smp_store_release(&noticed.watch, 0);
		set_watch(0);
		causes_detach();
		probed = false;
	}
	mutex_unlock(&turn);
	return error;
}

/* Stops all threads for good. */
void pool_close(void)
{
	WRITE_ONCE(closing, true);
	mutex_lock(&turn);
	stop_from(0);
	if (probed)
		causes_detach();
	mutex_unlock(&turn);
}

/* Nobody reads any more. */
void pool_free(void)
{
	free_from(0, false);
	xa_destroy(&workers);
}
