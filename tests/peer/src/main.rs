//! tantivy on the same books and the same questions.
//!
//! - `seoga-peer build --documents FILE.tsv --out DIR`: an index of them; says seconds and peak memory.
//! - `seoga-peer ask --index DIR --queries FILE.tsv --limit N --repeat N --json FILE`: every question in both modes.
//! - `seoga-peer serve --engine sqlite|tantivy-all-words|tantivy-application --documents FILE.tsv --index DIR --listen ADDRESS
//!   --threads N`: the questions over HTTP (`serve`).
//!
//! Not a judge of answers. What speaks for tantivy was chosen: one segment, no positions, no stored text read, no facets,
//! in process no JSON written; the time is from the words to the addresses of the best hits. Counts are taken apart from the times.

mod serve;
mod sqlite;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::time::{ClockId, clock_gettime};
use serde_json::json;
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{BooleanQuery, BoostQuery, FuzzyTermQuery, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::TokenStream;
use tantivy::{Document as _, Index, IndexWriter, Searcher, TantivyDocument, Term};

const USAGE: &str = "usage: seoga-peer build --documents FILE --out DIR | ask --index DIR --queries FILE --limit N --repeat N --json FILE | serve --engine sqlite|tantivy-all-words|tantivy-application --documents FILE --index DIR --listen ADDRESS --threads N";
/// Fields of words with their weights; the weights are those that rank well on these catalogues.
const WORDS: [(&str, f32); 4] = [("title", 3.0), ("authors", 2.0), ("publisher", 1.0), ("keywords", 1.0)];
/// Memory that the writer may fill before it flushes.
const HEAP: usize = 400 << 20;

/// How words are asked.
#[derive(Clone, Copy)]
enum Mode {
    /// Every word as it stands.
    AllWords,
    /// Every word with one slip, the last one as a prefix with one slip: what an application has to ask for.
    Application,
}

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().context(USAGE)?;
    let mut options = BTreeMap::new();
    while let Some(name) = arguments.next() {
        let name = name.strip_prefix("--").context(USAGE)?.to_owned();
        options.insert(name, arguments.next().context(USAGE)?);
    }
    let path = |name: &str| options.get(name).map(PathBuf::from).context(USAGE);
    let number = |name: &str| -> Result<usize> { Ok(options.get(name).context(USAGE)?.parse()?) };
    match command.as_str() {
        "build" => build(&path("documents")?, &path("out")?),
        "ask" => {
            let told = ask(&path("index")?, &path("queries")?, number("limit")?, number("repeat")?)?;
            Ok(std::fs::write(path("json")?, told.to_string())?)
        }
        "serve" => {
            let listen = options.get("listen").context(USAGE)?.parse()?;
            let (documents, index) = (path("documents")?, path("index")?);
            match options.get("engine").map(String::as_str) {
                Some("sqlite") => {
                    let file = sqlite::build(&documents)?;
                    serve::run(listen, number("threads")?, || sqlite::Books::open(file.path()))
                }
                Some("tantivy-all-words") => {
                    serve::run(listen, number("threads")?, || Ok((Peer::open(&index)?, Mode::AllWords)))
                }
                Some("tantivy-application") => {
                    serve::run(listen, number("threads")?, || Ok((Peer::open(&index)?, Mode::Application)))
                }
                _ => bail!(USAGE),
            }
        }
        _ => bail!(USAGE),
    }
}

impl serve::Engine for (Peer, Mode) {
    fn answer(&mut self, asked: &serve::Asked) -> Result<serde_json::Value> {
        let (peer, mode) = self;
        let query = peer.query(&asked.words, &asked.libraries.join("|"), *mode);
        let hits = peer.searcher.search(&*query, &TopDocs::with_limit(asked.limit).order_by_score())?;
        let schema = peer.searcher.schema();
        let book = |(_, address)| -> Result<serde_json::Value> {
            let document: TantivyDocument = peer.searcher.doc(address)?;
            Ok(serde_json::from_str(&document.to_json(schema))?)
        };
        Ok(serde_json::Value::Array(hits.into_iter().map(book).collect::<Result<_>>()?))
    }
}

/// The schema of the comparison: words without positions, the ISBN and the libraries as they are.
fn schema() -> Schema {
    let mut schema = Schema::builder();
    let words =
        TextFieldIndexing::default().set_tokenizer("default").set_index_option(IndexRecordOption::WithFreqs);
    let words = TextOptions::default().set_indexing_options(words);
    for (name, _) in WORDS {
        let stored = if name == "keywords" { words.clone() } else { words.clone() | STORED };
        schema.add_text_field(name, stored);
    }
    schema.add_text_field("isbn", STRING | STORED);
    schema.add_text_field("library", STRING);
    schema.build()
}

fn build(documents: &PathBuf, out: &PathBuf) -> Result<()> {
    let began = Instant::now();
    std::fs::create_dir_all(out)?;
    let schema = schema();
    let field = |name: &str| schema.get_field(name);
    let (title, authors, publisher) = (field("title")?, field("authors")?, field("publisher")?);
    let (keywords, isbn, library) = (field("keywords")?, field("isbn")?, field("library")?);
    let index = Index::create_in_dir(out, schema.clone())?;
    let mut writer: IndexWriter = index.writer_with_num_threads(2, HEAP)?;
    let mut books = 0u32;
    for line in BufReader::new(File::open(documents)?).lines() {
        let line = line?;
        let cells: Vec<&str> = line.split('\t').collect();
        let [number, name, by, from, words, held] = cells[..] else { bail!("{line:?} has not six cells") };
        let mut document = TantivyDocument::default();
        document.add_text(isbn, number);
        document.add_text(title, name);
        document.add_text(authors, by);
        document.add_text(publisher, from);
        words.split('|').for_each(|word| document.add_text(keywords, word));
        held.split('|').for_each(|name| document.add_text(library, name));
        writer.add_document(document)?;
        books += 1;
    }
    writer.commit()?;
    let segments = index.searchable_segment_ids()?;
    if segments.len() > 1 {
        writer.merge(&segments).wait()?;
    }
    writer.wait_merging_threads()?;
    println!(
        "{}",
        json!({"books": books, "seconds": began.elapsed().as_secs_f64(), "peak_bytes": peak_bytes()})
    );
    Ok(())
}

