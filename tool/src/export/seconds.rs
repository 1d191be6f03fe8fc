// SPDX-License-Identifier: GPL-2.0

//! Nanoseconds as seconds in decimal: exact, and in the canonical form that labels `le` need.

const DECIMALS: usize = 9;

/// Such as `1.5`, `0.0`, `0.000262143`, `1.023e-06`: an exponent below a ten-thousandth, as Go writes it.
pub(crate) fn seconds(ns: i128) -> String {
    let sign = if ns < 0 { "-" } else { "" };
    let digits = ns.unsigned_abs().to_string();
    let text = match digits.len() {
        1..=5 if digits != "0" => small(&digits),
        _ => plain(&digits),
    };
    format!("{sign}{text}")
}

fn plain(digits: &str) -> String {
    let padded = format!("{digits:0>10}");
    let (whole, decimals) = padded.split_at(padded.len() - DECIMALS);
    match decimals.trim_end_matches('0') {
        "" => format!("{whole}.0"),
        decimals => format!("{whole}.{decimals}"),
    }
}

fn small(digits: &str) -> String {
    let exponent = DECIMALS + 1 - digits.len();
    let (first, rest) = digits.split_at(1);
    match rest.trim_end_matches('0') {
        "" => format!("{first}e-{exponent:02}"),
        rest => format!("{first}.{rest}e-{exponent:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_go_writes_them() {
        for (ns, text) in [
            (0, "0.0"),
            (1, "1e-09"),
            (1_023, "1.023e-06"),
            (65_535, "6.5535e-05"),
            (100_000, "0.0001"),
            (262_143, "0.000262143"),
            (1_500_000_000, "1.5"),
            (17_179_869_183, "17.179869183"),
            (3_600_000_000_000, "3600.0"),
            (-12_000, "-1.2e-05"),
        ] {
            assert_eq!(seconds(ns), text);
        }
    }

    proptest::proptest! {
        #[test]
        fn no_nanosecond_is_lost(ns: i64) {
            let text = seconds(ns.into());
            let (number, exponent) = text.split_once("e-").unwrap_or((&text, "0"));
            let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
            let shift = 9 - exponent.parse::<usize>().unwrap();
            let back: i128 = format!("{whole}{decimals:0<shift$}").parse().unwrap();
            proptest::prop_assert_eq!(back, ns.into());
        }
    }
}
