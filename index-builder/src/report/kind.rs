//! Everything that can be wrong with a row, each with a name, a weight and advice.
//!
//! Not the findings themselves. Invariant: codes never change once released; other programs sort by them.

use serde::Serialize;

/// The fate of a row in which something was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The row is not in the catalogue.
    Rejected,
    /// The row is in the catalogue, with something changed or left out.
    Repaired,
    /// The row is in the catalogue as it came, and somebody should look at it.
    Kept,
}

impl Severity {
    /// All of them, in the order of a report for librarians.
    pub(super) const IN_REPORTS: [Self; 3] = [Self::Rejected, Self::Kept, Self::Repaired];

    /// For Korean readers.
    pub fn korean(self) -> &'static str {
        match self {
            Self::Rejected => "제외",
            Self::Repaired => "고침",
            Self::Kept => "그대로 둠",
        }
    }
}

macro_rules! kinds {
    ($($name:ident $code:literal $severity:ident $title:literal $done:literal $advice:literal;)*) => {
        /// A kind of finding.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FindingKind {
            $(#[doc = $title] $name,)*
        }

        impl FindingKind {
            /// Every kind, the gravest first.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The name programs use.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code),* }
            }

            /// Returns the fate of the row.
            pub fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity),* }
            }

            /// Tells whether a file in which nearly all rows are so is damaged itself. A book that lacks something says nothing
            /// against the file it is in.
            pub fn speaks_against_the_file(self) -> bool {
                matches!(self, Self::RowUnreadable | Self::RecordUnreadable)
            }

            /// Names the fault, in Korean.
            pub fn title(self) -> &'static str {
                match self { $(Self::$name => $title),* }
            }

            /// Names the repair, in Korean.
            pub fn done(self) -> &'static str {
                match self { $(Self::$name => $done),* }
            }

            /// Advises a librarian what to do about it, in Korean.
            pub fn advice(self) -> &'static str {
                match self { $(Self::$name => $advice),* }
            }
        }
    };
}

