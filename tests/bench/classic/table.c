// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/classic: a line about the module, the names of the columns, the workers, and their total.
 */

#include <linux/fs.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/pid_namespace.h>
#include <linux/proc_fs.h>

#include "classic.h"

#define HEAD 2
#define TOTAL (HEAD + MAX_WORKERS)

static const char *const state_names[] = {
	[STOPPED] = "stopped",
	[RUNNING] = "running",
	[EXITED] = "exited",
};

/* What stands for the lines that are no worker's. */
static char lines[HEAD + 1];

static void *line_at(loff_t *pos)
{
	unsigned int count = READ_ONCE(workers_count);
	struct worker *worker = NULL;

	if (*pos < HEAD)
		return &lines[*pos];
	if (*pos - HEAD < count)
		worker = xa_load(&workers, *pos - HEAD);
	if (worker)
		return worker;
	/* Workers may have gone since the line before. */
	if (*pos > TOTAL || count < 2)
		return NULL;
	*pos = TOTAL;
	return &lines[HEAD];
}

static void *table_start(struct seq_file *m, loff_t *pos)
{
	rcu_read_lock();
	return line_at(pos);
}

static void *table_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return line_at(pos);
}

static void table_stop(struct seq_file *m, void *v)
{
	rcu_read_unlock();
}

void show_module(struct seq_file *m)
{
	seq_printf(m, NAME " 1 hz=%d threads=%u running=%d trips=%llu uptime_ns=%lld\n", HZ,
		   READ_ONCE(workers_count), atomic_read(&running_count), trip_count(),
		   ktime_get() - loaded_at);
}

static void show_names(struct seq_file *m)
{
	seq_printf(m, "%-5s %-7s %-3s %-8s %-10s %-8s %-8s %-8s %-6s %-7s ", "id", "pid", "cpu",
		   "state", "wait", "interval", "ticks", "missed", "early", "signals");
	seq_printf(m, "%-12s %-12s %-12s %-12s %-12s %-12s %-12s %-4s %-14s %-5s %-8s ",
		   "late_last_ns", "late_min_ns", "late_avg_ns", "late_max_ns", "late_p50_ns",
		   "late_p99_ns", "drift_ns", "exit", "late_sum_ns", "bound", "epoch");
	seq_printf(m, "%-14s %-14s %-14s %-13s %-13s %-13s split_ticks\n", "to_wake_avg_ns",
		   "to_wake_max_ns", "to_wake_sum_ns", "to_run_avg_ns", "to_run_max_ns",
		   "to_run_sum_ns");
}

static void show_split(struct seq_file *m, const struct split *split)
{
	if (!split)
		seq_puts(m, "-              -              -              "
			    "-             -             -             -\n");
	else if (!split->ticks)
		seq_puts(m, "-              -              -              "
			    "-             -             -             0\n");
	else
		seq_printf(m, "%-14lld %-14lld %-14llu %-13lld %-13lld %-13llu %llu\n",
			   div64_s64(split->to_wake.sum, split->ticks), split->to_wake.max,
			   split->to_wake.sum_late, div64_s64(split->to_run.sum, split->ticks),
			   split->to_run.max, split->to_run.sum_late, split->ticks);
}

/* A number, or nothing. */
static void show_number(struct seq_file *m, int width, bool is_there, s64 number)
{
	if (is_there)
		seq_printf(m, "%-*lld ", width, number);
	else
		seq_printf(m, "%-*s ", width, "-");
}

/* Kernel threads are in the first pid namespace, and in no other. */
static bool knows_kthreads(struct seq_file *m)
{
	return proc_pid_ns(file_inode(m->file)->i_sb) == &init_pid_ns;
}

static void show_worker(struct seq_file *m, struct worker *worker)
{
	const struct stats *stats;
	struct split split;
	struct shown shown;
	s64 p50 = 0, p99 = 0;
	bool is_split, runs;

	scoped_guard(spinlock, &worker->lock) {
		shown = worker->shown;
		is_split = worker->watch && shown.settings.how != WORK;
		if (is_split)
			split = worker->split;
		if (shown.stats.ticks)
			percentiles(&worker->shown.stats, worker->buckets, &p50, &p99);
	}
	stats = &shown.stats;
	runs = shown.state == RUNNING;
	seq_printf(m, "%-5u ", worker->id);
	show_number(m, 7, runs && knows_kthreads(m), shown.pid);
	show_number(m, 3, runs && shown.cpu >= 0, shown.cpu);
	seq_printf(m, "%-8s %-10s %-8s %-8llu %-8llu %-6llu %-7llu ", state_names[shown.state],
		   how_names[shown.settings.how], shown.settings.interval.text, stats->ticks,
		   stats->missed, stats->early, stats->signals);
	if (stats->ticks)
		seq_printf(m, "%-12lld %-12lld %-12lld %-12lld %-12lld %-12lld ", stats->last,
			   stats->min, div64_s64(stats->sum, stats->ticks), stats->max, p50, p99);
	else
		seq_puts(m, "-            -            -            "
			    "-            -            -            ");
	show_number(m, 12, has_deadline(shown.settings.how), stats->drift);
	show_number(m, 4, shown.exit != NO_EXIT, shown.exit);
	show_number(m, 14, stats->ticks, stats->sum_late);
	show_number(m, 5, shown.settings.cpu >= 0, shown.settings.cpu);
	seq_printf(m, "%-8llu ", shown.epoch);
	show_split(m, is_split ? &split : NULL);
}

static void show_total(struct seq_file *m)
{
	struct total total;
	struct stats *stats = &total.stats;

	/* There is no worker here, and the walk may sleep. */
	rcu_read_unlock();
	pool_total(&total);
	rcu_read_lock();
	seq_printf(m, "%-5s %-7s %-3s %-8s %-10s %-8s %-8llu %-8llu %-6llu %-7llu %-12s ", "all",
		   "-", "-", "-", "-", "-", stats->ticks, stats->missed, stats->early,
		   stats->signals, "-");
	if (stats->ticks)
		seq_printf(m, "%-12lld %-12lld %-12lld ", stats->min,
			   div64_s64(stats->sum, stats->ticks), stats->max);
	else
		seq_printf(m, "%-12s %-12s %-12s ", "-", "-", "-");
	seq_printf(m, "%-12s %-12s ", "-", "-");
	show_number(m, 12, total.has_drift, total.drift);
	seq_printf(m, "%-4s ", "-");
	show_number(m, 14, stats->ticks, stats->sum_late);
	seq_printf(m, "%-5s %-8s ", "-", "-");
	show_split(m, total.watch ? &total.split : NULL);
}

static int table_show(struct seq_file *m, void *v)
{
	if (v == &lines[0])
		show_module(m);
	else if (v == &lines[1])
		show_names(m);
	else if (v == &lines[HEAD])
		show_total(m);
	else
		show_worker(m, v);
	return 0;
}

static const struct seq_operations operations = {
	.start = table_start,
	.next = table_next,
	.stop = table_stop,
	.show = table_show,
};

int table_create(void)
{
	return proc_create_seq(NAME, 0444, NULL, &operations) ? 0 : -ENOMEM;
}
