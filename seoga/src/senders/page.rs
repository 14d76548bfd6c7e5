//! Writes a notice for people: a page in Korean with English below, and a line for the terminal.
//!
//! Names of files and cells are a stranger's text. Invariant: none of it is markup on the page, which runs nothing and loads nothing.

use std::fmt::Write as _;

use super::notice::{Notice, SentFile, State};

const HEAD: &str = r#"<!doctype html>
<html lang="ko">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<title>보낸 파일의 처리 결과 · What became of your files</title>
<style>
:root { color-scheme: light dark; font: 1rem/1.6 system-ui, sans-serif }
body { max-width: 60rem; margin: 0 auto; padding: 1rem }
table { border-collapse: collapse; display: block; overflow-x: auto }
th, td { border: 1px solid; padding: .25rem .5rem; text-align: left; vertical-align: top }
</style>
"#;

/// A language of the page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Language {
    Korean,
    English,
}

impl State {
    fn said(self, language: Language) -> &'static str {
        match (self, language == Language::Korean) {
            (Self::Waiting, true) => "기다리는 중",
            (Self::Waiting, false) => "waiting",
            (Self::Taken, true) => "색인에 들어갔습니다",
            (Self::Taken, false) => "taken into the index",
            (Self::Superseded, true) => "더 새로운 파일이 대신합니다",
            (Self::Superseded, false) => "superseded by a newer file",
            (Self::Refused, true) => "쓰지 않았습니다",
            (Self::Refused, false) => "refused",
        }
    }
}

/// Writes the page.
pub(super) fn html(notice: &Notice) -> String {
    let mut out = HEAD.to_owned();
    // Writing to a `String` cannot fail.
    let _ = write_part(&mut out, notice, Language::Korean);
    out.push_str("<hr>\n<div lang=\"en\">\n");
    let _ = write_part(&mut out, notice, Language::English);
    out.push_str("</div>\n</html>\n");
    out
}

/// Says in one line what became of a file.
pub(super) fn line(file: &SentFile) -> String {
    let mut line = format!("{}: {}", file.file, file.state.said(Language::English));
    if let Some(why) = &file.why {
        line.push_str(&format!(": {}", why.en));
    }
    if file.rows > 0 {
        line.push_str(&format!("; {} rows read, {} left out", file.rows, file.left_out));
    }
    if let Some(change) = &file.change {
        let (arrived, withdrawn, changed) = (change.arrived, change.withdrawn, change.changed);
        line.push_str(&format!("; {arrived} arrived, {withdrawn} withdrawn, {changed} changed"));
    }
    line
}

fn write_part(out: &mut String, notice: &Notice, language: Language) -> std::fmt::Result {
    let korean = language == Language::Korean;
    writeln!(out, "<h1>{}</h1>", if korean { "보낸 파일의 처리 결과" } else { "What became of your files" })?;
    if notice.files.iter().any(|file| file.state == State::Waiting) {
        writeln!(
            out,
            "<p>{}</p>",
            if korean {
                "파일이 모두 도착하고 마지막 줄까지 실행하면 색인을 새로 만듭니다. 그 뒤에 이 화면을 다시 열어 주세요."
            } else {
                "The index is made anew when all files are there and the last line was run. Open this page again afterwards."
            }
        )?;
    }
    notice.files.iter().try_for_each(|file| write_file(out, file, language))?;
    writeln!(
        out,
        "<p>{} <code>{}</code></p>",
        if korean { "접수 번호" } else { "Upload" },
        escaped(&notice.id)
    )
}

fn write_file(out: &mut String, file: &SentFile, language: Language) -> std::fmt::Result {
    let korean = language == Language::Korean;
    writeln!(out, "<h2>{}</h2>", escaped(&file.file))?;
    let month = match (&file.as_of, korean) {
        (Some(month), true) => format!(" ({month} 파일)"),
        (Some(month), false) => format!(" (of {month})"),
        (None, _) => String::new(),
    };
    writeln!(out, "<p><strong>{}</strong>{}</p>", file.state.said(language), escaped(&month))?;
    if let Some(why) = &file.why {
        writeln!(out, "<p>{}</p>", escaped(if korean { &why.ko } else { &why.en }))?;
    }
    if file.rows > 0 {
        let (rows, left, used) = (file.rows, file.left_out, file.rows.saturating_sub(file.left_out));
        let unit = if file.by_record { "건" } else { "행" };
        writeln!(
            out,
            "<p>{}</p>",
            if korean {
                format!("{rows}{unit}을 읽어 {used}{unit}을 쓰고 {left}{unit}을 제외했습니다.")
            } else {
                format!("{rows} rows read, {used} used, {left} left out.")
            }
        )?;
    }
    if let Some(change) = &file.change {
        let (arrived, withdrawn, changed, books) =
            (change.arrived, change.withdrawn, change.changed, change.books);
        writeln!(
            out,
            "<p>{}: {}</p>",
            escaped(&change.library),
            if korean {
                format!("새 책 {arrived}권, 빠진 책 {withdrawn}권, 달라진 책 {changed}권, 모두 {books}권")
            } else {
                format!("{arrived} arrived, {withdrawn} withdrawn, {changed} changed, {books} books")
            }
        )?;
    }
    write_rows(out, file, language)?;
    if !file.noted.is_empty() {
        let noted = file.noted.iter().map(|noted| {
            let what = if korean { noted.title.clone() } else { in_words(&noted.kind) };
            format!("{} {}", escaped(&what), noted.count)
        });
        let noted = noted.collect::<Vec<_>>().join(", ");
        let head =
            if korean { "고치거나 그대로 두고 쓴 것" } else { "Used, repaired or as they came" };
        writeln!(out, "<p>{head}: {noted}</p>")?;
    }
    Ok(())
}

