// SPDX-License-Identifier: GPL-2.0

//! A log-linear histogram: buckets are 64 wide up to 1,024, and from there on each power of two is
//! split in 8 of the same width.
//!
//! The bound of a bucket exceeds the values in it by at most 63, or by 12.5 % if that is more. This
//! holds up to 15 * 2^36, in nanoseconds 17 minutes. It takes 1,280 bytes, and a handful of
//! instructions for each value.

use core::ops::DerefMut;

/// The width of the first buckets is 2 to this.
const UNIT_BITS: u32 = 6;
/// Each power of two has 2 to this many buckets.
const SPLIT_BITS: u32 = 3;
const SPLIT: u64 = 1 << SPLIT_BITS;

/// The number of buckets: what a `u8` can count. Values that would have a later one share the last.
pub(crate) const BUCKETS: usize = u8::MAX as usize + 1;

/// The low 32 bits of all counts.
pub(crate) type Low = [u32; BUCKETS];
/// The 8 bits above those.
pub(crate) type High = [u8; BUCKETS];

/// Counts of values, by bucket.
///
/// A count has 40 bits, enough for 20 months of a value every 50us. After that it stays at its
/// largest.
///
/// Its two parts are allocated apart: the kernel rounds an allocation of this size up to a power of
/// two. Each part is one already, and together they are not.
pub(crate) struct Histogram<L, H> {
    low: L,
    high: H,
}

impl<L, H> Histogram<L, H>
where
    L: DerefMut<Target = Low>,
    H: DerefMut<Target = High>,
{
    /// Counts in these arrays, on top of what they hold.
    pub(crate) fn new(low: L, high: H) -> Self {
        Self { low, high }
    }

    /// Counts a value. All that are not positive share the first bucket.
    #[inline]
    pub(crate) fn add(&mut self, value: i64) {
        let bucket = usize::from(bucket_of(value));
        let low = &mut self.low[bucket];
        *low = low.wrapping_add(1);
        if *low == 0 {
            let high = &mut self.high[bucket];
            match high.checked_add(1) {
                Some(more) => *high = more,
                None => *low = u32::MAX,
            }
        }
    }

    /// Forgets all values.
    pub(crate) fn clear(&mut self) {
        self.low.fill(0);
        self.high.fill(0);
    }

    /// Takes over the counts of another one.
    pub(crate) fn copy_from(&mut self, other: &Self) {
        self.low.copy_from_slice(&*other.low);
        self.high.copy_from_slice(&*other.high);
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
    /// `total` is the number of values, and none is less than `least`; `percents` ascend. If a count
    /// is at its largest, bounds may be too large.
    pub(crate) fn percentiles<const N: usize>(
        &self,
        total: u64,
        least: i64,
        percents: [u64; N],
    ) -> [i64; N] {
        let mut bucket = usize::from(bucket_of(least));
        let mut seen = self.count(bucket);
        percents.map(|percent| {
            // Rounded up: the value of that rank has this share of all values up to it.
            let rank = total.saturating_mul(percent).div_ceil(100);
            (bucket, seen) = self.first_up_to(rank, bucket, seen);
            upper_bound(bucket)
        })
    }

    /// The first bucket up to which there are so many values, and how many there are, beginning with a bucket
    /// of which the same is known.
    #[inline(never)] // Each percentile asks.
    fn first_up_to(&self, rank: u64, mut bucket: usize, mut seen: u64) -> (usize, u64) {
        let low = self.low.get(bucket + 1..).unwrap_or_default();
        let high = self.high.get(bucket + 1..).unwrap_or_default();
        for (&low, &high) in low.iter().zip(high) {
            if seen >= rank {
                break;
            }
            bucket += 1;
            seen += number(low, high);
        }
        (bucket, seen)
    }
}

/// The number whose low and high bits these are.
#[inline]
fn number(low: u32, high: u8) -> u64 {
    (u64::from(high) << 32) | u64::from(low)
}

/// The bucket that a value belongs to. All of them are in the arrays.
#[inline]
fn bucket_of(value: i64) -> u8 {
    // What is not positive has the first.
    let units = value.max(0) as u64 >> UNIT_BITS;
    // How often the width has doubled.
    let shift = (units | SPLIT).ilog2() - SPLIT_BITS;
    let bucket = u64::from(shift) * SPLIT + (units >> shift);
    u8::try_from(bucket).unwrap_or(u8::MAX)
}

/// The largest value of a bucket.
pub(crate) fn upper_bound(bucket: usize) -> i64 {
    if bucket >= BUCKETS - 1 {
        return i64::MAX;
    }
    let bucket = bucket as u64;
    let shift = (bucket / SPLIT).saturating_sub(1);
    let units = (bucket - shift * SPLIT + 1) << shift;
    ((units << UNIT_BITS) - 1) as i64
}
