// SPDX-License-Identifier: GPL-2.0

//! A distribution in one line: a character for each power of two.

use super::{
    picture::{
        bins,
        label, //
    },
    style::Style, //
};
use crate::measure::distribution::Distribution;

const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const ASCII: [char; 8] = ['.', ':', '-', '=', '+', '*', '%', '#'];

/// A line for each, on the same scale, and a line with the ends of the scale.
pub(crate) fn draw(named: &[(String, Distribution)], style: Style) -> String {
    let bins: Vec<_> = named.iter().map(|(_, one)| bins(one)).collect();
    let all = || bins.iter().flat_map(|bins| bins.keys().copied());
    let (Some(first), Some(last)) = (all().min(), all().max()) else {
        return String::new();
    };
    let name = named.iter().map(|(name, _)| name.chars().count()).max();
    let name = name.unwrap_or(0);
    let each = (style.width.saturating_sub(name + 2) / (last - first + 1) as usize).clamp(1, 2);
    let mut text = String::new();
    for ((title, _), bins) in named.iter().zip(&bins) {
        let highest = bins.values().copied().max().unwrap_or(0);
        let line: String = (first..=last)
            .flat_map(|bin| {
                let count = bins.get(&bin).copied().unwrap_or(0);
                std::iter::repeat_n(level(count, highest, style.ascii), each)
            })
            .collect();
        text += &format!("{title:name$}  {}\n", line.trim_end());
    }
    let (left, right) = (label(first, style.ascii), label(last, style.ascii));
    let width = (last - first + 1) as usize * each;
    let pad = width.saturating_sub(left.chars().count() + right.chars().count());
    let between = if first == last {
        String::new()
    } else {
        " ".repeat(pad.max(1)) + &right
    };
    text + &format!("{:name$}  {left}{between}\n", "")
}

/// By the logarithm of the count, so that what is rare can be seen.
fn level(count: u64, highest: u64, ascii: bool) -> char {
    if count == 0 {
        return ' ';
    }
    let characters = if ascii { ASCII } else { BLOCKS };
    let most = f64::from(u32::try_from(characters.len() - 1).unwrap_or(0));
    let share = ((count as f64).ln_1p() / (highest as f64).ln_1p()).clamp(0.0, 1.0);
    let place = (share * most).round() as usize;
    characters.get(place).copied().unwrap_or('?')
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
    fn what_is_rare_can_be_seen() {
        let mut one = Distribution::default();
        one.add(1_023, 100_000);
        one.add(16_383, 1);
        let mut two = Distribution::default();
        two.add(2_047, 5);
        let text = draw(&[("a".into(), one), ("bee".into(), two)], style(80, true));
        assert_eq!(text, "a    ##      ..\nbee    ##\n     <=1.1us <=16.4us\n");
        assert_eq!(
            draw(&[("a".into(), Distribution::default())], style(80, true)),
            ""
        );
    }

    proptest! {
        #[test]
        fn any_strips_fit_their_width(
            buckets in prop::collection::vec((any::<i64>(), any::<u64>()), 1..20),
            ascii: bool,
        ) {
            let mut distribution = Distribution::default();
            buckets.iter().for_each(|&(bound, count)| distribution.add(bound, count));
            let text = draw(&[("completion".into(), distribution)], style(80, ascii));
            for line in text.lines() {
                prop_assert!(line.chars().count() <= 80, "{}", line);
                prop_assert!(!ascii || line.is_ascii());
            }
        }
    }
}
