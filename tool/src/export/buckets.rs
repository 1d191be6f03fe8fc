// SPDX-License-Identifier: GPL-2.0

//! The bounds of the histogram that is exported. They are always the same ones, whether a bucket is empty or not,
//! because histograms of several machines are only added up if their bounds are the same.

use std::str::FromStr;

use crate::{
    logic::histogram::{
        upper_bound,
        BUCKETS, //
    },
    measure::{
        distribution::Distribution,
        span, //
    }, //
};

/// From 1us to 17s, where the module's buckets are powers of two: 25 bounds.
const POWERS: std::ops::RangeInclusive<u32> = 10..=34;

/// More bounds than anybody wants to pay for.
const MOST: usize = 64;

/// Ascending inclusive bounds in nanoseconds, each of which the module has too, so that no count is a guess.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Buckets(Vec<i64>);

impl FromStr for Buckets {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bounds = match text {
            "pow2" => POWERS.map(|power| (1_i64 << power) - 1).collect(),
            "full" => (0..BUCKETS - 1).map(upper_bound).collect(),
            _ => listed(text)?,
        };
        bounds.sort_unstable();
        bounds.dedup();
        Ok(Self(bounds))
    }
}

fn listed(text: &str) -> Result<Vec<i64>, String> {
    let bounds: Vec<_> = text.split(',').map(bound).collect::<Result<_, _>>()?;
    if bounds.len() > MOST {
        return Err(format!("more than {MOST} bounds"));
    }
    Ok(bounds)
}

/// The module's next bound.
fn bound(text: &str) -> Result<i64, String> {
    let ns = span::nanos(text).map_err(|why| format!("expected pow2, full, or a list: {why}"))?;
    (0..BUCKETS - 1)
        .map(upper_bound)
        .find(|&bound| ns > 0 && bound >= ns)
        .ok_or_else(|| format!("{text} is not between 1ns and 17 minutes"))
}

impl Buckets {
    /// How many values are not above each bound.
    pub(crate) fn cumulate(&self, distribution: &Distribution) -> Vec<(i64, u64)> {
        let mut values = distribution.buckets().peekable();
        let mut sum = 0_u64;
        self.0
            .iter()
            .map(|&bound| {
                while let Some((_, count)) = values.next_if(|&(value, _)| value <= bound) {
                    sum = sum.saturating_add(count);
                }
                (bound, sum)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bounds(text: &str) -> Vec<i64> {
        text.parse::<Buckets>().unwrap().0
    }

    #[test]
    fn each_bound_is_one_of_the_module() {
        let all: Vec<i64> = (0..BUCKETS).map(upper_bound).collect();
        for text in ["pow2", "full", "50us,1ms,1s,17m", "1ns"] {
            for bound in bounds(text) {
                assert!(all.contains(&bound), "{text}: {bound}");
            }
        }
        assert_eq!(bounds("pow2").len(), 25);
        assert_eq!(bounds("pow2").first(), Some(&1_023));
        assert_eq!(bounds("full").len(), 255);
    }

    #[test]
    fn a_list_is_sorted_and_each_bound_is_there_once() {
        assert_eq!(bounds("1ms,50us,1ms,50001ns"), [53_247, 1_048_575]);
    }

    #[test]
    fn what_is_no_list_of_times_is_refused() {
        for text in [
            "",
            "pow3",
            "1",
            "0",
            "-1ms",
            "1ms,",
            "2h",
            &"1ms,".repeat(70),
        ] {
            assert!(text.parse::<Buckets>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_count_is_that_of_the_values_up_to_the_bound(
            values in prop::collection::vec((0_usize..BUCKETS, 1_u64..1_000), 0..60),
            text in prop::sample::select(vec!["pow2", "full", "64ns,10us,1ms"]),
        ) {
            let mut distribution = Distribution::default();
            values.iter().for_each(|&(bucket, count)| distribution.add(upper_bound(bucket), count));
            let buckets: Buckets = text.parse().unwrap();
            for (bound, count) in buckets.cumulate(&distribution) {
                let up_to = values.iter().filter(|(bucket, _)| upper_bound(*bucket) <= bound);
                prop_assert_eq!(count, up_to.map(|(_, count)| count).sum::<u64>());
            }
        }

        #[test]
        fn any_text_is_a_list_or_is_not(text in "[0-9a-z.,-]{0,12}") {
            let _ = text.parse::<Buckets>();
        }
    }
}
