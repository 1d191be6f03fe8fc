// SPDX-License-Identifier: GPL-2.0
/*
 * Calls that wake workers: reads and writes of the device. They are numbered, and the times of the last
 * ones are kept.
 */

#include <linux/cache.h>
#include <linux/ktime.h>
#include <linux/minmax.h>

#include "classic.h"

#define KEPT 64

struct calls {
	u64 count ____cacheline_aligned;
	s64 times[KEPT];
	spinlock_t lock;
};

struct calls reads = { .lock = __SPIN_LOCK_UNLOCKED(reads.lock) };
struct calls writes = { .lock = __SPIN_LOCK_UNLOCKED(writes.lock) };

u64 calls_count(const struct calls *calls)
{
	return smp_load_acquire(&calls->count);
}

/* Makes a call, and returns its number. */
u64 calls_make(struct calls *calls)
{
	u64 number;

	spin_lock(&calls->lock);
	number = calls->count + 1;
	smp_store_release(&calls->times[number % KEPT], ktime_get());
	/* Who makes the call looks for workers after this. Pairs with pool_grow(). */
	smp_store_mb(calls->count, number);
	spin_unlock(&calls->lock);
	return number;
}

/* When a call came; of one that is too long ago, the oldest time that is known. */
s64 calls_time(const struct calls *calls, u64 number)
{
	for (;;) {
		u64 newest = calls_count(calls);
		u64 oldest = newest > KEPT - 2 ? newest - (KEPT - 2) : 1;
		s64 time;

		number = clamp(number, min(oldest, newest), newest);
		time = smp_load_acquire(&calls->times[number % KEPT]);
		/* Only then it was not overwritten. */
		if (calls_count(calls) < number + KEPT - 1)
			return time;
	}
}