kinds! {
    RowUnreadable "row_unreadable" Rejected "읽을 수 없는 행" "행을 제외했습니다"
        "칸 수가 머리글과 다르거나 따옴표가 닫히지 않았습니다. 파일을 다시 내려받거나 그 행을 고쳐 주세요.";
    RecordUnreadable "record_unreadable" Rejected "읽을 수 없는 MARC 레코드" "레코드를 제외했습니다"
        "레코드가 중간에 잘렸거나 디렉터리가 맞지 않습니다. 그 레코드를 다시 반출해 주세요.";
    EncodingUnknown "encoding_unknown" Rejected "문자 집합을 알 수 없는 레코드" "글자를 지어내지 않고 레코드를 제외했습니다"
        "보이는 바이트가 어떤 글자인지 도서관 시스템에서 확인하고, UTF-8로 다시 반출해 주세요.";
    RecordDeleted "record_deleted" Rejected "삭제 표시된 레코드" "레코드를 제외했습니다"
        "리더 5번째 자리가 d입니다. 소장하는 책이면 n이나 c로 고쳐 주세요.";
    RecordAuthority "record_authority" Rejected "전거 레코드" "레코드를 제외했습니다"
        "저자나 주제의 전거를 적은 레코드로 책이 아닙니다(리더 6번째 자리 z). 서지 레코드를 따로 반출해 주세요.";
    RecordHoldings "record_holdings" Rejected "소장 레코드" "레코드를 제외했습니다"
        "소장 사항만 적은 레코드입니다(리더 6번째 자리 u, v, x, y). 소장 사항을 서지 레코드에 넣어(049, 852) 반출해 주세요.";
    RecordNoBook "record_no_book" Rejected "분류표나 지역 정보 레코드" "레코드를 제외했습니다"
        "분류표(리더 6번째 자리 w)나 지역 정보(q)의 레코드로 책이 아닙니다.";
    ReferenceUnreadable "reference_unreadable" Rejected "책을 가리키지 않는 번호" "행을 제외했습니다"
        "이 행은 책의 번호로 책에 딸립니다. 13자리(또는 10자리) ISBN이나 책의 id로 고쳐 주세요.";
    TitleMissing "title_missing" Rejected "도서명 없음" "행을 제외했습니다" "도서명을 넣어 주세요.";
    LibraryMissing "library_missing" Rejected "도서관 이름 없음" "행을 제외했습니다"
        "도서관 칸에 소장 도서관 이름을 넣어 주세요.";
    SynonymIncomplete "synonym_incomplete" Rejected "한쪽이 빈 동의어" "행을 제외했습니다"
        "두 칸을 모두 채우거나 행을 지워 주세요.";
    SynonymOfItself "synonym_of_itself" Rejected "양쪽이 같은 동의어" "행을 제외했습니다" "행을 지워 주세요.";
    HolidayUnreadable "holiday_unreadable" Rejected "읽을 수 없는 공휴일 날짜" "행을 제외했습니다"
        "2027-01-01처럼 적어 주세요.";
    LoanUnreadable "loan_unreadable" Rejected "읽을 수 없는 대출 상태" "행을 제외했습니다"
        "대출할 수 있으면 Y, 없으면 N으로 적어 주세요.";
    LoanDayUnreadable "loan_day_unreadable" Rejected "읽을 수 없는 기준일" "행을 제외했습니다"
        "2026-11-28처럼 적어 주세요.";
    LoanDayToCome "loan_day_to_come" Rejected "앞날의 기준일" "행을 제외했습니다" "기준일을 확인해 주세요.";
    LoanTooOld "loan_too_old" Rejected "너무 오래된 대출 상태" "행을 제외했습니다" "새 상태를 넣어 주세요.";
    LoanBookUnknown "loan_book_unknown" Rejected "색인에 없는 책의 대출 상태" "행을 제외했습니다"
        "소장 목록에 있는 책인지 확인해 주세요.";
    LoanLibraryUnknown "loan_library_unknown" Rejected "색인에 없는 도서관의 대출 상태" "행을 제외했습니다"
        "도서관 이름이나 도서관 코드를 소장 목록과 같게 적어 주세요.";
    LoanNotHeld "loan_not_held" Rejected "그 도서관에 없는 책의 대출 상태" "행을 제외했습니다"
        "소장 목록에 있는 책인지 확인해 주세요.";
    LibraryTwice "library_twice" Rejected "두 번 적힌 도서관" "처음 적힌 행만 썼습니다"
        "도서관 목록에서 한 행만 남겨 주세요.";
    ChoiceUnusable "choice_unusable" Rejected "약속된 꼴이 아닌 선택 기록" "행을 제외했습니다"
        "내보낸 파일을 고치지 말고 그대로 넣어 주세요.";
    IsbnTidied "isbn_tidied" Repaired "ISBN에 섞인 다른 글자" "숫자 13자리만 썼습니다" "급하지 않습니다.";
    IsbnFromTen "isbn_from_ten" Repaired "10자리 ISBN" "13자리로 바꿨습니다" "급하지 않습니다.";
    IsbnZerosPutBack "isbn_zeros_put_back" Repaired "앞의 0이 빠진 10자리 ISBN" "0을 채우고 13자리로 바꿨습니다"
        "엑셀이 번호를 숫자로 바꾸면 앞의 0이 빠집니다. ISBN 열을 텍스트로 두고 저장해 주세요.";
    IsbnPassedOver "isbn_passed_over" Repaired "함께 적힌 쓸 수 없는 ISBN" "그 번호를 빼고 실었습니다"
        "020 필드의 번호를 확인해 주세요.";
    MarcLengths "marc_lengths" Repaired "레코드 길이나 디렉터리가 맞지 않는 레코드" "필드 끝 기호로 나누어 읽었습니다"
        "인코딩을 바꾼 뒤 길이를 고치지 않은 파일입니다. 도서관 시스템에서 다시 반출하면 없어집니다.";
    StrayBytes "stray_bytes" Repaired "레코드 사이에 낀 바이트" "그 바이트를 건너뛰었습니다"
        "파일을 합치거나 옮길 때 깨지지 않았는지 확인해 주세요.";
    BytesUndecodable "bytes_undecodable" Repaired "글자로 읽을 수 없는 바이트" "그 자리를 �로 두었습니다"
        "CP949나 UTF-8로 다시 저장해 주세요.";
    OtherEncoding "other_encoding" Repaired "파일과 다른 인코딩의 행" "CP949로 읽었습니다"
        "한 파일은 한 가지 인코딩으로 저장해 주세요.";
    StrayQuote "stray_quote" Repaired "닫히지 않은 따옴표" "그 줄만 한 행으로 읽었습니다"
        "값 안의 큰따옴표는 두 번(\"\") 적어야 합니다.";
    CellsMissing "cells_missing" Repaired "칸이 모자라는 행" "없는 칸은 빈 값으로 보았습니다"
        "줄이 중간에 잘리지 않았는지 확인해 주세요.";
    LinesAboveHeader "lines_above_header" Repaired "머리글 위에 있는 줄" "제목으로 보고 건너뛰었습니다" "급하지 않습니다.";
    HeaderRepeated "header_repeated" Repaired "되풀이된 머리글" "그 줄을 건너뛰었습니다" "급하지 않습니다.";
    TextCut "text_cut" Repaired "너무 긴 값" "앞부분만 썼습니다" "값이 맞는지 확인해 주세요.";
    MarkUp "mark_up" Repaired "값에 섞인 HTML 태그" "태그를 뺐습니다" "급하지 않습니다.";
    Entity "entity" Repaired "값에 섞인 HTML 문자 표기" "글자로 바꿨습니다" "급하지 않습니다.";
    MarcCode "marc_code" Repaired "값에 섞인 MARC 식별 기호" "기호를 뺐습니다" "급하지 않습니다.";
    ControlCharacter "control_character" Repaired "보이지 않는 제어 문자" "문자를 뺐습니다" "급하지 않습니다.";
    Decomposed "decomposed" Repaired "풀어쓴(NFD) 글자" "모아썼습니다(NFC)" "급하지 않습니다.";
    WhiteSpace "white_space" Repaired "앞뒤나 중간의 남는 공백" "공백을 정리했습니다" "고치지 않아도 됩니다.";
    ClassTidied "class_tidied" Repaired "숫자 아닌 글자가 섞인 분류번호" "KDC 번호 부분만 썼습니다"
        "주제분류번호를 확인해 주세요.";
    ClassFromCallNumber "class_from_call_number" Repaired "056 없이 청구기호(090)만 있는 레코드"
        "청구기호의 분류번호를 KDC로 보았습니다" "056 필드에 KDC 번호를 넣어 주세요.";
    ClassUnreadable "class_unreadable" Repaired "읽을 수 없는 분류번호" "분류번호를 비웠습니다"
        "주제분류번호를 세 자리 KDC 번호로 고쳐 주세요.";
    DateUnreadable "date_unreadable" Repaired "읽을 수 없는 등록일자" "등록일자를 비웠습니다"
        "2023-02-28처럼 적어 주세요.";
    DateImplausible "date_implausible" Repaired "앞날의 등록일자" "등록일자를 비웠습니다"
        "등록일자를 확인해 주세요.";
    YearTidied "year_tidied" Repaired "다른 글자가 섞인 발행년도" "네 자리 연도만 썼습니다" "급하지 않습니다.";
    YearUnreadable "year_unreadable" Repaired "읽을 수 없는 발행년도" "발행년도를 비웠습니다"
        "네 자리 연도로 고쳐 주세요.";
    LoansUnreadable "loans_unreadable" Repaired "읽을 수 없는 대출건수" "대출건수를 비웠습니다"
        "숫자만 적어 주세요.";
    KeywordLeftOver "keyword_left_over" Repaired "키워드에 섞인 HTML 찌꺼기" "그 키워드를 뺐습니다"
        "급하지 않습니다.";
    LibraryDetailUnusable "library_detail_unusable" Repaired "쓸 수 없는 도서관 정보" "그 칸을 비웠습니다"
        "위도(-90~90), 경도(-180~180), http로 시작하는 주소, 300자를 넘지 않는 글인지 확인해 주세요.";
    LibraryLinkUnusable "library_link_unusable" Repaired "쓸 수 없는 책 주소" "그 칸을 비웠습니다"
        "https로 시작하고 주소 뒤쪽에 {isbn}이나 {id}가 한 번 들어 있어야 합니다: https://lib.example/search?isbn={isbn}";
    TitleContradicts "title_contradicts" Kept "다른 책의 번호로 적힌 책" "그 번호 없이 따로 한 책으로 실었습니다"
        "한 ISBN에 제목이 서로 다른 책이 적혀 있습니다. 판권면과 견주어 번호를 고쳐 주세요.";
    IsbnMissing "isbn_missing" Kept "ISBN 없음" "ISBN 없이 실었습니다"
        "ISBN이 있는 책이면 목록에 ISBN을 넣어 주세요. 옛 책이나 논문이면 그대로 두어도 됩니다.";
    IsbnNotABook "isbn_not_a_book" Kept "책이 아닌 상품 번호" "적힌 번호를 보이고 ISBN 없이 실었습니다"
        "978, 979로 시작하지 않는 번호는 ISBN이 아닙니다. 책이면 판권면의 ISBN으로 바꿔 주세요.";
    IsbnRounded "isbn_rounded" Kept "엑셀이 뭉갠 ISBN" "적힌 번호를 보이고 ISBN 없이 실었습니다"
        "9.78E+12처럼 바뀐 번호는 되살릴 수 없습니다. 엑셀에서 저장하지 않은 원본 파일을 넣어 주세요.";
    IsbnUnreadable "isbn_unreadable" Kept "ISBN으로 읽을 수 없는 값" "적힌 번호를 보이고 ISBN 없이 실었습니다"
        "13자리(또는 10자리) ISBN으로 고쳐 주세요.";
    IsbnWrongCheckDigit "isbn_wrong_check_digit" Kept "ISBN 검사 숫자 틀림" "적힌 번호 그대로 실었습니다"
        "판권면과 견주어 번호를 확인해 주세요.";
    ClassNotKdc "class_not_kdc" Kept "KDC 없이 DDC(082)만 있는 레코드" "분류번호 없이 실었습니다"
        "056 필드에 KDC 번호를 넣으면 주제별로 찾을 수 있습니다.";
    HoldingMissing "holding_missing" Kept "소장 사항(049, 090, 852)이 없는 레코드" "소장 도서관 없이 실었습니다"
        "소장하는 책이면 049 필드에 등록번호를 넣어 주세요.";
    LostCharacter "lost_character" Kept "이미 깨진 글자(�)" "그대로 실었습니다"
        "원래 글자를 찾아 목록을 고쳐 주세요. 다른 도서관의 바른 표기가 있으면 그것을 보입니다.";
    HeldTwice "held_twice" Kept "한 도서관에 같은 책이 여러 행" "한 번만 세었습니다"
        "복본이면 그대로 두어도 됩니다.";
    LibraryInSeveralFiles "library_in_several_files" Kept "여러 파일에 나오는 도서관" "모두 합쳤습니다"
        "지난달 파일이 남아 있지 않은지 확인해 주세요.";
    ColumnMissing "column_missing" Kept "없는 열" "그 값 없이 실었습니다" "필요한 열이면 파일에 넣어 주세요.";
    ColumnTwice "column_twice" Kept "두 번 나오는 열" "앞의 열을 썼습니다" "머리글을 확인해 주세요.";
    KeywordsWithoutBook "keywords_without_book" Kept "소장 목록에 없는 책의 키워드" "쓰지 않았습니다"
        "고치지 않아도 됩니다.";
    ChoiceRepeated "choice_repeated" Kept "되풀이된 선택 기록" "한 번만 세었습니다" "그대로 두어도 됩니다.";
    ChoiceWithoutBook "choice_without_book" Kept "소장 목록에 없는 책의 선택 기록" "쓰지 않았습니다"
        "그대로 두어도 됩니다.";
    LibraryWithoutBooks "library_without_books" Kept "소장 자료가 없는 도서관" "목록에 싣지 않았습니다"
        "도서관 이름이 소장 파일의 이름과 같은지 확인해 주세요.";
    LibraryUnnamed "library_unnamed" Kept "도서관 이름이 아닌 부호나 파일 이름" "소장 도서관 없이 실었습니다"
        "도서관 목록(libraries.csv)에 code와 name을 한 행으로 넣거나, 파일 이름을 도서관 이름으로 바꿔 주세요.";
    LibraryNotDescribed "library_not_described" Kept "도서관 목록에 없는 도서관" "이름만 실었습니다"
        "도서관 목록에 같은 이름으로 한 행을 넣어 주세요.";
}
