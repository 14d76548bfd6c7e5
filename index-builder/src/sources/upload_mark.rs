//! Marks the name of a file that was sent to the service: when, and by which upload.
//!
//! `강남 (2026년 11월).csv` lies in the bucket as `강남 (2026년 11월).up-20261129T101500Z-ID.csv`: so the time of upload is part of
//! the catalogue, whatever machine reads it, and a file sent again lies beside the earlier one until it has been looked at.
//! Invariant: a mark that was put on a name is read off it again, and the name is as it was.

use std::path::Path;

use super::month::Month;
use crate::catalogue::Date;

/// Stands between a name and its mark.
const SIGN: &str = ".up-";
/// Letters of an id.
const ID_LETTERS: usize = 32;
/// Hours that Seoul's clock is ahead of UTC.
const SEOUL: u32 = 9;

/// The mark of an upload.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct UploadMark {
    /// When the upload was begun, in UTC: `20261129T101500Z`.
    pub time: String,
    /// The upload's id: 32 hexadecimal digits.
    pub id: String,
}

impl UploadMark {
    /// Makes a mark; `None` when the time or the id is not of its form.
    pub fn new(time: &str, id: &str) -> Option<Self> {
        let is_id =
            id.len() == ID_LETTERS && id.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        let mark = Self { time: time.to_owned(), id: id.to_owned() };
        (is_id && mark.date_and_hour().is_some()).then_some(mark)
    }

    /// Puts the mark into a file's name, before its extension.
    pub fn put_on(&self, name: &str) -> String {
        let (stem, extension) = name.rsplit_once('.').map_or((name, None), |(stem, end)| (stem, Some(end)));
        let marked = format!("{stem}{SIGN}{}-{}", self.time, self.id);
        extension.map_or_else(|| marked.clone(), |extension| format!("{marked}.{extension}"))
    }

    /// Reads a file's name, from a path: the name as it was sent, and the mark if it has one.
    pub fn read(path: &Path) -> (String, Option<Self>) {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let read = || {
            let (stem, extension) = name.rsplit_once('.')?;
            let (stem, mark) = stem.rsplit_once(SIGN)?;
            let (time, id) = mark.split_once('-')?;
            Some((format!("{stem}.{extension}"), Self::new(time, id)?))
        };
        match read() {
            Some((sent, mark)) => (sent, Some(mark)),
            None => (name, None),
        }
    }

    /// The month of the upload by the clocks of Seoul.
    pub(super) fn month(&self) -> Option<Month> {
        let (date, hour) = self.date_and_hour()?;
        let days = date.days_since_1970() + i32::from(hour + SEOUL >= 24);
        Month::of(Date::from_days_since_1970(days)?)
    }

    fn date_and_hour(&self) -> Option<(Date, u32)> {
        let (day, time) = self.time.strip_suffix('Z')?.split_once('T')?;
        let all_digits = [day, time].iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()));
        if (day.len(), time.len(), all_digits) != (8, 6, true) {
            return None;
        }
        Some((Date::parse(day)?, time.get(..2)?.parse().ok().filter(|hour| *hour < 24)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "00112233445566778899aabbccddeeff";

    #[test]
    fn a_mark_is_read_off_the_name_it_was_put_on() {
        let mark = UploadMark::new("20261129T101500Z", ID).unwrap();
        for name in ["강남 (2026년 11월).csv", "kolas.2026.mrc", "a.up-b.csv"] {
            let marked = mark.put_on(name);
            assert_eq!(
                UploadMark::read(Path::new(&marked)),
                (name.to_owned(), Some(mark.clone())),
                "{marked}"
            );
            let again = UploadMark::new("20261130T000000Z", ID).unwrap();
            assert_eq!(UploadMark::read(Path::new(&again.put_on(&marked))), (marked, Some(again)));
        }
        for name in [
            "강남.csv",
            "강남.up-20261129T101500Z-short.csv",
            "강남.up-20261329T101500Z-00112233445566778899aabbccddeeff.csv",
        ] {
            assert_eq!(UploadMark::read(Path::new(name)), (name.to_owned(), None));
        }
    }

    #[test]
    fn the_month_is_that_of_seoul() {
        for (time, month) in [
            ("20261130T145959Z", "2026-11"),
            ("20261130T150000Z", "2026-12"),
            ("20261231T230000Z", "2027-01"),
        ] {
            assert_eq!(UploadMark::new(time, ID).unwrap().month().unwrap().to_string(), month);
        }
    }
}
