// SPDX-License-Identifier: GPL-2.0

//! A log-linear histogram: each power of two is split in 8 buckets of the same width.
//!
//! So a bucket's bound is at most 12.5 % more than any value in it, over nine orders of magnitude,
//! in less than 2 KiB and with a handful of instructions for each value.

/// Each power of two has 2 to this many buckets.
const SPLIT_BITS: u32 = 3;
const SPLIT: u64 = 1 << SPLIT_BITS;
/// Values from 2 to this on share the last bucket: 68 seconds, if they are nanoseconds.
const LIMIT_BITS: u32 = 36;

/// The number of buckets.
pub(crate) const BUCKETS: usize =
    SPLIT as usize + ((LIMIT_BITS - SPLIT_BITS) as usize) * SPLIT as usize + 1;

/// Counts of values, by bucket.
///
/// A count has 48 bits, kept apart so that the array is not padded: enough for 400 years of a value
/// every 50us.
#[derive(Clone)]
pub(crate) struct Histogram {
    low: [u32; BUCKETS],
    high: [u16; BUCKETS],
}

impl Histogram {
    /// Without values.
    pub(crate) const EMPTY: Self = Self {
        low: [0; BUCKETS],
        high: [0; BUCKETS],
    };

    /// Counts a value. All that are not positive share the first bucket.
    #[inline]
    pub(crate) fn add(&mut self, value: i64) {
        let bucket = bucket_of(value);
        self.low[bucket] = self.low[bucket].wrapping_add(1);
        if self.low[bucket] == 0 {
            self.high[bucket] = self.high[bucket].saturating_add(1);
        }
    }

    /// Forgets all values.
    pub(crate) fn clear(&mut self) {
        self.low.fill(0);
        self.high.fill(0);
    }

    /// How many values are in a bucket.
    pub(crate) fn count(&self, bucket: usize) -> u64 {
        match (self.low.get(bucket), self.high.get(bucket)) {
            (Some(&low), Some(&high)) => number(low, high),
            _ => 0,
        }
    }

    /// The first bucket from `bucket` on that has values.
    pub(crate) fn next_used(&self, bucket: usize) -> Option<usize> {
        (bucket..BUCKETS).find(|&bucket| self.count(bucket) > 0)
    }

    /// Upper bounds for the values below which these many per cent of all values lie.
    ///
    /// `total` is the number of values, and none is less than `least`; `percents` ascend.
    pub(crate) fn percentiles<const N: usize>(
        &self,
        total: u64,
        least: i64,
        percents: [u64; N],
    ) -> [i64; N] {
        let mut bucket = bucket_of(least);
        let mut counts = self.low.iter().zip(&self.high).skip(bucket);
        let mut next = || counts.next().map(|(&low, &high)| number(low, high));
        let mut seen = next().unwrap_or(0);
        percents.map(|percent| {
            // Rounded up: the value of that rank has this share of all values up to it.
            let rank = total.saturating_mul(percent).div_ceil(100);
            while seen < rank {
                let Some(count) = next() else { break };
                bucket += 1;
                seen += count;
            }
            upper_bound(bucket)
        })
    }
}

/// The number whose low and high bits these are.
#[inline]
fn number(low: u32, high: u16) -> u64 {
    (u64::from(high) << 32) | u64::from(low)
}

/// The bucket that a value belongs to.
#[inline]
fn bucket_of(value: i64) -> usize {
    let value = value.max(0) as u64;
    if value < SPLIT {
        // Also what is not positive.
        return value as usize;
    }
    let power = value.ilog2();
    if power >= LIMIT_BITS {
        return BUCKETS - 1;
    }
    let shift = power - SPLIT_BITS;
    // The value without its highest bit says where in its power of two it is.
    let part = (value >> shift) - SPLIT;
    (SPLIT + u64::from(shift) * SPLIT + part) as usize
}

/// The largest value of a bucket.
pub(crate) fn upper_bound(bucket: usize) -> i64 {
    let bucket = bucket as u64;
    if bucket < SPLIT {
        return bucket as i64;
    }
    if bucket >= BUCKETS as u64 - 1 {
        return i64::MAX;
    }
    let shift = (bucket - SPLIT) / SPLIT;
    let part = (bucket - SPLIT) % SPLIT;
    (((SPLIT + part + 1) << shift) - 1) as i64
}
