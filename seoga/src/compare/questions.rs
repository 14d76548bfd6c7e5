//! The paths that are asked of both deployments.
//!
//! Invariant: only GET, so that nothing is stored and no limit of choices is used up.

use std::path::Path;

use anyhow::{Result, ensure};
use index_builder::tools::questions;
use seoga_host::files;
use seoga_text::encoding::query_value;
use serde_json::Value;

/// Paths that every deployment has, whatever its catalogue, and errors that every one of them answers.
const ALWAYS: [&str; 32] = [
    "/?hl=ko",
    "/?hl=en",
    "/about?hl=ko",
    "/about?hl=en",
    "/libraries?hl=ko",
    "/libraries?hl=en",
    "/list?hl=ko",
    "/list.csv",
    "/feeds/new.atom",
    "/opds",
    "/opds/new",
    "/sru",
    "/oai?verb=Identify",
    "/oai?verb=ListRecords&metadataPrefix=oai_dc",
    "/oai?verb=no",
    "/opensearch.xml",
    "/robots.txt",
    "/sitemap.xml",
    "/sitemaps/pages.xml",
    "/sitemaps/books-1.xml",
    "/api/status",
    "/api/libraries",
    "/api/search?q=",
    "/api/search?q=a&limit=1000",
    "/api/search?q=a&library=%EC%97%86%EC%9D%8C",
    "/api/books/9788900000001",
    "/search?q=&hl=ko",
    "/search?q=a&sort=no&hl=en",
    "/books/9788900000001?hl=ko",
    "/no-such-page",
    "/no-such-page?hl=en",
    "/user-choice",
];
/// First letters that suggestions are asked for.
const LETTERS: [&str; 8] = ["ㄱ", "ㅅ", "ㅇ", "ㅍㅇㅆ", "a", "p", "자바", "ㅎ"];

/// Lists what is asked in any case.
pub(super) fn always() -> Vec<String> {
    let suggested = LETTERS.iter().flat_map(|letters| {
        let words = query_value(letters);
        [
            format!("/api/suggest?q={words}"),
            format!("/opensearch/suggest?q={words}"),
            format!("/api/search?q={words}"),
        ]
    });
    ALWAYS.iter().map(|path| (*path).to_owned()).chain(suggested).collect()
}

/// Reads the questions of a file; gives the paths of each: a search is asked by the API and as a page.
pub(super) fn read(file: &Path) -> Result<Vec<Vec<String>>> {
    let text = files::read_text(file)?;
    let read: Vec<_> = if text.lines().next().is_some_and(|line| line.contains('\t')) {
        questions::read(file)?.iter().map(|question| both(&question.query_string(20))).collect()
    } else {
        let lines =
            text.trim_start_matches('\u{feff}').lines().map(str::trim).filter(|line| !line.is_empty());
        lines
            .map(|line| {
                if line.starts_with('/') {
                    vec![line.to_owned()]
                } else {
                    both(&format!("q={}", query_value(line)))
                }
            })
            .collect()
    };
    ensure!(!read.is_empty(), "{} has no question", file.display());
    let bad = read.iter().flatten().find(|path| path.contains(|c: char| !c.is_ascii_graphic()));
    ensure!(
        bad.is_none(),
        "{}: {:?} is no path as it is sent: percent-encode it",
        file.display(),
        bad.unwrap_or(&String::new())
    );
    Ok(read)
}

fn both(query: &str) -> Vec<String> {
    vec![format!("/api/search?{query}"), format!("/search?{query}&hl=ko")]
}

/// Lists what an answer of the API leads to: of a search, its first book in every form.
pub(super) fn led_to(path: &str, body: &[u8]) -> Vec<String> {
    if !path.starts_with("/api/search?") {
        return Vec::new();
    }
    let first = |answer: Value| Some(answer.get("results")?.get(0)?.get("id")?.as_str()?.to_owned());
    let Some(id) = serde_json::from_slice(body).ok().and_then(first) else { return Vec::new() };
    [
        "/api/books/ID",
        "/books/ID?hl=ko",
        "/books/ID.ris",
        "/books/ID.mrc",
        "/covers/ID.svg",
        "/list?isbn=ID&hl=ko",
    ]
    .map(|form| form.replace("ID", &id))
    .to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<Vec<Vec<String>>> {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("questions");
        files::write(&file, text).unwrap();
        read(&file)
    }

    #[test]
    fn a_table_and_lines_are_read() {
        let table = "qid\tquery_class\tquery\tlibraries\nq1\tk\t책 a\t강|남\n";
        assert_eq!(
            read_text(table).unwrap(),
            [both("q=%EC%B1%85%20a&limit=20&library=%EA%B0%95&library=%EB%82%A8")]
        );
        let lines = "\u{feff}c++\r\n\n/api/status\n";
        assert_eq!(read_text(lines).unwrap(), [both("q=c%2B%2B"), vec!["/api/status".to_owned()]]);
    }

    #[test]
    fn a_file_without_questions_and_a_path_that_cannot_be_sent_are_refused() {
        for (text, told) in [
            ("", "no question"),
            ("\n \n", "no question"),
            ("/search?q=책", "percent-encode"),
            ("query\tx\na\tb\n", "no column"),
        ] {
            let refused = format!("{:#}", read_text(text).unwrap_err());
            assert!(refused.contains(told), "{refused}");
        }
    }

    #[test]
    fn a_search_leads_to_its_first_book() {
        let body = br#"{"results":[{"id":"k1"},{"id":"k2"}]}"#;
        let led = led_to("/api/search?q=a", body);
        assert!(
            led.contains(&"/books/k1.ris".to_owned()) && !led.iter().any(|path| path.contains("k2")),
            "{led:?}"
        );
        for (path, body) in
            [("/search?q=a", &body[..]), ("/api/search?q=a", b"{\"results\":[]}"), ("/api/search?q=a", b"no")]
        {
            assert!(led_to(path, body).is_empty());
        }
    }
}
