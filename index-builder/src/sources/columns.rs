//! Finds the columns of a file by their meaning, whatever they are called and in whatever order.
//!
//! Not the values in them. Invariants: letters and digits of a name count, and nothing else of it; of two columns with one meaning
//! the one with the more usual name counts; what is passed over is named in the report.
//!
//! Where the names were seen: the monthly lists of 정보나루 (data4library.kr); lists of libraries on data.go.kr (`소장도서관명`,
//! `자료실명`, `데이터기준일자`) and of districts of Seoul (송파구: `표준번호(ISBN, ISSN)`, `배가일`; 동작구: `관리구분`,
//! `국제표준도서번호(ISBN)`); tables of KOLAS (`본표제`, `저작자`, `편/권차`, `총서표제`, `최초배가일자`, `배가위치`); the ISBN
//! service of the National Library of Korea (`EA_ISBN`, `SERIES_TITLE`, `PUBLISH_PREDATE`); exports of Goodreads, `LibraryThing`
//! (`Primary Author`), Calibre (`pubdate`), Evergreen (`Owning Library`, `Shelving Location`) and Sierra (`Record Num`); inventories of
//! the public libraries of Seattle and Louisville (`BibNum`, `ItemLocation`, `ItemCount`); the data sets goodbooks-10k
//! (`original_publication_year`), BX-Books (`Book-Title`, `Year-Of-Publication`) and 7k books (`published_year`).

use std::path::Path;

use super::error::{Problem, WrongFile};
use crate::report::{ColumnUse, FileReport, FindingKind};

/// A column we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Column {
    /// Its usual name, for messages.
    pub(crate) name: &'static str,
    /// Other names it goes by, folded as [`folded`] does, the more usual first.
    others: &'static [&'static str],
}

macro_rules! columns {
    ($($constant:ident $name:literal $others:expr;)*) => {
        $(pub(crate) const $constant: Column = Column { name: $name, others: &$others };)*
    };
}

