//! Finds the columns of a file: by name, whatever the order.
//!
//! Not the values in them. Invariant: a column is found by one of its known names, case, blanks and the signs
//! `_ - /` left aside; of two columns with the same meaning the first counts.

use std::path::Path;

use super::error::{Problem, WrongFile};
use crate::report::{FileReport, FindingKind};

/// A column we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Column {
    /// Its usual name, for messages.
    pub(crate) name: &'static str,
    /// Other names it goes by, folded as [`folded`] does.
    others: &'static [&'static str],
}

macro_rules! columns {
    ($($constant:ident $name:literal $others:expr;)*) => {
        $(pub(crate) const $constant: Column = Column { name: $name, others: &$others };)*
    };
}

columns! {
    TITLE "도서명" ["서명", "제목", "자료명", "본표제", "title", "bookname"];
    AUTHORS "저자" ["저자명", "저작자", "authors", "author"];
    PUBLISHER "출판사" ["출판사명", "발행자", "발행처", "publisher"];
    YEAR "발행년도" ["발행연도", "출판년도", "출판연도", "발행년", "year", "publicationyear"];
    ISBN "ISBN" ["isbn13"];
    VOLUME "권" ["권차", "volume", "vol"];
    CLASS "주제분류번호" ["분류번호", "kdc", "classno"];
    LOANS "대출건수" ["대출횟수", "loans", "loancount"];
    REGISTERED "등록일자" ["등록일", "regdate", "registered"];
    LIBRARY "도서관" ["도서관명", "소장도서관", "library", "libname"];
    KEYWORDS "keywords" ["키워드", "keyword"];
    ENGLISH "eng" ["english", "영어", "from"];
    KOREAN "kor" ["korean", "한국어", "to"];
    CODE "code" ["도서관코드", "libcode"];
    NAME "name" ["도서관명", "도서관", "libname"];
    ADDRESS "address" ["주소", "소재지"];
    LATITUDE "latitude" ["위도", "lat"];
    LONGITUDE "longitude" ["경도", "lon", "lng"];
    HOMEPAGE "homepage" ["홈페이지", "url"];
    INVENTED "invented" ["지어냄"];
}

impl Column {
    /// A MARC field, which has one name only.
    pub(crate) const fn field(tag: &'static str) -> Self {
        Self { name: tag, others: &[] }
    }

    fn is_named(self, folded_name: &str) -> bool {
        folded_name == folded(self.name) || self.others.contains(&folded_name)
    }
}

/// The places of known columns in the header of one file.
#[derive(Debug)]
pub(crate) struct Places<'a> {
    path: &'a Path,
    header: &'a [String],
    names: Vec<String>,
}

impl<'a> Places<'a> {
    /// The columns of a file; `path` is for messages.
    pub(crate) fn new(path: &'a Path, header: &'a [String]) -> Self {
        Self { path, header, names: header.iter().map(|name| folded(name)).collect() }
    }

    /// Where a column is; says in the report when there are several.
    pub(crate) fn find(&self, column: Column, report: &mut FileReport) -> Option<usize> {
        let mut places =
            (0..).zip(&self.names).filter(|(_, name)| column.is_named(name)).map(|(place, _)| place);
        let first = places.next();
        if places.next().is_some() {
            report.add(0, column.name, FindingKind::ColumnTwice, || column.name.to_owned(), || None);
        }
        first
    }

    /// Where a column is that would be useful; says in the report when it is not there.
    pub(crate) fn wanted(&self, column: Column, report: &mut FileReport) -> Option<usize> {
        let place = self.find(column, report);
        if place.is_none() {
            report.add(0, column.name, FindingKind::ColumnMissing, || column.name.to_owned(), || None);
        }
        place
    }

    /// Where columns are without which the file is of no use.
    ///
    /// # Errors
    /// Names all that are missing, and what was found.
    pub(crate) fn needed<const N: usize>(
        &self,
        columns: [Column; N],
        report: &mut FileReport,
    ) -> Result<[usize; N], WrongFile> {
        let places = columns.map(|column| self.find(column, report));
        let missing: Vec<&'static str> = (columns.iter().zip(places))
            .filter_map(|(column, place)| place.is_none().then_some(column.name))
            .collect();
        if missing.is_empty() {
            return Ok(places.map(Option::unwrap_or_default));
        }
        let problem = Problem::MissingColumns { missing, found: self.header.to_vec() };
        Err(WrongFile::new(self.path, problem))
    }
}

fn folded(name: &str) -> String {
    name.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-' | '/'))
        .flat_map(char::to_lowercase)
        .collect()
}
