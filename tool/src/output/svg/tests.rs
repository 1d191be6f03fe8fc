// SPDX-License-Identifier: GPL-2.0

use super::*;
use crate::measure::{
    distribution::Distribution,
    measured::Measured, //
};
use proptest::prelude::*;

fn measured(buckets: &[(i64, u64)]) -> Measured {
    let mut distribution = Distribution::default();
    for &(bound, count) in buckets {
        distribution.add(bound, count);
    }
    Measured {
        ticks: distribution.total(),
        missed: None,
        max: buckets.iter().map(|bucket| bucket.0).max(),
        sum: None,
        distribution: Some(distribution),
    }
}

fn drawn(
    name: &str,
    one: &Measured,
    other: Option<&Measured>,
    cumulative: bool,
    width: u16,
) -> String {
    let picture = Picture {
        title: format!("of {name}"),
        names: other.map(|_| (name, "other")),
        rows: vec![Row {
            name,
            measured: one,
            other,
        }],
        cumulative,
        width,
    };
    file(picture, Theme::Either).unwrap()
}

#[test]
fn names_are_text() {
    for cumulative in [false, true] {
        let svg = drawn(
            "<script>\"'&\x1b",
            &measured(&[(63, 5)]),
            None,
            cumulative,
            400,
        );
        assert!(!svg.contains("<script") && !svg.contains('\x1b'), "{svg}");
        assert!(svg.contains("&lt;script&gt;"), "{svg}");
    }
}

#[test]
fn many_rows_are_counted() {
    let one = measured(&[(63, 5)]);
    let names: Vec<_> = (0..30).map(|id| format!("{id} work")).collect();
    for cumulative in [false, true] {
        let rows = names.iter().map(|name| Row {
            name,
            measured: &one,
            other: None,
        });
        let picture = Picture {
            title: String::new(),
            names: None,
            rows: rows.collect(),
            cumulative,
            width: 800,
        };
        let svg = element(picture).unwrap();
        assert!(svg.contains("18 more are not drawn"), "{svg}");
        assert!(svg.contains("11 work") && !svg.contains("12 work"), "{svg}");
    }
}

#[test]
fn dashes_tell_lines_apart() {
    let svg = drawn("timeout", &measured(&[(1_023, 5)]), None, true, 800);
    assert!(svg.contains("stroke-dasharray=\"80 30\""), "{svg}");
    let svg = drawn("ssleep", &measured(&[(1_023, 5)]), None, true, 800);
    assert!(!svg.contains("stroke-dasharray"), "{svg}");
}

#[test]
fn a_theme_is_a_style_sheet() {
    assert_eq!(css(Theme::Light), "");
    assert!(css(Theme::Dark).starts_with("[fill="));
    assert!(css(Theme::Either).starts_with("@media screen and (prefers-color-scheme:dark)"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn anything_is_drawn_within_its_picture(
        one in prop::collection::vec((any::<i64>(), any::<u64>()), 0..20),
        other in prop::option::of(prop::collection::vec((any::<i64>(), 0_u64..9), 0..20)),
        cumulative: bool,
        width in 200_u16..2_000,
    ) {
        let (one, other) = (measured(&one), other.map(|other| measured(&other)));
        let svg = drawn("work", &one, other.as_ref(), cumulative, width);
        let again = drawn("work", &one, other.as_ref(), cumulative, width);
        prop_assert_eq!(&svg, &again);
        let limit = f64::from(width) * 10.0 + 1.0;
        for points in svg.split("points=\"").skip(1) {
            for point in points.split('"').next().unwrap().split_whitespace() {
                let (x, y) = point.split_once(',').unwrap();
                let (x, y): (f64, f64) = (x.parse().unwrap(), y.parse().unwrap());
                prop_assert!((0.0..=limit).contains(&x) && (0.0..=9_000.0).contains(&y), "{}", point);
            }
        }
        for rectangle in svg.split("<rect ").skip(1) {
            for name in ["x", "y", "width", "height"] {
                let number = rectangle.split(&format!(" {name}=\"")).nth(1)
                    .or_else(|| rectangle.strip_prefix(&format!("{name}=\""))).unwrap();
                let number: f64 = number.split('"').next().unwrap().parse().unwrap();
                prop_assert!(number >= 0.0, "{} {}", name, rectangle);
            }
        }
    }
}
