// SPDX-License-Identifier: GPL-2.0

//! A distribution as a picture in the terminal: a bar for each power of two.

use std::collections::BTreeMap;

use super::{
    style::Style,
    units, //
};
use crate::{
    logic::histogram::{
        upper_bound,
        BUCKETS, //
    },
    measure::distribution::Distribution, //
};

/// Label, count, share and the spaces between them and the bar.
const AROUND_THE_BAR: usize = 9 + 1 + 1 + 6 + 1 + 6;
const CYAN: &str = "\x1b[36m";
const PLAIN: &str = "\x1b[0m";

/// The lines of a picture. `cumulative` bars show the share that was late by so much or less.
pub(crate) fn draw(distribution: &Distribution, cumulative: bool, style: Style) -> String {
    let bins = bins(distribution);
    let (Some((&first, _)), Some((&last, _))) = (bins.first_key_value(), bins.last_key_value())
    else {
        return "   no ticks yet\n".to_owned();
    };
    let total = distribution.total();
    let highest = bins.values().copied().max().unwrap_or(0);
    let width = style.width.saturating_sub(AROUND_THE_BAR);

    let mut text = String::new();
    let mut seen = 0_u64;
    // Bins without ticks are drawn too: without them the scale would not be logarithmic.
    for bin in first..=last {
        let count = bins.get(&bin).copied().unwrap_or(0);
        seen = seen.saturating_add(count);
        let (part, whole) = if cumulative {
            (seen, total)
        } else {
            (count, highest)
        };
        let (bar, length) = bar(part, whole, width, style.ascii);
        let (on, off) = if style.colour {
            (CYAN, PLAIN)
        } else {
            ("", "")
        };
        let pad = " ".repeat(width.saturating_sub(length));
        let share = share(if cumulative { seen } else { count }, total);
        text += &format!(
            "{:>9} {on}{bar}{off}{pad} {:>6} {share:>6}\n",
            label(bin, style.ascii),
            units::count(count)
        );
    }
    text
}

/// How many lines its picture has.
pub(crate) fn lines(distribution: &Distribution) -> usize {
    let bins = bins(distribution);
    match (bins.first_key_value(), bins.last_key_value()) {
        (Some((first, _)), Some((last, _))) => (last - first + 1) as usize,
        _ => 1,
    }
}

/// An inclusive bound.
pub(crate) fn at_most(ns: i64, ascii: bool) -> String {
    match ascii {
        true => units::at_most_in_ascii(ns),
        false => units::at_most(ns),
    }
}

/// The ticks of each bin that has some.
pub(super) fn bins(distribution: &Distribution) -> BTreeMap<u32, u64> {
    let mut bins: BTreeMap<u32, u64> = BTreeMap::new();
    for (bound, count) in distribution.buckets() {
        let sum = bins.entry(bin_of(bound)).or_default();
        *sum = sum.saturating_add(count);
    }
    bins
}

/// Bin N has the lateness of N bits. What the module keeps in one bucket is in one bin.
fn bin_of(bound: i64) -> u32 {
    let bits = |value: i64| i64::BITS - value.max(0).leading_zeros();
    if bound > longest() {
        return bits(longest()) + 1;
    }
    bits(bound).max(bits(upper_bound(0)))
}

/// The bound of the last bucket that has one.
fn longest() -> i64 {
    upper_bound(BUCKETS - 2)
}

pub(super) fn label(bin: u32, ascii: bool) -> String {
    // The last bin has no upper bound.
    if bin == bin_of(i64::MAX) {
        return units::more_than(longest());
    }
    let bound = 1_i64.checked_shl(bin).map_or(i64::MAX, |bound| bound - 1);
    at_most(bound.min(longest()), ascii)
}

/// A bar, and how many characters it has. What is more than nothing can be seen.
fn bar(part: u64, whole: u64, width: usize, ascii: bool) -> (String, usize) {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

    let steps = if ascii { 1 } else { EIGHTHS.len() };
    let full = (width * steps) as u128;
    let length = u128::from(part) * full / u128::from(whole.max(1));
    let length = usize::try_from(length).unwrap_or(0);
    let length = length.max(usize::from(part > 0));
    if ascii {
        return ("#".repeat(length), length);
    }
    let rest = EIGHTHS.get(length % steps).copied().unwrap_or("");
    let bar = "█".repeat(length / steps) + rest;
    (bar, length.div_ceil(steps))
}

/// A share in per cent. It is rounded down, so that 100 % means all.
fn share(part: u64, total: u64) -> String {
    let tenths = u128::from(part) * 1_000 / u128::from(total.max(1));
    if tenths == 0 && part > 0 {
        return "<0.1%".to_owned();
    }
    format!("{}.{}%", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn style(width: usize, ascii: bool) -> Style {
        Style {
            width,
            colour: false,
            ascii,
        }
    }

    #[test]
    fn bars_are_drawn_to_scale() {
        let mut distribution = Distribution::default();
        distribution.add(1_023, 40);
        distribution.add(4_095, 10);
        let plain = "  <=1.1us ################     40  80.0%\n\
                    \x20 <=2.1us                       0   0.0%\n\
                    \x20 <=4.1us ####                 10  20.0%\n";
        assert_eq!(draw(&distribution, false, style(40, true)), plain);
        let cumulative = "  <=1.1us ############         40  80.0%\n\
                         \x20 <=2.1us ############          0  80.0%\n\
                         \x20 <=4.1us ################     10 100.0%\n";
        assert_eq!(draw(&distribution, true, style(40, true)), cumulative);
    }

    #[test]
    fn the_last_bucket_has_no_bound() {
        let mut distribution = Distribution::default();
        distribution.add(i64::MAX, 1);
        let text = draw(&distribution, false, style(80, false));
        assert!(text.starts_with("   >1030s ████"), "{text}");
    }

    #[test]
    fn colour_ends_where_the_bar_ends() {
        let mut distribution = Distribution::default();
        distribution.add(63, 1);
        let coloured = Style {
            colour: true,
            ..style(40, true)
        };
        let text = draw(&distribution, false, coloured);
        assert!(
            text.contains("\x1b[36m################\x1b[0m "),
            "{text:?}"
        );
    }

    proptest! {
        #[test]
        fn any_picture_fits_its_width(
            buckets in prop::collection::vec((any::<i64>(), any::<u64>()), 0..20),
            cumulative: bool,
            ascii: bool,
            width in 40_usize..300,
        ) {
            let mut distribution = Distribution::default();
            buckets.iter().for_each(|&(bound, count)| distribution.add(bound, count));
            let text = draw(&distribution, cumulative, style(width, ascii));
            for line in text.lines() {
                prop_assert!(line.chars().count() <= width, "{}", line);
                prop_assert!(!ascii || line.is_ascii());
            }
            prop_assert!(text.lines().count() <= 40);
            prop_assert_eq!(text.lines().count(), lines(&distribution));
        }
    }
}
