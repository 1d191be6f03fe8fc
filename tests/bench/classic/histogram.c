// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/classic_hist: how often each worker was how late.
 */

#include <linux/proc_fs.h>
#include <linux/string.h>

#include "classic.h"

#define HEAD 2

/* A copy of a worker's counts, of each open file. */
struct copy {
	u64 buckets[BUCKETS];
};

static char lines[HEAD];

/* Workers without ticks are skipped. */
static void *line_at(loff_t *pos)
{
	if (*pos < HEAD)
		return &lines[*pos];
	for (; *pos - HEAD < READ_ONCE(workers_count); ++*pos) {
		struct worker *worker = xa_load(&workers, *pos - HEAD);

		if (worker && READ_ONCE(worker->shown.stats.ticks))
			return worker;
		if (*pos % PIECE == 0)
			cond_resched_rcu();
	}
	return NULL;
}

static void *histogram_start(struct seq_file *m, loff_t *pos)
{
	rcu_read_lock();
	return line_at(pos);
}

static void *histogram_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return line_at(pos);
}

static void histogram_stop(struct seq_file *m, void *v)
{
	rcu_read_unlock();
}

static int histogram_show(struct seq_file *m, void *v)
{
	struct copy *copy = m->private;
	struct worker *worker = v;

	if (v == &lines[0]) {
		show_module(m);
		return 0;
	}
	if (v == &lines[1]) {
		seq_printf(m, "%-5s %-19s count\n", "id", "le_ns");
		return 0;
	}
	spin_lock(&worker->lock);
	memcpy(copy->buckets, worker->buckets, sizeof(copy->buckets));
	spin_unlock(&worker->lock);
	for (unsigned int bucket = 0; bucket < BUCKETS; bucket++)
		if (copy->buckets[bucket])
			seq_printf(m, "%-5u %-19lld %llu\n", worker->id, upper_bound(bucket),
				   copy->buckets[bucket]);
	return 0;
}

static const struct seq_operations operations = {
	.start = histogram_start,
	.next = histogram_next,
	.stop = histogram_stop,
	.show = histogram_show,
};

int histograms_create(void)
{
	return proc_create_seq_private(NAME "_hist", 0444, NULL, &operations, sizeof(struct copy),
				       NULL) ? 0 : -ENOMEM;
}
