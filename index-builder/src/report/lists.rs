//! Says, library by library, which month was taken and what arrived and left since the index before: for the terminal, the chat
//! and the librarian.
//!
//! Counts nothing. Invariants: a refused file comes first; of a library that is as it was, its name is not said.

use std::collections::BTreeMap;

use super::findings::{FileReport, FileStanding, Refusal, Report};
use crate::changes::LibraryChange;
use seoga_text::number::grouped as n;

/// A language of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// For librarians.
    Korean,
    /// For operators.
    English,
}

/// The news of one library, or of a list of several.
#[derive(Debug, Default)]
struct Line<'a> {
    refused: Vec<&'a FileReport>,
    taken: Option<&'a str>,
    superseded: Vec<&'a FileReport>,
    change: Option<&'a LibraryChange>,
}

impl FileStanding {
    /// The name that programs use.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Superseded { .. } => "superseded",
            Self::Refused(_) => "refused",
        }
    }

    /// Says why the file was not read; nothing where it was.
    pub fn why(&self, language: Language) -> Option<String> {
        let korean = language == Language::Korean;
        Some(match self {
            Self::Taken => return None,
            Self::Superseded { by: Some(by) } if korean => format!("{by} 파일이 이 파일을 대신합니다"),
            Self::Superseded { by: Some(by) } => format!("the file of {by} stands in its place"),
            Self::Superseded { by: None } if korean => {
                "같은 이름으로 나중에 보낸 파일이 이 파일을 대신합니다".to_owned()
            }
            Self::Superseded { by: None } => {
                "a file of the same name that was sent later stands in its place".to_owned()
            }
            Self::Refused(refusal) => refusal.why(language),
        })
    }
}

impl Refusal {
    fn why(&self, language: Language) -> String {
        match (self, language) {
            (Self::Fewer { library, before, now }, Language::Korean) => format!(
                "{library}의 쓸 수 있는 행이 {}개에서 {}개로 5분의 1 넘게 줄었습니다. 전에 쓰던 파일을 그대로 씁니다. 목록 전체를 다시 보내 \
                 주세요. 실제로 줄었다면 운영자에게 알려 주세요(--allow-loss '{library}')",
                n(*before),
                n(*now)
            ),
            (Self::Fewer { library, before, now }, Language::English) => format!(
                "{library} has {} usable rows and had {}; the file before goes on. Send the whole list again, or, if it is as it \
                 should be, build once with --allow-loss '{library}'",
                n(*now),
                n(*before)
            ),
            (Self::MonthAhead, Language::Korean) => {
                "파일 이름의 달이 한 해 넘게 앞서 있습니다. 전에 쓰던 파일을 그대로 씁니다. 이름의 달을 고쳐 다시 보내 주세요".to_owned()
            }
            (Self::MonthAhead, Language::English) => {
                "the month in its name lies a year or more ahead; the file before goes on. Put the month right".to_owned()
            }
        }
    }
}

impl Report {
    /// A line for each library with something to say of it, refused files first; `changes` are known where there is an index
    /// before, and what is as it was is then counted in the last line.
    pub fn lines(&self, changes: Option<&[LibraryChange]>, language: Language) -> Vec<String> {
        let mut lists: BTreeMap<&str, Line<'_>> = BTreeMap::new();
        for file in
            self.files.iter().filter(|file| !file.list.is_empty() || file.standing != FileStanding::Taken)
        {
            let line = lists.entry(&file.list).or_default();
            match &file.standing {
                FileStanding::Taken => line.taken = line.taken.max(file.as_of.as_deref()),
                FileStanding::Superseded { .. } => line.superseded.push(file),
                FileStanding::Refused(_) => line.refused.push(file),
            }
        }
        for change in changes.unwrap_or_default() {
            lists.entry(&change.library).or_default().change = Some(change);
        }
        let mut lines = Vec::new();
        for (list, line) in lists.iter().filter(|(_, line)| !line.refused.is_empty()) {
            lines.extend(line.refused.iter().map(|file| refused(list, file, language)));
        }
        let mut as_before = 0;
        for (list, line) in &lists {
            match line.news(changes.is_some()) {
                true => lines.push(line.say(list, language)),
                false if line.change.is_some() => as_before += 1,
                false => {}
            }
        }
        if as_before > 0 {
            lines.push(match language {
                Language::Korean => format!("{as_before}개 도서관은 전과 같습니다."),
                Language::English => format!("{as_before} libraries as before"),
            });
        }
        lines
    }
}

impl Line<'_> {
    /// Whether there is something to say beside what was refused. A month that was taken long ago is none.
    fn news(&self, compared: bool) -> bool {
        match self.change {
            Some(change) => change.arrived + change.withdrawn + change.changed > 0,
            None => !compared && !self.superseded.is_empty(),
        }
    }

    fn say(&self, list: &str, language: Language) -> String {
        let earlier = self.superseded.iter().map(|file| file.as_of.as_deref()).max();
        let (taken, korean) = (self.taken.unwrap_or("?"), language == Language::Korean);
        let months = earlier.map(|earlier| match (earlier, korean) {
            (Some(earlier), true) if earlier == taken => format!("{taken} 파일을 새로 보낸 것으로 썼습니다"),
            (Some(earlier), true) => format!("{earlier} 파일 대신 {taken} 파일을 썼습니다"),
            (Some(earlier), false) if earlier == taken => format!("the file of {taken} that was sent last"),
            (Some(earlier), false) => format!("{taken} in place of {earlier}"),
            (None, true) => format!("달이 없는 파일 대신 {taken} 파일을 썼습니다"),
            (None, false) => format!("{taken} in place of a file without a month"),
        });
        let counts = self.change.map(|change| {
            let [arrived, withdrawn, changed, books] =
                [change.arrived, change.withdrawn, change.changed, change.books].map(n);
            match language {
                Language::Korean => {
                    format!("새 책 {arrived}권, 빠진 책 {withdrawn}권, 달라진 책 {changed}권, 모두 {books}권")
                }
                Language::English => {
                    format!("{arrived} arrived, {withdrawn} withdrawn, {changed} changed, {books} books")
                }
            }
        });
        let parts: Vec<String> = counts.into_iter().chain(months).collect();
        format!("{list}: {}", parts.join("; "))
    }
}

fn refused(list: &str, file: &FileReport, language: Language) -> String {
    let why = file.standing.why(language).unwrap_or_default();
    match language {
        Language::Korean => format!("{list}: {} 파일을 쓰지 않았습니다. {why}", file.file),
        Language::English => format!("{list}: REFUSED {}: {why}", file.file),
    }
}
