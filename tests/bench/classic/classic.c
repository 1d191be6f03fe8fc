// SPDX-License-Identifier: GPL-2.0
/*
 * Kernel threads that sleep, wake and count, with the same statistics and the same table as
 * kthread_counter: the classic exercise, grown up.
 *
 * Each thread has a spin lock, which it takes for a moment to count. Readers take it to copy a row.
 * The array of workers is made before the file is there, and freed when it has gone.
 */

#include <linux/cleanup.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/spinlock.h>

#define NAME "classic"

static unsigned int threads = 1;
module_param(threads, uint, 0444);
MODULE_PARM_DESC(threads, "number of threads");

static unsigned int interval = HZ;
module_param(interval, uint, 0644);
MODULE_PARM_DESC(interval, "time between two ticks, in jiffies");

static bool use_ssleep;
module_param_named(ssleep, use_ssleep, bool, 0444);
MODULE_PARM_DESC(ssleep, "sleep with ssleep(1), not with schedule_timeout_interruptible()");

static bool autostart = true;
module_param(autostart, bool, 0444);
MODULE_PARM_DESC(autostart, "start the threads when loaded");

static bool plain;
module_param(plain, bool, 0444);
MODULE_PARM_DESC(plain, "count and nothing else, to see what the statistics cost");

/*
 * A log-linear histogram: 64ns wide buckets, and from 1,024ns on 8 in each power of two. All that is
 * beyond shares the last one.
 */
#define UNIT_BITS 6
#define SPLIT_BITS 3
#define SPLIT (1 << SPLIT_BITS)
#define BUCKETS 256

struct stats {
	u64 ticks;
	u64 missed;
	u64 early;
	u64 signals;
	s64 drift;
	s64 last;
	s64 min;
	s64 max;
	s64 sum;
};

struct worker {
	unsigned int id;
	struct task_struct *task;
	spinlock_t lock;
	/* What follows is under the lock. */
	int cpu;
	struct stats stats;
	/* Apart, as the rest would double what kmalloc() takes for it. */
	u64 *buckets;
};

static struct worker **workers;
static u64 loaded;

static unsigned int bucket_of(s64 late)
{
	u64 units = max(late, 0LL) >> UNIT_BITS;
	unsigned int shift;

	if (units < SPLIT)
		return units;
	shift = ilog2(units) - SPLIT_BITS;
	return min_t(u64, shift * SPLIT + (units >> shift), BUCKETS - 1);
}

static s64 upper_bound(unsigned int bucket)
{
	u64 units = bucket + 1;

	if (bucket == BUCKETS - 1)
		return S64_MAX;
	if (bucket >= SPLIT)
		units = (u64)(SPLIT + bucket % SPLIT + 1) << (bucket / SPLIT - 1);
	return (units << UNIT_BITS) - 1;
}

/* The upper bounds of the median and of 99 per cent, in one go. */
static void percentiles(const struct worker *worker, s64 *p50, s64 *p99)
{
	const struct stats *stats = &worker->stats;
	u64 half = DIV_ROUND_UP_ULL(stats->ticks * 50, 100);
	u64 most = DIV_ROUND_UP_ULL(stats->ticks * 99, 100);
	unsigned int bucket = bucket_of(stats->min);
	u64 seen = worker->buckets[bucket];

	while (seen < half && bucket + 1 < BUCKETS)
		seen += worker->buckets[++bucket];
	*p50 = clamp(upper_bound(bucket), stats->min, stats->max);
	while (seen < most && bucket + 1 < BUCKETS)
		seen += worker->buckets[++bucket];
	*p99 = clamp(upper_bound(bucket), stats->min, stats->max);
}

static void count(struct worker *worker, s64 deadline, s64 woken, s64 previous, s64 period)
{
	struct stats *stats = &worker->stats;
	s64 late = woken - deadline;

	guard(spinlock)(&worker->lock);
	worker->cpu = smp_processor_id();
	if (!stats->ticks) {
		stats->min = late;
		stats->max = late;
	} else {
		stats->min = min(stats->min, late);
		stats->max = max(stats->max, late);
	}
	stats->last = late;
	stats->sum += late;
	stats->ticks++;
	if (late > 0)
		stats->missed += div64_s64(late, period);
	stats->drift += woken - previous - period;
	worker->buckets[bucket_of(late)]++;
}

static int run(void *data)
{
	struct worker *worker = data;
	s64 previous = ktime_get_ns();
	s64 began = previous;

	while (!kthread_should_stop()) {
		unsigned int sleep = READ_ONCE(interval);
		s64 period = use_ssleep ? NSEC_PER_SEC : jiffies_to_nsecs(sleep);
		s64 woken;

		if (use_ssleep) {
			ssleep(1);
		} else if (schedule_timeout_interruptible(sleep)) {
			guard(spinlock)(&worker->lock);
			worker->stats.early++;
			continue;
		}
		if (plain) {
			WRITE_ONCE(worker->stats.ticks, worker->stats.ticks + 1);
			continue;
		}
		woken = ktime_get_ns();
		count(worker, began + period, woken, previous, period);
		previous = woken;
		began = ktime_get_ns();
	}
	return 0;
}

