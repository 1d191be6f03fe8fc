// SPDX-License-Identifier: GPL-2.0

//! A native histogram, as Prometheus' API says it: `count`, `sum`, and the buckets that are not empty. Those that
//! Prometheus made of an exporter's buckets have the same bounds, and no other ones.

use serde::Deserialize;

/// Which of its bounds belong to a bucket. The exporter's have their upper one.
const LEFT_OPEN: u8 = 0;
const CLOSED: u8 = 3;

/// The exporter has at most those of the module, 256.
const MOST_BUCKETS: usize = 1000;

/// As it is said: numbers are text. Of an empty histogram, no buckets are.
#[derive(Deserialize)]
pub(super) struct Said {
    count: String,
    sum: String,
    #[serde(default)]
    buckets: Vec<(u8, String, String, String)>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Native {
    pub(crate) count: f64,
    pub(crate) sum: f64,
    pub(crate) buckets: Vec<Bucket>,
}

/// So many values are above its lower bound, and not above its upper one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bucket {
    pub(crate) lower: f64,
    pub(crate) upper: f64,
    pub(crate) count: f64,
}

impl Native {
    /// There is none if something is no number, a bucket lacks its upper bound, or there are more buckets than any
    /// exporter has: all of them are looked for in all series.
    pub(super) fn new(said: &Said) -> Option<Self> {
        (said.buckets.len() <= MOST_BUCKETS).then_some(())?;
        let number = |text: &str| text.parse::<f64>().ok().filter(|number| !number.is_nan());
        let bucket = |(rule, lower, upper, count): &(u8, String, String, String)| {
            matches!(*rule, LEFT_OPEN | CLOSED).then_some(())?;
            Some(Bucket {
                lower: number(lower)?,
                upper: number(upper)?,
                count: number(count)?,
            })
        };
        Some(Self {
            count: number(&said.count)?,
            sum: number(&said.sum)?,
            buckets: said.buckets.iter().map(bucket).collect::<Option<_>>()?,
        })
    }
}
