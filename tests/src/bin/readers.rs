//! Writes what the service gives to other programs about books whose texts are made to break them.
//!
//! `readers --out DIR`: makes a catalogue, compiles it, asks the core, and writes each answer to a file of DIR.
//! `tests/readers/read.py` reads them, then harvests the books over HTTP: the port is printed, and requests are answered one
//! after the other until nobody reads what is printed any more. Invariant: nothing of an answer is changed on its way into the file.

use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::TcpListener;
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
        (Some("--out"), Some(out)) => write_all(Path::new(&out)).and_then(|core| serve(&core)),
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

fn write_all(out: &Path) -> Result<Core> {
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
    ask("/sitemaps/books-1.xml", "", "books-1.xml")?;
    ask("/oai", "verb=ListRecords&metadataPrefix=oai_dc", "oai-dc.xml")?;
    ask("/oai", "verb=ListRecords&metadataPrefix=marcxml", "oai-marc.xml")?;
    Ok(core)
}

/// Answers requests on a free port of this machine until standard input ends.
fn serve(core: &Core) -> Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("listening")?;
    println!("{}", listener.local_addr().context("the port")?.port());
    // Whoever started this holds the other end.
    std::thread::spawn(|| {
        let ended = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(i32::from(ended.is_err()));
    });
    for stream in listener.incoming() {
        let mut stream = stream.context("a connection")?;
        let mut lines = BufReader::new(&stream).lines();
        let line = lines.next().context("a request without a line")??;
        let target = line.split(' ').nth(1).context("a request without a target")?.to_owned();
        while lines.next().transpose()?.is_some_and(|header| !header.is_empty()) {}
        drop(lines);
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let response = core.get(path, query);
        let kind = response.header("content-type").unwrap_or_default();
        let (status, length) = (response.status, response.body.len());
        let head = format!(
            "HTTP/1.1 {status} \r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
        );
        stream.write_all(&[head.as_bytes(), &response.body].concat())?;
    }
    Ok(())
}
