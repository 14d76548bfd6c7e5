//! Writes what the service gives to other programs about books whose texts are made to break them.
//!
//! `readers --out DIR`: makes a catalogue, compiles it, asks the core, and writes each answer to a file of DIR.
//! `tests/readers/read.py` reads them. Invariant: nothing of an answer is changed on its way into the file.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use index_builder::compile::compile;
use index_builder::progress::Quiet;
use index_builder::sources::{Inputs, read};
use seoga_tests::core::Core;
use seoga_tests::repository::contents_below;
use seoga_text::isbn::Isbn13;
use serde_json::json;

/// Texts that end, open or break something somewhere: BibTeX, TeX, XML, CSV, RIS.
const HOSTILE: [&str; 30] = [
    "괄호 } 책",
    "괄호 { 책",
    "x}}, note = {y",
    "{{{",
    "}}}",
    "}{",
    "{온전한} 책",
    "\\} 책",
    "\\{ 책",
    "책 \\",
    "C# & 50% $5 a_b ~^",
    "@book{a, title = {b}}",
    "a\" # \"b",
    "쉼표, 쉼표, and 그리고",
    "가 and 나",
    "% 주석",
    "<b>&amp;]]> 책",
    "<!-- 책 -->",
    "<?xml?> 책",
    "&#xFFFF; 책",
    "=1+1",
    "＝1+1",
    "＋1 더하기",
    "－1 빼기",
    "＠SUM(A1)",
    "+82 전화",
    "앞\u{FFFE}뒤",
    "앞\u{FFFF}뒤",
    "앞\u{1}\u{8}뒤",
    "TY  - JOUR\r\nER  - ",
];

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let outcome = match (arguments.next().as_deref(), arguments.next()) {
        (Some("--out"), Some(out)) => write_all(Path::new(&out)),
        _ => Err(anyhow::anyhow!("usage: readers --out DIR")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("readers: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Gives the ISBN of a number of nine digits.
fn isbn(number: u64) -> Result<String> {
    let start = (978_600_000_000 + number) * 10;
    let isbn = (start..start + 10).find_map(Isbn13::new).context("no digit checks")?;
    Ok(isbn.get().to_string())
}

fn write_all(out: &Path) -> Result<()> {
    let (records, index) = (out.join("catalogue").join("records"), out.join("index"));
    for folder in [&records, &index] {
        std::fs::create_dir_all(folder)?;
    }
    let isbns: Vec<String> = (0..HOSTILE.len() as u64).map(isbn).collect::<Result<_>>()?;
    let mut lines = String::new();
    for (text, isbn) in HOSTILE.iter().zip(&isbns) {
        let book = json!({"isbn13": isbn, "title": text, "authors": [format!("{text} 지음")], "publisher": text, "year": 2021,
            "volume": text, "class_no": "005", "keywords": [text], "libraries": [{"name": "가온", "registered": "2026-11-01"}]});
        lines.push_str(&format!("{book}\n"));
    }
    std::fs::write(records.join("books.jsonl"), lines)?;
    let inputs = Inputs::in_catalogue(&out.join("catalogue"))?;
    compile(&read(&inputs.files, &Quiet)?.catalogue, &index, &Quiet)?;
    let files = contents_below(&index)?.into_iter();
    let core = Core::new(files.map(|(name, bytes)| (format!("/index/{name}"), bytes)).collect());
    let ask = |path: &str, query: &str, file: &str| -> Result<()> {
        let response = core.get(path, query);
        ensure!(response.status == 200, "{path}?{query} answered {}", response.status);
        std::fs::write(out.join(file), response.body).with_context(|| format!("writing {file}"))
    };
    let list: Vec<String> = isbns.iter().map(|isbn| format!("isbn={isbn}")).collect();
    for form in ["bib", "csl.json", "csv", "ris"] {
        ask(&format!("/list.{form}"), &list.join("&"), &format!("list.{form}"))?;
    }
    for isbn in &isbns {
        ask(&format!("/covers/{isbn}.svg"), "", &format!("{isbn}.svg"))?;
        for (suffix, file) in [("mrc", "mrc"), ("xml", "marc.xml"), ("json", "marc.json")] {
            ask(&format!("/books/{isbn}.{suffix}"), "", &format!("{isbn}.{file}"))?;
        }
    }
    ask("/feeds/new.atom", "", "new.atom")?;
    ask("/sru", "", "explain.xml")?;
    ask("/sru", "query=책&maximumRecords=50&recordSchema=dc", "sru-dc.xml")?;
    ask("/sru", "query=책&maximumRecords=50", "sru-marc.xml")?;
    ask("/opensearch.xml", "", "opensearch.xml")?;
    ask("/sitemap.xml", "", "sitemap.xml")?;
    ask("/sitemaps/pages.xml", "", "pages.xml")?;
    ask("/sitemaps/books-1.xml", "", "books-1.xml")
}
