//! Days in UTC, as the export counts them. Only what is needed for `since`.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use seoga_text::day;

/// A day, counted from 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub i64);

impl Day {
    /// Today, by this machine's clock.
    pub fn today() -> Self {
        Self::of_seconds(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs()))
    }

    /// The day of a time, given as seconds since 1970.
    pub fn of_seconds(seconds: u64) -> Self {
        Self((seconds / 86_400).cast_signed())
    }

    /// Reads `YYYY-MM-DD`.
    pub fn parse(text: &str) -> Option<Self> {
        day::Day::parse(text).map(|day| Self(day.0.into()))
    }

    /// So many days before.
    pub fn before(self, days: i64) -> Self {
        Self(self.0 - days)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = i32::try_from(self.0.clamp(i32::MIN.into(), i32::MAX.into())).unwrap_or_default();
        let (year, month, day) = day::date_of(days);
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_and_read_back() {
        assert_eq!(Day(0).to_string(), "1970-01-01");
        assert_eq!(Day::parse("2026-11-21"), Some(Day(20_778)));
        for day in (0..60_000).step_by(17) {
            assert_eq!(Day::parse(&Day(day).to_string()), Some(Day(day)));
        }
        for wrong in ["2026-02-30", "2026-1-1", "yesterday", "", "2026-13-01"] {
            assert_eq!(Day::parse(wrong), None, "{wrong}");
        }
    }
}
