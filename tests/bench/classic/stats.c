// SPDX-License-Identifier: GPL-2.0
/*
 * What a worker counts.
 *
 * The histogram is log-linear: buckets are 64ns wide, and from 1,024ns on there are 8 in each power of
 * two. All that is beyond shares the last one.
 */

#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/minmax.h>

#include "classic.h"

#define UNIT_BITS 6
#define SPLIT_BITS 3
#define SPLIT (1 << SPLIT_BITS)

static unsigned int bucket_of(s64 late)
{
	u64 units = max(late, 0LL) >> UNIT_BITS;
	unsigned int shift;

	if (units < SPLIT)
		return units;
	shift = ilog2(units) - SPLIT_BITS;
	return min_t(u64, shift * SPLIT + (units >> shift), BUCKETS - 1);
}

s64 upper_bound(unsigned int bucket)
{
	u64 units = bucket + 1;

	if (bucket >= BUCKETS - 1)
		return S64_MAX;
	if (bucket >= SPLIT)
		units = (u64)(SPLIT + bucket % SPLIT + 1) << (bucket / SPLIT - 1);
	return (units << UNIT_BITS) - 1;
}

void stats_count(struct stats *stats, u64 *buckets, s64 late, u64 missed, s64 drift)
{
	if (!stats->ticks) {
		stats->min = late;
		stats->max = late;
	} else {
		stats->min = min(stats->min, late);
		stats->max = max(stats->max, late);
	}
	stats->last = late;
	stats->sum += late;
	stats->sum_late += max(late, 0LL);
	stats->ticks++;
	stats->missed += missed;
	stats->drift += drift;
	buckets[bucket_of(late)]++;
}

void stats_merge(struct stats *sum, const struct stats *stats)
{
	sum->missed += stats->missed;
	sum->early += stats->early;
	sum->signals += stats->signals;
	if (!stats->ticks)
		return;
	sum->min = sum->ticks ? min(sum->min, stats->min) : stats->min;
	sum->max = sum->ticks ? max(sum->max, stats->max) : stats->max;
	sum->sum += stats->sum;
	sum->sum_late += stats->sum_late;
	sum->ticks += stats->ticks;
}

static void sums_add(struct sums *sums, s64 time, bool is_first)
{
	if (is_first || time > sums->max)
		sums->max = time;
	sums->sum += time;
	sums->sum_late += max(time, 0LL);
}

void split_count(struct split *split, s64 late, s64 to_run)
{
	sums_add(&split->to_wake, late - to_run, !split->ticks);
	sums_add(&split->to_run, to_run, !split->ticks);
	split->ticks++;
}

static void sums_merge(struct sums *sum, const struct sums *sums, bool is_first)
{
	if (is_first || sums->max > sum->max)
		sum->max = sums->max;
	sum->sum += sums->sum;
	sum->sum_late += sums->sum_late;
}

void split_merge(struct split *sum, const struct split *split)
{
	if (!split->ticks)
		return;
	sums_merge(&sum->to_wake, &split->to_wake, !sum->ticks);
	sums_merge(&sum->to_run, &split->to_run, !sum->ticks);
	sum->ticks += split->ticks;
}

/* The upper bounds of the median and of 99 per cent, in one go. There are ticks. */
void percentiles(const struct stats *stats, const u64 *buckets, s64 *p50, s64 *p99)
{
	u64 half = DIV_ROUND_UP_ULL(stats->ticks * 50, 100);
	u64 most = DIV_ROUND_UP_ULL(stats->ticks * 99, 100);
	unsigned int bucket = bucket_of(stats->min);
	u64 seen = buckets[bucket];

	while (seen < half && bucket + 1 < BUCKETS)
		seen += buckets[++bucket];
	*p50 = clamp(upper_bound(bucket), stats->min, stats->max);
	while (seen < most && bucket + 1 < BUCKETS)
		seen += buckets[++bucket];
	*p99 = clamp(upper_bound(bucket), stats->min, stats->max);
}