/* The table: a line about the module, the names of the columns, and the workers. */

static void *line(loff_t pos)
{
	static char head[2];

	if (pos < 2)
		return &head[pos];
	return pos - 2 < threads ? workers[pos - 2] : NULL;
}

static void *table_start(struct seq_file *m, loff_t *pos)
{
	return line(*pos);
}

static void *table_next(struct seq_file *m, void *v, loff_t *pos)
{
	return line(++*pos);
}

static void table_stop(struct seq_file *m, void *v)
{
}

static void show_worker(struct seq_file *m, struct worker *worker)
{
	s64 p50 = 0, p99 = 0;
	struct stats stats;
	int cpu;

	scoped_guard(spinlock, &worker->lock) {
		stats = worker->stats;
		cpu = worker->cpu;
		if (stats.ticks)
			percentiles(worker, &p50, &p99);
	}
	seq_printf(m, "%-5u %-7d %-3d %-7s %-10s %-8u %-8llu %-8llu %-6llu %-7llu ", worker->id,
		   worker->task ? task_pid_nr(worker->task) : 0, cpu,
		   worker->task ? "running" : "stopped", use_ssleep ? "ssleep" : "timeout",
		   READ_ONCE(interval), stats.ticks, stats.missed, stats.early, stats.signals);
	if (stats.ticks)
		seq_printf(m, "%-12lld %-12lld %-12lld %-12lld %-12lld %-12lld ", stats.last, stats.min,
			   div64_s64(stats.sum, stats.ticks), stats.max, p50, p99);
	else
		seq_printf(m, "%-12s %-12s %-12s %-12s %-12s %-12s ", "-", "-", "-", "-", "-", "-");
	seq_printf(m, "%-12lld -\n", stats.drift);
}

static int table_show(struct seq_file *m, void *v)
{
	if (v == line(0))
		seq_printf(m, NAME " 1 hz=%d threads=%u running=%u trips=0 uptime_ns=%llu\n", HZ, threads,
			   threads, ktime_get_ns() - loaded);
	else if (v == line(1))
		seq_printf(m, "%-5s %-7s %-3s %-7s %-10s %-8s %-8s %-8s %-6s %-7s %-12s %-12s %-12s %-12s %-12s %-12s %-12s exit\n",
			   "id", "pid", "cpu", "state", "wait", "interval", "ticks", "missed", "early",
			   "signals", "late_last_ns", "late_min_ns", "late_avg_ns", "late_max_ns",
			   "late_p50_ns", "late_p99_ns", "drift_ns");
	else
		show_worker(m, v);
	return 0;
}

static const struct seq_operations table = {
	.start = table_start,
	.next = table_next,
	.stop = table_stop,
	.show = table_show,
};

static void free_workers(void)
{
	unsigned int i;

	for (i = 0; i < threads && workers[i]; i++) {
		kfree(workers[i]->buckets);
		kfree(workers[i]);
	}
	kvfree(workers);
}

static void stop_workers(unsigned int number)
{
	unsigned int i;

	for (i = 0; i < number; i++)
		if (workers[i]->task)
			kthread_stop_put(workers[i]->task);
}

static int allocate_workers(void)
{
	unsigned int i;

	workers = kvcalloc(threads, sizeof(*workers), GFP_KERNEL);
	if (!workers)
		return -ENOMEM;
	for (i = 0; i < threads; i++) {
		workers[i] = kzalloc(sizeof(*workers[i]), GFP_KERNEL);
		if (workers[i])
			workers[i]->buckets = kcalloc(BUCKETS, sizeof(u64), GFP_KERNEL);
		if (!workers[i] || !workers[i]->buckets) {
			free_workers();
			return -ENOMEM;
		}
		workers[i]->id = i;
		spin_lock_init(&workers[i]->lock);
	}
	return 0;
}

static int start_workers(void)
{
	unsigned int i;

	for (i = 0; i < threads; i++) {
		struct task_struct *task = kthread_run(run, workers[i], NAME "/%u", i);

		if (IS_ERR(task)) {
			stop_workers(i);
			return PTR_ERR(task);
		}
		workers[i]->task = get_task_struct(task);
	}
	return 0;
}

static int __init classic_init(void)
{
	int err;

	loaded = ktime_get_ns();
	err = allocate_workers();
	if (err)
		return err;
	err = autostart ? start_workers() : 0;
	if (err)
		goto free;
	if (!proc_create_seq(NAME, 0444, NULL, &table)) {
		err = -ENOMEM;
		goto stop;
	}
	return 0;

stop:
	stop_workers(threads);
free:
	free_workers();
	return err;
}

static void __exit classic_exit(void)
{
	remove_proc_entry(NAME, NULL);
	stop_workers(threads);
	free_workers();
}

module_init(classic_init);
module_exit(classic_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Kernel threads that sleep and count, in C, to compare with");
