//! Says in Korean what is wrong with a whole file and what to do, for the librarian who sent it.
//!
//! The English is in `error`. Invariant: each message says what to do.

use super::error::{Lost, Problem};

impl Problem {
    /// Says what is wrong and what to do, as a sentence without the file's name.
    #[must_use]
    pub fn korean(&self) -> String {
        match self {
            Self::Io(error) => format!("파일을 읽을 수 없습니다({error}). 다시 보내 주세요."),
            Self::Empty => "빈 파일입니다. 다시 내려받아 보내 주세요.".to_owned(),
            Self::NoRows => "머리글만 있고 행이 없습니다. 다시 내려받아 보내 주세요.".to_owned(),
            Self::OtherFormat(foreign) => {
                format!("{} 파일이라 읽지 않습니다. {}", foreign.korean_name(), foreign.korean_remedy())
            }
            Self::OtherXml { root } => {
                format!("읽지 않는 종류의 XML입니다(<{root}>). MARCXML, MODS, ONIX 3이나 Dublin Core로 내보내 주세요.")
            }
            Self::OaiError { code, .. } => {
                format!("OAI-PMH 서버가 오류로 답한 파일입니다({code}). 기간과 집합을 확인하고 다시 받아 주세요.")
            }
            Self::NotOneInside { count: 0, .. } => "압축 파일 안에 파일이 없습니다. 목록을 넣어 다시 압축해 주세요.".to_owned(),
            Self::NotOneInside { names, count } => format!(
                "압축 파일 안에 파일이 {count}개 있습니다({}). 압축을 풀거나 파일마다 따로 압축해 주세요.",
                names.join(", ")
            ),
            Self::TooLargeInside { most } => {
                format!("한꺼번에 읽기에는 너무 큽니다({} MiB까지). CSV로 다시 저장해 주세요.", most >> 20)
            }
            Self::MissingColumns { missing, .. } => format!(
                "첫 줄에 열 이름 {}이(가) 없습니다. 첫 줄에 열 이름을 적고, 칸을 쉼표로 나누어 주세요.",
                missing.join(", ")
            ),
            Self::Undecodable { damaged, rows } => format!(
                "UTF-8도 CP949도 아닙니다. {rows}행 가운데 {damaged}행에 글자로 읽을 수 없는 바이트가 있습니다. UTF-8로 다시 저장해 주세요."
            ),
            Self::Damaged { unreadable, rows, most } => {
                format!("깨진 파일입니다. {rows}행 가운데 {unreadable}행을 읽을 수 없습니다. 가장 많은 까닭: {most}. 다시 내보내 주세요.")
            }
            Self::NothingToRead => "소장 목록도 서지 레코드도 없습니다. holdings나 records 폴더에 파일을 넣어 주세요.".to_owned(),
            Self::NoBook { rows, most: Some((most, count)) } => format!(
                "모든 파일의 {rows}행 가운데 책이 된 것이 없습니다. 가장 많은 까닭: {most}({count}행). 아래 행을 고쳐 주세요."
            ),
            Self::NoBook { rows, most: None } => {
                format!("모든 파일의 {rows}행 가운데 책이 된 것이 없습니다. 파일을 확인해 주세요.")
            }
            Self::NotATable { found } => {
                format!("{found} 파일인데 여기에는 표가 있어야 합니다. 서지 레코드(records 폴더)로 넣어 주세요.")
            }
            Self::NamelessLibrary => {
                "어느 도서관의 목록인지 알 수 없습니다. 파일 이름에 도서관 이름을 적거나 도서관 열을 넣어 주세요.".to_owned()
            }
            Self::TooManyLibraries => "도서관이 65,534곳을 넘습니다. 도서관 열의 값을 확인해 주세요.".to_owned(),
            Self::TooManyFiles => "파일이 65,535개를 넘습니다. 파일을 합쳐 주세요.".to_owned(),
            Self::BadConfig { line, message } => {
                format!("설정 파일의 {line}째 줄을 이해할 수 없습니다({message}). 고쳐 주세요.")
            }
            Self::NotMarc { .. } => {
                "MARC 레코드가 하나도 없습니다. ISO 2709나 MARCXML로 다시 반출해 주세요.".to_owned()
            }
            Self::EncodingUnknown => "문자 집합을 알 수 없습니다. UTF-8로 다시 반출하거나 저장해 주세요.".to_owned(),
            Self::NotChoices { .. } => "선택 기록이 아닙니다. 내보낸 파일을 고치지 말고 그대로 넣어 주세요.".to_owned(),
            Self::NotJsonLines { .. } => {
                "한 줄에 JSON 객체 하나가 있는 파일(JSON Lines)이 아닙니다. 그렇게 다시 내보내 주세요.".to_owned()
            }
        }
    }
}

impl Lost {
    /// Says what is wrong and what to do.
    #[must_use]
    pub fn korean(&self) -> String {
        let Self { library, before, now } = self;
        format!(
            "{library}의 책이 {before}권에서 {now}권으로 5분의 1 넘게 줄었고, 전에 쓰던 파일이 남아 있지 않습니다. 목록 전체를 다시 보내 주세요. \
             실제로 줄었다면 운영자에게 알려 주세요(--allow-loss '{library}')."
        )
    }
}