columns! {
    TITLE "도서명" [
        "서명", "본표제", "표제", "자료명", "책제목", "도서제목", "제목", "책이름", "title", "booktitle", "bookname",
        "titleproper", "maintitle", "fulltitle", "titleofwork",
    ];
    SUBTITLE "부서명" ["부표제", "부제", "부제목", "subtitle"];
    OTHER_TITLE "원서명" ["원제", "원표제", "대등표제", "originaltitle", "uniformtitle"];
    AUTHORS "저자" [
        "저자명", "저작자", "저작자명", "지은이", "글쓴이", "작가", "저자역자", "저자사항", "책임표시", "authors", "author", "bookauthor",
        "primaryauthor", "authorname", "creator", "writer",
    ];
    PUBLISHER "출판사" [
        "출판사명", "발행자", "발행자명", "발행처", "발행처명", "출판자", "출판처", "publisher", "publishername",
    ];
    YEAR "발행년도" [
        "발행연도", "출판년도", "출판연도", "발행년", "출판년", "간행년", "간행연도", "발행일", "발행일자", "출판일", "출판일자", "발행년월",
        "year", "publicationyear", "pubyear", "publishyear", "publishedyear", "yearpublished", "yearofpublication",
        "publicationdate", "pubdate", "publisheddate", "datepublished", "publishdate", "publishpredate",
        "originalpublicationyear",
    ];
    ISBN "ISBN" [
        "isbn13", "isbn13자리", "eaisbn", "국제표준도서번호", "표준도서번호", "국제표준번호", "표준번호", "isbn번호", "isbn코드", "isbns",
        "isbnno", "isbnissn", "ean", "ean13", "isbn10", "isbn10자리",
    ];
    VOLUME "권" ["권차", "편권차", "권호", "권차명", "권호명", "volume", "vol", "volumenumber", "volno"];
    SERIES "총서" ["총서명", "총서표제", "총서사항", "시리즈", "시리즈명", "series", "seriestitle", "seriesname"];
    EDITION "판사항" ["판차", "edition"];
    CLASS "주제분류번호" [
        "분류번호", "분류기호", "kdc", "kdc분류", "kdc번호", "kdc분류번호", "kdc분류기호", "kdc기호", "classno", "classnumber",
    ];
    CALL_NUMBER "청구기호" ["청구번호", "callnumber", "callno", "shelfmark"];
    ROOM "자료실" [
        "자료실명", "소장자료실", "배가위치", "배가장소", "배가실", "소장위치", "소장장소", "비치장소", "서가위치", "shelvinglocation",
        "itemlocation", "location", "locationname",
    ];
    CONTROL "등록번호" [
        "도서등록번호", "자료등록번호", "바코드", "barcode", "accessionnumber", "accessionno", "제어번호", "controlnumber", "bibnum",
        "recordnumber", "recordnum",
    ];
    COPIES "도서권수" [
        "소장권수", "소장수", "보유권수", "장서수", "복본수", "소장책수", "copies", "itemcount", "numberofcopies", "copycount",
    ];
    LOANS "대출건수" [
        "대출횟수", "대출수", "총대출건수", "총대출횟수", "loans", "loancount", "loancnt", "checkouts", "circcount",
    ];
    REGISTERED "등록일자" [
        "등록일", "배가일자", "배가일", "최초배가일자", "최초배가일", "입수일자", "입수일", "수입일자", "regdate", "registered",
        "registrationdate", "dateacquired", "acquisitiondate", "dateadded",
    ];
    LIBRARY "도서관" [
        "도서관명", "소장도서관", "소장도서관명", "소장기관", "소장기관명", "소장처", "소장처명", "보유도서관", "도서관구분", "관리구분",
        "library", "libraryname", "libname", "owninglibrary", "circulatinglibrary", "homelibrary", "owningbranch", "branch",
        "branchname",
    ];
    LANGUAGE "언어" ["언어코드", "language", "languagecode", "lang", "languages"];
    KEYWORDS "keywords" ["키워드", "keyword"];
    ENGLISH "eng" ["english", "영어", "from"];
    KOREAN "kor" ["korean", "한국어", "to"];
    CODE "code" ["도서관코드", "libcode"];
    NAME "name" ["도서관명", "도서관", "libname"];
    ADDRESS "address" ["주소", "소재지"];
    LATITUDE "latitude" ["위도", "lat"];
    LONGITUDE "longitude" ["경도", "lon", "lng"];
    HOMEPAGE "homepage" ["홈페이지", "url"];
    FULL_NAME "full_name" ["정식명칭", "정식이름", "전체이름", "fullname", "officialname"];
    ROMANISED "romanised" [
        "영문명", "영문이름", "영문도서관명", "로마자", "로마자이름", "romanized", "latinname", "englishname", "nameen", "libnameen",
    ];
    REGION "region" ["지역", "권역", "시도", "시군구", "자치구", "district", "area"];
    TELEPHONE "tel" ["전화", "전화번호", "대표전화", "연락처", "telephone", "phone", "phonenumber"];
    HOURS "hours" ["운영시간", "이용시간", "개관시간", "열람시간", "openinghours", "openhours", "operatingtime"];
    CLOSED "closed" ["휴관일", "정기휴관일", "휴관", "정기휴관", "closeddays", "closingdays"];
    CATALOGUE "catalogue" ["자료검색", "소장자료검색", "자료검색주소", "catalog", "catalogueurl", "catalogurl", "opac"];
    HOLDINGS_LINK "holdings_link" ["소장주소", "책주소", "소장확인주소", "holdingslink", "linkpattern", "deeplink"];
    RESERVATION "reservation" ["예약", "도서예약", "예약주소", "reserve", "hold"];
    INTERLIBRARY_LOAN "interlibrary_loan" ["상호대차", "상호대차주소", "책바다", "interlibraryloan", "ill"];
    PURCHASE_REQUEST "purchase_request" ["희망도서", "희망도서신청", "구입신청", "purchaserequest", "suggestapurchase"];
    INVENTED "invented" ["지어냄"];
    AVAILABLE "available" ["대출가능", "대출가능여부", "대출상태", "자료상태", "loanavailable", "availability"];
    AS_OF "date" ["기준일", "기준일자", "조회일", "날짜", "asof"];
    DATE "date" ["날짜", "일자", "휴일날짜", "공휴일날짜", "locdate"];
    HOLIDAY "name" ["휴일명", "공휴일", "공휴일명", "명칭", "이름", "datename", "holiday"];
}

impl Column {
    /// A MARC field, which has one name only.
    pub(crate) const fn field(tag: &'static str) -> Self {
        Self { name: tag, others: &[] }
    }

    /// How usual a name is for this column, 0 the most; `None` when it is no name of it.
    fn rank(self, name: &Folded) -> Option<usize> {
        let usual = folded(self.name);
        let of = |name: &str| {
            if name == usual {
                return Some(0);
            }
            self.others.iter().position(|other| *other == name).map(|place| place + 1)
        };
        of(&name.whole).or_else(|| of(&name.outside))
    }
}

/// A name in a header, folded.
#[derive(Debug)]
struct Folded {
    whole: String,
    /// Without what stands in brackets: `표준번호(ISBN, ISSN)` is a 표준번호.
    outside: String,
}

impl Folded {
    fn new(name: &str) -> Self {
        let outside = name.split(['(', '[', '（']).next().unwrap_or("");
        Self { whole: folded(name), outside: folded(outside) }
    }
}

/// Tells whether cells name the columns of a table of books: a title, and something else that is known of books.
pub(super) fn names_books(cells: &[String]) -> bool {
    const BESIDE: [Column; 8] = [ISBN, AUTHORS, PUBLISHER, YEAR, CALL_NUMBER, CLASS, CONTROL, LIBRARY];
    names(cells, &[TITLE]) && BESIDE.iter().any(|column| names(cells, &[*column]))
}