/// The rows to mend, and how many more there are.
fn write_rows(out: &mut String, file: &SentFile, language: Language) -> std::fmt::Result {
    if file.to_mend.is_empty() {
        return Ok(());
    }
    let [head, line, column, found, fault] = match language {
        Language::Korean if file.by_record => ["고칠 레코드", "레코드", "필드", "값", "까닭과 할 일"],
        Language::Korean => ["고칠 행", "줄", "열", "값", "까닭과 할 일"],
        Language::English if file.by_record => ["Records to mend", "Record", "Field", "Found", "Fault"],
        Language::English => ["Rows to mend", "Line", "Column", "Found", "Fault"],
    };
    writeln!(out, "<h3>{head}</h3>\n<table><tr><th>{line}<th>{column}<th>{found}<th>{fault}")?;
    for row in &file.to_mend {
        let line = row.line.map(|line| line.to_string()).unwrap_or_default();
        let column = row.column.as_deref().unwrap_or_default();
        let fault = match language {
            Language::Korean => format!("{}. {}", row.title, row.advice),
            Language::English => in_words(&row.kind),
        };
        let [column, found, fault] = [column, &row.found, &fault].map(escaped);
        writeln!(out, "<tr><td>{line}<td>{column}<td>{found}<td>{fault}")?;
    }
    writeln!(out, "</table>")?;
    let more = file.left_out.saturating_sub(file.to_mend.len() as u64);
    match (more, language) {
        (0, _) => Ok(()),
        (more, Language::Korean) => writeln!(out, "<p>그 밖에 {more}개가 더 있습니다.</p>"),
        (more, Language::English) => writeln!(out, "<p>And {more} more.</p>"),
    }
}

/// A code as words: `isbn_not_a_book` is `isbn not a book`.
fn in_words(code: &str) -> String {
    code.replace('_', " ")
}

/// A text that is no markup, in an element or in quotes.
fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build_report::Change;
    use crate::senders::notice::{Noted, RowToMend, Words};

    #[test]
    fn a_strangers_text_is_no_markup_in_a_notice() {
        let hostile = || "<script>alert('1')</script>&\"".to_owned();
        let words = Words { ko: hostile(), en: hostile() };
        let row = RowToMend {
            line: Some(5),
            column: Some(hostile()),
            kind: hostile(),
            found: hostile(),
            title: hostile(),
            advice: hostile(),
        };
        let change = Change { library: hostile(), books: 1, arrived: 1, withdrawn: 0, changed: 0 };
        let file = SentFile {
            file: hostile(),
            stored_as: hostile(),
            why: Some(words),
            as_of: Some(hostile()),
            rows: 2,
            left_out: 1,
            to_mend: vec![row],
            noted: vec![Noted { kind: hostile(), title: hostile(), count: 1 }],
            change: Some(change),
            ..SentFile::default()
        };
        let page = html(&Notice { id: hostile(), begun: hostile(), files: vec![file] });
        assert!(!page.contains("<script") && !page.contains("alert('"), "{page}");
        assert!(page.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;&quot;"));
        assert!(page.contains("default-src 'none'"));
    }

    #[test]
    fn rows_listed_and_rows_counted_make_the_rows_left_out() {
        let row = |line| RowToMend {
            line: Some(line),
            column: Some("ISBN".to_owned()),
            kind: "isbn_missing".to_owned(),
            found: String::new(),
            title: "ISBN 없음".to_owned(),
            advice: "ISBN을 넣어 주세요.".to_owned(),
        };
        let file = |rows: u32, left_out| SentFile {
            rows: 200,
            left_out,
            to_mend: (0..rows).map(|n| row(n + 2)).collect(),
            ..SentFile::default()
        };
        let page = |file| html(&Notice { id: "0".to_owned(), begun: "0".to_owned(), files: vec![file] });
        let (some, more) = (page(file(3, 3)), page(file(100, 130)));
        assert_eq!(some.matches("<td>ISBN<td>").count(), 6, "three in each language");
        assert!(!some.contains("그 밖에") && some.contains("197행을 쓰고 3행을 제외했습니다"), "{some}");
        assert!(more.contains("그 밖에 30개가") && more.contains("And 30 more"), "{more}");
    }
}
