//! Names the formats that are recognised and not read, each with what to export in its place.
//!
//! Not how they are recognised (`format`). Invariant: each has a name and a remedy in both languages.

macro_rules! foreign {
    ($($variant:ident $name:literal, $korean_name:literal, $remedy:literal, $korean:literal;)*) => {
        /// A format that is known by name and not read.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Foreign {
            $(#[doc = concat!("The format `", $name, "`.")] $variant,)*
        }

        impl Foreign {
            /// Every one, for tests.
            #[cfg(test)]
            pub(super) const ALL: &[Self] = &[$(Self::$variant),*];

            /// The name, with its article where it takes one.
            pub(super) fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// The name in Korean.
            pub(super) fn korean_name(self) -> &'static str {
                match self { $(Self::$variant => $korean_name),* }
            }

            /// The remedy, in English.
            pub(super) fn remedy(self) -> &'static str {
                match self { $(Self::$variant => $remedy),* }
            }

            /// The remedy, as a Korean sentence.
            pub(super) fn korean_remedy(self) -> &'static str {
                match self { $(Self::$variant => $korean),* }
            }
        }
    };
}

foreign! {
    Pdf "a PDF document", "PDF 문서", "export the list as CSV or Excel (.xlsx)", "목록을 CSV나 엑셀(.xlsx)로 내보내 주세요.";
    WebPage "a web page, perhaps an error page saved under the file's name", "웹 페이지(오류 화면이 파일로 저장되었을 수 있습니다)",
        "download the file again", "파일을 다시 내려받아 주세요.";
    OldExcel "an old Excel workbook (.xls)", "옛 엑셀 파일(.xls)", "open it and save it as Excel workbook (.xlsx) or as CSV UTF-8",
        "열어서 엑셀 통합 문서(.xlsx)나 CSV UTF-8로 다시 저장해 주세요.";
    Hwp "a Hangul word processor document (HWP)", "한글 문서(HWP)", "copy its table into a spreadsheet and save that as .xlsx or CSV",
        "표를 엑셀에 옮겨 .xlsx나 CSV로 저장해 주세요.";
    OldOffice "an old Office document (.xls, .doc or .hwp)", "옛 오피스 문서(.xls, .doc, .hwp)", "save the list as .xlsx or CSV",
        "목록을 .xlsx나 CSV로 저장해 주세요.";
    Word "a Word document (.docx)", "워드 문서(.docx)", "copy its table into a spreadsheet and save that as .xlsx or CSV",
        "표를 엑셀에 옮겨 .xlsx나 CSV로 저장해 주세요.";
    OpenDocument "an OpenDocument file (.ods, .odt)", "오픈도큐먼트 파일(.ods, .odt)", "save the sheet as .xlsx or CSV",
        "시트를 .xlsx나 CSV로 저장해 주세요.";
    BinaryExcel "a binary Excel workbook (.xlsb)", "바이너리 엑셀 파일(.xlsb)", "save it as Excel workbook (.xlsx) or as CSV UTF-8",
        "엑셀 통합 문서(.xlsx)나 CSV UTF-8로 다시 저장해 주세요.";
    Epub "an e-book (EPUB)", "전자책(EPUB)", "send the records of the books, not the books", "책이 아니라 책의 목록을 넣어 주세요.";
    OtherArchive "compressed in a way that is not read (7z, RAR, xz, bzip2, zstd)", "읽지 않는 방식(7z, RAR, xz, bzip2, zstd)으로 압축한 파일",
        "unpack it, or pack it as .zip or .gz", "압축을 풀어 넣거나 .zip, .gz로 압축해 주세요.";
    Locked "an archive or workbook locked by a password", "암호가 걸린 압축 파일이나 엑셀 파일", "save it without the password",
        "암호를 풀고 다시 저장해 주세요.";
    Database "a database file (SQLite, Access)", "데이터베이스 파일(SQLite, Access)", "export the table of books as CSV",
        "책이 담긴 표를 CSV로 내보내 주세요.";
    Sql "an SQL script", "SQL 스크립트", "export the table of books as CSV", "책이 담긴 표를 CSV로 내보내 주세요.";
    Image "a picture", "그림 파일", "export the list as CSV or Excel (.xlsx)", "목록을 CSV나 엑셀(.xlsx)로 내보내 주세요.";
    Binary "binary data, no text", "글이 아닌 이진 데이터", "export the list as CSV, or the records as MARC 21", "목록은 CSV로, 서지는 MARC로 내보내 주세요.";
    Bibframe "BIBFRAME", "BIBFRAME", "export MARC 21 or MARCXML", "MARC 21(KORMARC)이나 MARCXML로 내보내 주세요.";
    Rdf "RDF (linked data)", "RDF(링크드 데이터)", "export MARC 21, MARCXML, MODS or CSV", "MARC 21(KORMARC), MARCXML, MODS나 CSV로 내보내 주세요.";
    Ris "RIS references", "RIS 참고 문헌", "export the list as CSV, or the records as MARC 21", "목록을 CSV나 MARC로 내보내 주세요.";
    Bibtex "BibTeX references", "BibTeX 참고 문헌", "export the list as CSV, or the records as MARC 21", "목록을 CSV나 MARC로 내보내 주세요.";
    Endnote "EndNote references", "EndNote 참고 문헌", "export the list as CSV, or the records as MARC 21", "목록을 CSV나 MARC로 내보내 주세요.";
    MarcText "MARC as text (.mrk)", "글로 적은 MARC(.mrk)", "export it as ISO 2709 (.mrc) or MARCXML", "ISO 2709(.mrc)나 MARCXML로 내보내 주세요.";
    AlephSequential "Aleph sequential records", "Aleph sequential 레코드", "export MARC 21 (ISO 2709) or MARCXML",
        "MARC 21(ISO 2709)이나 MARCXML로 내보내 주세요.";
    Pica "PICA records", "PICA 레코드", "export MARC 21 (ISO 2709) or MARCXML", "MARC 21(ISO 2709)이나 MARCXML로 내보내 주세요.";
    GoodreadsXml "Goodreads XML", "Goodreads XML", "use the CSV that Goodreads exports", "Goodreads의 CSV 내보내기를 써 주세요.";
    Feed "a feed (RSS or Atom)", "피드(RSS, Atom)", "export the records as MARC 21, MARCXML or CSV", "서지를 MARC 21, MARCXML이나 CSV로 내보내 주세요.";
    Ead "EAD, a finding aid of an archive", "EAD(기록물 검색 도구)", "export MARC 21, MARCXML or MODS of the books",
        "책의 서지를 MARC 21, MARCXML이나 MODS로 내보내 주세요.";
    Tei "TEI text", "TEI 문서", "export MARC 21, MARCXML or MODS of the books", "책의 서지를 MARC 21, MARCXML이나 MODS로 내보내 주세요.";
    Mets "METS", "METS", "export MODS, MARC 21 or MARCXML", "MODS, MARC 21이나 MARCXML로 내보내 주세요.";
    Authorities "authority records (MADS)", "전거 레코드(MADS)", "export the records of the books", "전거가 아니라 책의 서지를 내보내 주세요.";
    OaiWithoutRecords "an OAI-PMH answer without records", "레코드가 없는 OAI-PMH 응답", "save the answers of the verb ListRecords",
        "verb=ListRecords의 응답을 저장해 주세요.";
    OpenLibraryOther "an Open Library dump of authors or works", "Open Library의 저자나 저작 덤프", "use the dump of editions", "판(editions) 덤프를 써 주세요.";
    JsonLd "JSON-LD (linked data)", "JSON-LD(링크드 데이터)", "export MARC 21, MARCXML or CSV", "MARC 21, MARCXML이나 CSV로 내보내 주세요.";
    JsonArray "a JSON array", "JSON 배열", "write one object a line (JSON Lines)", "한 줄에 객체 하나씩(JSON Lines) 적어 주세요.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_named_with_a_remedy_in_both_languages() {
        for foreign in Foreign::ALL {
            assert!(!foreign.name().is_empty() && !foreign.remedy().is_empty(), "{foreign:?}");
            assert!(foreign.korean_remedy().ends_with("주세요."), "{foreign:?}");
            assert!(!foreign.korean_name().is_empty(), "{foreign:?}");
        }
    }
}