/// Tells whether cells name all of these columns.
pub(super) fn names(cells: &[String], columns: &[Column]) -> bool {
    let folded: Vec<Folded> = cells.iter().map(|cell| Folded::new(cell)).collect();
    columns.iter().all(|column| folded.iter().any(|name| column.rank(name).is_some()))
}

/// The places of known columns in the header of one file.
#[derive(Debug)]
pub(crate) struct Places<'a> {
    path: &'a Path,
    header: &'a [String],
    names: Vec<Folded>,
}

impl<'a> Places<'a> {
    /// The columns of a file; `path` is for messages.
    pub(crate) fn new(path: &'a Path, header: &'a [String]) -> Self {
        Self { path, header, names: header.iter().map(|name| Folded::new(name)).collect() }
    }

    /// Where a column is; says in the report when there are several of its most usual name.
    pub(crate) fn find(&self, column: Column, report: &mut FileReport) -> Option<usize> {
        let mut found = self.ranked(column);
        found.sort_by_key(|&(rank, _)| rank);
        let (rank, first) = found.first().copied()?;
        if found.get(1).is_some_and(|&(other, _)| other == rank) {
            report.add(0, column.name, FindingKind::ColumnTwice, || column.name.to_owned(), || None);
        }
        self.used(first, column, report);
        Some(first)
    }

    /// Where all columns with one meaning are, those first whose name says that they hold thirteen digits, those last that
    /// hold ten.
    pub(super) fn find_all(&self, column: Column, report: &mut FileReport) -> Vec<usize> {
        let mut found: Vec<usize> = self.ranked(column).into_iter().map(|(_, place)| place).collect();
        let digits = |place: &usize| {
            let name = self.names.get(*place).map_or("", |name| &name.whole);
            (!name.contains("13"), name.contains("10"))
        };
        found.sort_by_key(digits);
        found.iter().for_each(|&place| self.used(place, column, report));
        found
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

    /// Names in the report the columns that were not asked for.
    pub(super) fn pass_over_others(&self, report: &mut FileReport) {
        let used = |name: &String| report.columns.iter().any(|column| column.name == *name);
        let others = self.header.iter().filter(|name| !name.is_empty() && !used(name)).cloned().collect();
        report.passed_over = others;
    }

    fn ranked(&self, column: Column) -> Vec<(usize, usize)> {
        let places = (0..).zip(&self.names);
        places.filter_map(|(place, name)| Some((column.rank(name)?, place))).collect()
    }

    fn used(&self, place: usize, column: Column, report: &mut FileReport) {
        let name = self.header.get(place).cloned().unwrap_or_default();
        report.columns.push(ColumnUse { name, meaning: column.name });
    }
}

/// Leaves of a name its letters and digits, the letters small.
fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(header: &[&str], column: Column) -> Option<String> {
        let header: Vec<String> = header.iter().map(|&name| name.to_owned()).collect();
        let place = Places::new(Path::new("t.csv"), &header).find(column, &mut FileReport::default())?;
        Some(header[place].clone())
    }

    #[test]
    fn headers_in_use_are_understood() {
        for (header, column, name) in [
            (&["번호", "서명", "표준번호(ISBN, ISSN)"][..], ISBN, "표준번호(ISBN, ISSN)"),
            (&["서명", "국제표준도서번호(ISBN)"], ISBN, "국제표준도서번호(ISBN)"),
            (&["소장도서관명", "도서명"], LIBRARY, "소장도서관명"),
            (&["관리구분", "서명"], LIBRARY, "관리구분"),
            (&["등록번호", "배가일"], REGISTERED, "배가일"),
            (&["배가일자", "등록일자"], REGISTERED, "등록일자"),
            (&["ISBN", "편/권차"], VOLUME, "편/권차"),
            (&["Title", "Year Published", "Original Publication Year"], YEAR, "Year Published"),
            (&["book_id", "original_publication_year"], YEAR, "original_publication_year"),
            (&["Book-Title", "Year-Of-Publication"], TITLE, "Book-Title"),
            (&["Owning Library", "Call Number"], CALL_NUMBER, "Call Number"),
            (&["* 도서명 ", "저자"], TITLE, "* 도서명 "),
        ] {
            assert_eq!(meaning(header, column).as_deref(), Some(name), "{header:?}");
        }
        assert_eq!(meaning(&["세트 ISBN", "부가기호", "도서번호"], ISBN), None);
        assert_eq!(meaning(&["데이터기준일자", "반납일자"], REGISTERED), None);
    }

    #[test]
    fn what_is_passed_over_is_named() {
        let header: Vec<String> = ["번호", "도서명", "ISBN10", "ISBN13", ""].map(str::to_owned).to_vec();
        let mut report = FileReport::default();
        let places = Places::new(Path::new("t.csv"), &header);
        assert_eq!(places.find(TITLE, &mut report), Some(1));
        assert_eq!(places.find_all(ISBN, &mut report), [3, 2], "thirteen digits first");
        places.pass_over_others(&mut report);
        assert_eq!(report.passed_over, ["번호"]);
        assert_eq!(report.columns.len(), 3);
    }
}
