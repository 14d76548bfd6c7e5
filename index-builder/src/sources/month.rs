//! Finds the month, or the day, that a file's name gives for its data, and takes it out of the name.
//!
//! Opens no file and knows no clock. Invariant: what is left of a name does not change from month to month.

use std::fmt;

use crate::catalogue::Date;

/// The years a month in a name may lie in: six digits of another kind are rarely one of these with a month behind it.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2099;

/// A calendar month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Month {
    year: i32,
    /// 1 to 12.
    month: u32,
}

impl Month {
    /// The month `year`-`month`; `None` when there is none, or it lies in another century.
    pub(super) fn new(year: i32, month: u32) -> Option<Self> {
        (YEARS.contains(&year) && (1..=12).contains(&month)).then_some(Self { year, month })
    }

    /// The month of a day.
    pub(super) fn of(date: Date) -> Option<Self> {
        let (year, month, _) = date.ymd();
        Self::new(year, month)
    }

    /// Months from `earlier` to this one; negative when `earlier` is the later one.
    pub(super) fn since(self, earlier: Self) -> i32 {
        (self.year - earlier.year) * 12 + self.month as i32 - earlier.month as i32
    }

    /// The last day of the month after this one.
    pub(super) fn last_day_of_next(self) -> Option<Date> {
        let (year, month) = if self.month == 12 { (self.year + 1, 1) } else { (self.year, self.month + 1) };
        (28..=31).rev().find_map(|day| Date::from_ymd(year, month, day))
    }
}

impl fmt::Display for Month {
    /// `2026-11`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// The time a name gives for the data; ordered as the calendar is, a month before its days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct AsOf {
    pub(super) month: Month,
    /// The day of the month; 0 where the name has the month alone.
    day: u32,
}

impl AsOf {
    /// A whole month.
    pub(super) fn month(month: Month) -> Self {
        Self { month, day: 0 }
    }
}

impl fmt::Display for AsOf {
    /// `2026-11`, or `2026-11-15`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.month.fmt(f)?;
        if self.day == 0 { Ok(()) } else { write!(f, "-{:02}", self.day) }
    }
}

/// A name without the month, and that month; `None` where it reads as one and is none (`2026년 13월`).
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cut {
    pub(super) before: String,
    pub(super) after: String,
    pub(super) as_of: Option<AsOf>,
}

/// Finds the last month in a name: `(2026년 11월)`, `2026년 11월 15일`, `2026-11`, `2026.11.15`, `202611`, `20261115`, in
/// brackets or not, wherever it stands.
pub(super) fn cut(name: &str) -> Option<Cut> {
    let starts: Vec<usize> = name.char_indices().map(|(at, _)| at).collect();
    let (start, end, as_of) = starts.into_iter().rev().find_map(|at| {
        let boundary = !name[..at].ends_with(|c: char| c.is_ascii_digit());
        let (length, as_of) = name.get(at..).filter(|_| boundary).and_then(read)?;
        Some((at, at + length, as_of))
    })?;
    let (before, after) = (&name[..start], &name[end..]);
    let (before, after) =
        match (before.trim_end().strip_suffix(['(', '[']), after.trim_start().strip_prefix([')', ']'])) {
            (Some(before), Some(after)) => (before, after),
            _ => (before, after),
        };
    Some(Cut { before: before.to_owned(), after: after.to_owned(), as_of })
}

/// Reads a month at the very beginning of a text; gives its length in bytes.
fn read(text: &str) -> Option<(usize, Option<AsOf>)> {
    let mut rest = Rest(text);
    let digits = rest.digits();
    let found = match digits.len() {
        4 => in_words(digits, Rest(rest.0)).or_else(|| in_parts(digits, rest)),
        6 | 8 => {
            let as_of =
                as_of(digits.get(..4)?, digits.get(4..6)?, digits.get(6..).filter(|day| !day.is_empty()))?;
            Some((rest.0, Some(as_of)))
        }
        _ => None,
    };
    found.map(|(rest, as_of)| (text.len() - rest.len(), as_of))
}

/// Reads `년 11월` or `년 11월 15일` behind a year. What is written so means a month, even where the calendar has none such.
fn in_words<'a>(year: &str, mut rest: Rest<'a>) -> Option<(&'a str, Option<AsOf>)> {
    rest.word("년")?;
    let month = rest.spaced_digits();
    rest.word("월").filter(|()| (1..=2).contains(&month.len()))?;
    let mut further = Rest(rest.0);
    let day = further.spaced_digits();
    let day = further.word("일").map(|()| day).filter(|day| (1..=2).contains(&day.len()));
    let rest = if day.is_some() { further } else { rest };
    Some((rest.0, as_of(year, month, day)))
}

