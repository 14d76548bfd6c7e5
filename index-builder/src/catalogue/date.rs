//! A calendar day, two bytes wide.
//!
//! Not a clock and not a time zone: a day as a library wrote it down. Invariant: every [`Date`] is a day that
//! exists in the Gregorian calendar between 1900-01-01 and 2079-06-05, so an `Option<Date>` costs two bytes too
//! (one million books have 4.7 million of them).

use std::fmt;
use std::num::NonZeroU16;

use seoga_text::day;

/// Days between 1900-01-01 and 1970-01-01.
const DAYS_1900_TO_1970: i32 = 25_567;

/// A day between [`Date::MIN`] and [`Date::MAX`]; ordered as the calendar is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(NonZeroU16);

impl Date {
    /// 1900-01-01.
    pub const MIN: Self = Self(NonZeroU16::MIN);
    /// 2079-06-05, the last day two bytes can count.
    pub const MAX: Self = Self(NonZeroU16::MAX);

    /// The day `days` after 1970-01-01 (before it when negative); `None` outside [`Date::MIN`]..=[`Date::MAX`].
    pub fn from_days_since_1970(days: i32) -> Option<Self> {
        let from_one = days.checked_add(DAYS_1900_TO_1970 + 1)?;
        u16::try_from(from_one).ok().and_then(NonZeroU16::new).map(Self)
    }

    /// Days since 1970-01-01, negative before it.
    pub fn days_since_1970(self) -> i32 {
        i32::from(self.0.get()) - 1 - DAYS_1900_TO_1970
    }

    /// The day `year`-`month`-`day`; `None` when the calendar has no such day or it is out of range.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Self> {
        day::days_of(year, month, day).and_then(Self::from_days_since_1970)
    }

    /// Year, month (1-12) and day (1-31).
    pub fn ymd(self) -> (i32, u32, u32) {
        day::date_of(self.days_since_1970())
    }

    /// The year alone.
    pub fn year(self) -> i32 {
        self.ymd().0
    }

    /// Reads `2023-02-24`, `2023/2/24`, `2023.02.24.` and `20230224`; a time of day after the date is ignored.
    ///
    /// `None` when the text is not such a date, or the calendar has no such day.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let date = text.split([' ', 'T']).next().unwrap_or("").trim_end_matches('.');
        if date.len() == 8 && date.bytes().all(|b| b.is_ascii_digit()) {
            return Self::from_ymd(
                date.get(..4)?.parse().ok()?,
                date.get(4..6)?.parse().ok()?,
                date.get(6..)?.parse().ok()?,
            );
        }
        let separator = date.chars().find(|c| matches!(c, '-' | '/' | '.'))?;
        let mut parts = date.split(separator);
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let digits = |part: &str, longest: usize| {
            !part.is_empty() && part.len() <= longest && part.bytes().all(|b| b.is_ascii_digit())
        };
        if parts.next().is_some()
            || year.len() != 4
            || !digits(year, 4)
            || !digits(month, 2)
            || !digits(day, 2)
        {
            return None;
        }
        Self::from_ymd(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }
}

impl fmt::Display for Date {
    /// `2023-02-24`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Date({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_survives_text_and_numbers() {
        let mut previous: Option<Date> = None;
        for n in 1..=u16::MAX {
            let date = Date(NonZeroU16::new(n).unwrap());
            let (year, month, day) = date.ymd();
            assert_eq!(Date::from_ymd(year, month, day), Some(date));
            assert_eq!(Date::parse(&date.to_string()), Some(date));
            assert_eq!(Date::from_days_since_1970(date.days_since_1970()), Some(date));
            assert!(previous < Some(date));
            previous = Some(date);
        }
    }

    #[test]
    fn known_days_count_as_the_calendar_says() {
        assert_eq!(Date::parse("1970-01-01").unwrap().days_since_1970(), 0);
        assert_eq!(Date::parse("2023-02-28").unwrap().days_since_1970(), 19_416);
        assert_eq!(Date::MIN.to_string(), "1900-01-01");
        assert_eq!(Date::MAX.to_string(), "2079-06-05");
    }

    #[test]
    fn parse_reads_the_spellings_libraries_use() {
        let day = Date::from_ymd(2023, 2, 4);
        for text in [
            "2023-02-04",
            "2023-2-4",
            "2023/02/04",
            "2023.02.04",
            "2023.2.4.",
            "20230204",
            " 2023-02-04 ",
            "2023-02-04 00:00:00",
            "2023-02-04T09:30:00",
        ] {
            assert_eq!(Date::parse(text), day, "{text}");
        }
    }

    #[test]
    fn parse_refuses_what_is_no_day() {
        for text in [
            "",
            "2023",
            "2023-02",
            "2023-02-30",
            "2023-13-01",
            "0000-00-00",
            "23-02-24",
            "2023-02-24-1",
            "202302241",
            "2100-01-01",
            "1899-12-31",
            "２０２３-02-24",
            "어제",
            "2023-+2-04",
        ] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }
}
