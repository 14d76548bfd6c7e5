//! Days of the Gregorian calendar in UTC, as numbers and as text. No time zones, no leap seconds, no clock.
//!
//! Invariant: a [`Day`] prints as the date that reads back as itself, for the years 1970 to 9999.

use std::fmt;

/// Seconds in a day.
pub const DAY_SECONDS: u64 = 86_400;

/// A UTC day, counted from 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub u32);

/// The last day that has a four-digit year.
const LAST: u32 = 2_932_896;

impl Day {
    /// Gives the day of an instant in seconds since 1970.
    pub fn of(seconds: u64) -> Self {
        Self(u32::try_from(seconds / DAY_SECONDS).unwrap_or(LAST).min(LAST))
    }

    /// Parses `YYYY-MM-DD`, a date that exists.
    ///
    /// ```
    /// use seoga_text::day::Day;
    ///
    /// assert_eq!(Day::parse("2023-02-23"), Some(Day(19_411)));
    /// assert_eq!(Day::parse("2023-02-29"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let mut number = |digits: usize| {
            let part = parts.next().filter(|p| p.len() == digits && p.bytes().all(|b| b.is_ascii_digit()))?;
            part.parse::<u32>().ok()
        };
        let (year, month, day) = (number(4)?, number(2)?, number(2)?);
        let days = days_of(i32::try_from(year).ok()?, month, day).filter(|_| parts.next().is_none())?;
        u32::try_from(days).ok().map(Self)
    }

    /// Gives year, month (1-12) and day of the month.
    pub fn parts(self) -> (u32, u32, u32) {
        let (year, month, day) = date_of(self.0.min(LAST).cast_signed());
        (year.unsigned_abs(), month, day)
    }
}

/// Counts the days from 1970-01-01 to a date of the Gregorian calendar, negative before it; `None` where the calendar has
/// no such date.
///
/// ```
/// use seoga_text::day;
///
/// assert_eq!(day::days_of(2000, 2, 29), Some(11_016));
/// assert_eq!(day::days_of(1969, 12, 31), Some(-1));
/// assert_eq!(day::days_of(2100, 2, 29), None);
/// ```
pub fn days_of(year: i32, month: u32, day: u32) -> Option<i32> {
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Days since 0000-03-01 of years that begin in March, so that the leap day is a year's last.
    let from_march = i64::from((month + 9) % 12);
    let march_year = i64::from(year) - i64::from(month <= 2);
    let leaps = march_year.div_euclid(4) - march_year.div_euclid(100) + march_year.div_euclid(400);
    let since = march_year * 365 + leaps + (153 * from_march + 2) / 5 + i64::from(day) - 1;
    let days = i32::try_from(since - MARCH_0000_TO_1970).ok()?;
    // A day that does not exist (31 April) is another one's.
    (date_of(days) == (year, month, day)).then_some(days)
}

/// Gives year, month (1-12) and day of the month of the day so many days after 1970-01-01, before it when negative.
pub fn date_of(days: i32) -> (i32, u32, u32) {
    let since = i64::from(days) + MARCH_0000_TO_1970;
    let (era, of_era) = (since.div_euclid(146_097), since.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year as i32, month as u32, day as u32)
}

/// Days from 0000-03-01 to 1970-01-01.
const MARCH_0000_TO_1970: i64 = 719_468;

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.parts();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// Writes an instant, in seconds since 1970, as RFC 3339 in UTC, to the second.
pub fn instant(seconds: u64) -> String {
    let of_day = seconds % DAY_SECONDS;
    format!("{}T{:02}:{:02}:{:02}Z", Day::of(seconds), of_day / 3600, of_day / 60 % 60, of_day % 60)
}

/// Reads what [`instant`] writes, as seconds since 1970; `None` for any other form.
///
/// ```
/// use seoga_text::day;
///
/// assert_eq!(day::parse_instant("2023-02-23T01:02:03Z"), Some(1_677_114_123));
/// assert_eq!(day::parse_instant("2023-02-23T24:00:00Z"), None);
/// ```
pub fn parse_instant(text: &str) -> Option<u64> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let mut parts = time.split(':');
    let mut below = |limit: u64| {
        let part = parts.next().filter(|part| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit()))?;
        part.parse::<u64>().ok().filter(|number| *number < limit)
    };
    let (hours, minutes, seconds) = (below(24)?, below(60)?, below(60)?);
    let day = Day::parse(date).filter(|_| parts.next().is_none())?;
    Some(u64::from(day.0) * DAY_SECONDS + hours * 3600 + minutes * 60 + seconds)
}

/// Counts the seconds until the next UTC midnight, at least 1.
pub fn until_midnight(seconds: u64) -> u32 {
    u32::try_from(DAY_SECONDS - seconds % DAY_SECONDS).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_days_print_and_read() {
        for (day, text) in [
            (0, "1970-01-01"),
            (59, "1970-03-01"),
            (11_016, "2000-02-29"),
            (19_411, "2023-02-23"),
            (LAST, "9999-12-31"),
        ] {
            assert_eq!(Day(day).to_string(), text);
            assert_eq!(Day::parse(text), Some(Day(day)));
        }
        assert_eq!(instant(1_677_110_399), "2023-02-22T23:59:59Z");
        assert_eq!(until_midnight(1_677_110_399), 1);
        assert_eq!(until_midnight(1_677_110_400), 86_400);
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        for text in [
            "2023-02-29",
            "2023-13-01",
            "2023-00-10",
            "2023-1-01",
            "2023-01-32",
            "20230101",
            "",
            "2023-01-01-",
            "1969-12-31",
            "+023-01-01",
        ] {
            assert_eq!(Day::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_day_reads_back(day in 0..=LAST) {
            prop_assert_eq!(Day::parse(&Day(day).to_string()), Some(Day(day)));
        }

        #[test]
        fn every_number_of_days_is_one_date(days: i32) {
            let (year, month, day) = date_of(days);
            prop_assert_eq!(days_of(year, month, day), Some(days));
        }

        #[test]
        fn every_instant_reads_back(seconds in 0..=(u64::from(LAST) + 1) * DAY_SECONDS - 1) {
            prop_assert_eq!(parse_instant(&instant(seconds)), Some(seconds));
        }

        #[test]
        fn any_text_is_read_without_panic(text: String, seconds: u64) {
            let _ = parse_instant(&text);
            let _ = Day::parse(&text);
            let _ = (instant(seconds), until_midnight(seconds));
        }
    }
}