/// Reads `-11` or `-11-15` behind a year; `.`, `_` and `/` divide too, one and the same in both places.
fn in_parts<'a>(year: &str, mut rest: Rest<'a>) -> Option<(&'a str, Option<AsOf>)> {
    let divider = rest.0.chars().next().filter(|c| "-._/".contains(*c))?;
    let mut part = || {
        let mut further = Rest(rest.0.strip_prefix(divider)?);
        let digits = further.digits();
        (1..=2).contains(&digits.len()).then(|| rest = further).map(|()| digits)
    };
    let month = part()?;
    let day = part();
    let found = as_of(year, month, day)?;
    Some((rest.0, Some(found)))
}

fn as_of(year: &str, month: &str, day: Option<&str>) -> Option<AsOf> {
    let month = Month::new(year.parse().ok()?, month.parse().ok()?)?;
    let day = match day {
        Some(day) => {
            day.parse().ok().filter(|&day| Date::from_ymd(month.year, month.month, day).is_some())?
        }
        None => 0,
    };
    Some(AsOf { month, day })
}

/// The rest of a text under way.
#[derive(Clone, Copy)]
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    /// Takes the digits it begins with, which may be none.
    fn digits(&mut self) -> &'a str {
        let end = self.0.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.0.len());
        let (digits, rest) = self.0.split_at(end);
        self.0 = rest;
        digits
    }

    fn spaced_digits(&mut self) -> &'a str {
        self.0 = self.0.trim_start();
        self.digits()
    }

    /// Takes a word, blanks before it.
    fn word(&mut self, word: &str) -> Option<()> {
        self.0 = self.0.trim_start().strip_prefix(word)?;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn said(name: &str) -> Option<(String, String)> {
        cut(name).map(|cut| {
            (format!("{}|{}", cut.before, cut.after), cut.as_of.map_or("none".into(), |a| a.to_string()))
        })
    }

    #[test]
    fn months_are_found_as_libraries_write_them() {
        for (name, left, as_of) in [
            ("가온 (2026년 11월)", "가온 |", "2026-11"),
            ("가온(2026년11월)", "가온|", "2026-11"),
            ("가온 ( 2026년 1월 )", "가온 |", "2026-01"),
            ("가온 2026년 12월 31일", "가온 |", "2026-12-31"),
            ("가온 [2026-11]", "가온 |", "2026-11"),
            ("가온_2026-11-05", "가온_|", "2026-11-05"),
            ("가온 2026.11", "가온 |", "2026-11"),
            ("가온_202611", "가온_|", "2026-11"),
            ("가온20261115", "가온|", "2026-11-15"),
            ("202611_가온", "|_가온", "2026-11"),
            ("가온 2026-11 목록", "가온 | 목록", "2026-11"),
            ("가온 (2026년 13월)", "가온 |", "none"),
            ("2025-12 가온 2026-11", "2025-12 가온 |", "2026-11"),
        ] {
            assert_eq!(said(name), Some((left.to_owned(), as_of.to_owned())), "{name}");
        }
        for name in [
            "가온",
            "가온 (분관)",
            "가온 2026",
            "2.28도서관",
            "4.19",
            "가온 2026-13",
            "가온 202600",
            "goodbooks-10k",
            "부록 1234567",
            "가온 199911",
            "20261301",
            "가온 2026-11-31x",
            "가온 010-2026-1234",
        ] {
            assert_eq!(said(name), None, "{name}");
        }
    }

    #[test]
    fn a_month_is_followed_by_the_next_across_the_end_of_a_year() {
        let [november, december, january] =
            [(2026, 11), (2026, 12), (2027, 1)].map(|(year, month)| Month::new(year, month).unwrap());
        assert!(november < december && december < january);
        assert_eq!((january.since(november), november.since(january)), (2, -2));
        assert_eq!(december.last_day_of_next().unwrap().to_string(), "2027-01-31");
        assert_eq!(january.last_day_of_next().unwrap().to_string(), "2027-02-28");
        let day = AsOf { month: november, day: 30 };
        assert!(AsOf::month(november) < day && day < AsOf::month(december));
    }

    proptest! {
        #[test]
        fn any_name_is_cut_or_left(name in "[가-힣0-9()년월일._ -]{0,20}", other: String) {
            for name in [name, other] {
                if let Some(cut) = cut(&name) {
                    prop_assert!(cut.before.len() + cut.after.len() < name.len());
                }
            }
        }
    }
}
