// SPDX-License-Identifier: GPL-2.0

//! A point in time as Prometheus' own tools take it: RFC 3339, or seconds since 1970.

use std::{
    fmt,
    str::FromStr, //
};

const EXPECTED: &str =
    "expected a time such as 2026-11-29T12:00:00Z, 2026-11-29T13:00:00+01:00 or 1795953600";

const DAY_S: i64 = 86_400;
/// 9999-12-31T23:59:59Z.
const LAST_S: i64 = 253_402_300_799;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    /// As it was given.
    text: String,
    /// Milliseconds since 1970: Prometheus has no finer ones.
    pub(crate) ms: i64,
}

impl FromStr for Moment {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let ms = unix(text).or_else(|| rfc3339(text)).ok_or(EXPECTED)?;
        if !(0..=LAST_S * 1_000 + 999).contains(&ms) {
            return Err(EXPECTED);
        }
        Ok(Self {
            text: text.to_owned(),
            ms,
        })
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Moment {
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// As Prometheus' API takes it.
    pub(crate) fn parameter(&self) -> String {
        format!("{}.{:03}", self.ms / 1_000, self.ms % 1_000)
    }
}

fn unix(text: &str) -> Option<i64> {
    let (seconds, decimals) = text.split_once('.').unwrap_or((text, "0"));
    number(seconds, 1..=12)?
        .checked_mul(1_000)?
        .checked_add(millis(decimals)?)
}

fn rfc3339(text: &str) -> Option<i64> {
    let (date, time) = text.split_once(['T', 't'])?;
    let mut date = date.split('-');
    let year = number(date.next()?, 4..=4)?;
    let month = number(date.next()?, 2..=2)?;
    let day = number(date.next()?, 2..=2)?;
    let is_date = (1..=12).contains(&month) && (1..=days_of_month(year, month)).contains(&day);
    if !is_date || date.next().is_some() {
        return None;
    }
    let (time, zone) = time.split_at(time.find(['Z', 'z', '+', '-'])?);
    let (time, decimals) = time.split_once('.').unwrap_or((time, "0"));
    let mut time = time.split(':');
    let hour = number(time.next()?, 2..=2).filter(|hour| *hour < 24)?;
    let minute = number(time.next()?, 2..=2).filter(|minute| *minute < 60)?;
    let second = number(time.next()?, 2..=2).filter(|second| *second < 60)?;
    if time.next().is_some() {
        return None;
    }
    let seconds = days(year, month, day) * DAY_S + hour * 3_600 + minute * 60 + second;
    Some((seconds - offset(zone)?) * 1_000 + millis(decimals)?)
}

/// The seconds by which the clocks of a zone are ahead.
fn offset(zone: &str) -> Option<i64> {
    if zone.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let (sign, zone) = match zone.strip_prefix('-') {
        Some(zone) => (-1, zone),
        None => (1, zone.strip_prefix('+')?),
    };
    let (hours, minutes) = zone.split_once(':')?;
    let hours = number(hours, 2..=2).filter(|hours| *hours < 24)?;
    let minutes = number(minutes, 2..=2).filter(|minutes| *minutes < 60)?;
    Some(sign * (hours * 3_600 + minutes * 60))
}

fn number(digits: &str, length: std::ops::RangeInclusive<usize>) -> Option<i64> {
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && length.contains(&digits.len())).then(|| digits.parse().ok())?
}

/// The first three decimals of a second.
fn millis(decimals: &str) -> Option<i64> {
    number(decimals, 1..=18)?;
    let padded = format!("{decimals:0<3}");
    padded.get(..3)?.parse().ok()
}

fn days_of_month(year: i64, month: i64) -> i64 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + i64::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Since 1970-01-01. Years begin in March here, so that the day that may be missing is the last one.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = match month {
        1 | 2 => (year - 1, month + 9),
        _ => (year, month - 3),
    };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (month * 153 + 2) / 5 + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ms(text: &str) -> Option<i64> {
        text.parse::<Moment>().ok().map(|moment| moment.ms)
    }

    #[test]
    fn as_promtool_takes_them() {
        for (text, expected) in [
            ("0", 0),
            ("1795953600", 1_795_953_600_000),
            ("1795953600.5", 1_795_953_600_500),
            ("2026-11-29T12:00:00Z", 1_795_953_600_000),
            ("2026-11-29T13:00:00+01:00", 1_795_953_600_000),
            ("2026-11-29t06:30:00.2509-05:30", 1_795_953_600_250),
            ("1970-01-01T00:00:00Z", 0),
            ("2000-02-29T00:00:00Z", 951_782_400_000),
            ("9999-12-31T23:59:59Z", LAST_S * 1_000),
        ] {
            assert_eq!(ms(text), Some(expected), "{text}");
        }
        for text in [
            "",
            "now",
            "-1",
            "1e9",
            "1.",
            ".5",
            "9999999999999",
            "2026-11-29",
            "2026-11-29 12:00:00Z",
            "2026-11-29T12:00:00",
            "2026-11-29T24:00:00Z",
            "2026-11-29T12:60:00Z",
            "2026-11-29T12:00:60Z",
            "2026-02-29T12:00:00Z",
            "2026-13-01T12:00:00Z",
            "2026-00-01T12:00:00Z",
            "1969-12-31T23:59:59Z",
            "2026-11-29T12:00:00+1:00",
            "2026-11-29T12:00:00ZZ",
            "2026-11-29T12:00:00:00Z",
        ] {
            assert_eq!(ms(text), None, "{text}");
        }
        let half: Moment = "1795953600.5".parse().unwrap();
        assert_eq!(half.parameter(), "1795953600.500");
    }

    proptest! {
        #[test]
        fn each_day_is_the_one_after_the_day_before(year in 1971_i64..9999, month in 1_i64..=12) {
            let (last, next) = match month {
                12 => (days(year, 12, 31), days(year + 1, 1, 1)),
                _ => (days(year, month, days_of_month(year, month)), days(year, month + 1, 1)),
            };
            prop_assert_eq!(last + 1, next);
        }

        #[test]
        fn any_text_is_one_or_none(text in "\\PC*|[0-9]{0,4}[-0-9]{0,6}[Tt]?[0-9:.]{0,12}[-+Z0-9:]{0,6}") {
            let _ = text.parse::<Moment>();
        }
    }
}