/// The most memory this process ever had, as Linux tells it.
fn peak_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

/// An opened index and what its questions are made of.
struct Peer {
    searcher: Searcher,
    words: Vec<(Field, f32)>,
    isbn: Field,
    library: Field,
    tokenizer: tantivy::tokenizer::TextAnalyzer,
}

impl Peer {
    fn open(folder: &PathBuf) -> Result<Self> {
        let index = Index::open_in_dir(folder)?;
        let schema = index.schema();
        let words = WORDS.iter().map(|(name, weight)| Ok((schema.get_field(name)?, *weight)));
        Ok(Self {
            words: words.collect::<Result<_>>()?,
            isbn: schema.get_field("isbn")?,
            library: schema.get_field("library")?,
            tokenizer: index.tokenizers().get("default").context("no default tokenizer")?,
            searcher: index.reader()?.searcher(),
        })
    }

    /// The question: every word in some field, and every library asked.
    fn query(&mut self, text: &str, libraries: &str, mode: Mode) -> Box<dyn Query> {
        let mut words = Vec::new();
        let mut tokens = self.tokenizer.token_stream(text);
        tokens.process(&mut |token| words.push(token.text.clone()));
        let last = words.len().saturating_sub(1);
        let term = |field: Field, word: &str| -> Box<dyn Query> {
            Box::new(TermQuery::new(Term::from_field_text(field, word), IndexRecordOption::WithFreqs))
        };
        let mut all: Vec<Box<dyn Query>> = Vec::new();
        for (place, word) in words.iter().enumerate() {
            let mut any: Vec<Box<dyn Query>> = vec![term(self.isbn, word)];
            for (field, weight) in &self.words {
                any.push(Box::new(BoostQuery::new(term(*field, word), *weight)));
                // One slip in one letter is any letter.
                let slips = u8::from(word.chars().count() > 1);
                let own = Term::from_field_text(*field, word);
                match mode {
                    Mode::AllWords => {}
                    Mode::Application if place == last => {
                        any.push(Box::new(FuzzyTermQuery::new_prefix(own, slips, true)));
                    }
                    Mode::Application => any.push(Box::new(FuzzyTermQuery::new(own, slips, true))),
                }
            }
            all.push(Box::new(BooleanQuery::union(any)));
        }
        let held: Vec<_> = libraries.split('|').filter(|name| !name.is_empty()).collect();
        if !held.is_empty() {
            let held = held.into_iter().map(|name| -> Box<dyn Query> {
                Box::new(TermQuery::new(Term::from_field_text(self.library, name), IndexRecordOption::Basic))
            });
            all.push(Box::new(BooleanQuery::union(held.collect())));
        }
        Box::new(BooleanQuery::intersection(all))
    }
}

/// Processor time of this thread: other programs on the machine do not count.
fn processor_time() -> Result<Duration> {
    Ok(clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID)?.into())
}

fn ask(folder: &PathBuf, queries: &PathBuf, limit: usize, repeat: usize) -> Result<serde_json::Value> {
    let mut peer = Peer::open(folder)?;
    let mut lines = BufReader::new(File::open(queries)?).lines();
    let head = lines.next().context("no header")??;
    let names: Vec<String> = head.split('\t').map(str::to_owned).collect();
    let column =
        |name: &str| names.iter().position(|one| one == name).with_context(|| format!("no column {name}"));
    let (qid, class, query, libraries) =
        (column("qid")?, column("query_class")?, column("query")?, column("libraries")?);
    let mut told = Vec::new();
    for line in lines {
        let line = line?;
        let cells: Vec<&str> = line.split('\t').collect();
        let cell = |at: usize| cells.get(at).copied().unwrap_or_default();
        let mut answer = json!({"qid": cell(qid), "kind": cell(class)});
        for (name, mode) in [("all_words", Mode::AllWords), ("application", Mode::Application)] {
            let mut times = Vec::new();
            for turn in 0..=repeat {
                let began = processor_time()?;
                let asked = peer.query(cell(query), cell(libraries), mode);
                let hits = peer.searcher.search(&*asked, &TopDocs::with_limit(limit).order_by_score())?;
                std::hint::black_box(hits);
                // The first turn brings what it reads into the system's cache.
                if turn > 0 {
                    times.push((processor_time()? - began).as_secs_f64() * 1e3);
                }
            }
            times.sort_by(f64::total_cmp);
            let asked = peer.query(cell(query), cell(libraries), mode);
            let total = peer.searcher.search(&*asked, &Count)?;
            answer[name] = json!({"ms": times.get(times.len() / 2), "total": total});
        }
        told.push(answer);
    }
    Ok(
        json!({"tantivy": tantivy::version_string(), "limit": limit, "repeat": repeat, "answers": told, "peak_bytes": peak_bytes()}),
    )
}
