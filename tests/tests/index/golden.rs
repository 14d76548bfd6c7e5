//! Holds the index format to the files that are committed in `tests/golden`, a folder for each version.
//!
//! `catalogue` was invented for this, `index` was built of it, `answers.txt` says what was answered from it. Version 2 is
//! not frozen ([`FROZEN`]): its bytes may change, so its index is built here and only the answers are held. Once it is, a
//! failure says that the bytes of an index, or what is read out of them, changed: raise `FORMAT_VERSION` and record new
//! files beside these. Not a test of relevance: where ranking changes on purpose, `answers.txt` alone is recorded anew,
//! by `SEOGA_RECORD_GOLDEN=1 cargo test -p seoga-tests --test index golden`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use index_builder::catalogue::Catalogue;
use index_builder::learn::Learned;
use index_builder::local::LocalIndex;
use seoga_index::book_id::BookId;
use seoga_index::columns::Language;
use seoga_index::record::Record;
use seoga_index::{FORMAT_VERSION, file};
use seoga_search::{
    Answer, ArrivalScope, Arrivals, Filters, IsbnPage, Lookup, Request, Sort, Suggest, YearRange, choice_hash,
};
use seoga_text::fold;

use crate::made::{build_learned, files, folder, inputs};

/// Is the newest version whose bytes are settled: indexes of it are committed, and no change of theirs is allowed.
const FROZEN: u8 = 1;

/// Gives the folder of the golden files of a version.
fn of_version(version: u8) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden").join(format!("v{version}"))
}

/// Gives the golden index of this version, built of the golden catalogue until the version is frozen; records the
/// answers from it where that was asked for.
fn index() -> &'static Path {
    static INDEX: LazyLock<PathBuf> = LazyLock::new(|| {
        let golden = of_version(FORMAT_VERSION);
        let mut index = golden.join("index");
        if FORMAT_VERSION > FROZEN {
            index = Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden");
            let _ = std::fs::remove_dir_all(&index);
            build_learned(&inputs(&golden.join("catalogue")), learned, &index);
        }
        if std::env::var_os("SEOGA_RECORD_GOLDEN").is_some() {
            std::fs::write(golden.join("answers.txt"), answers(&index)).unwrap();
        }
        index
    });
    &INDEX
}

/// Gives points to two books for one query, and to another book whatever is asked.
fn learned(catalogue: &Catalogue) -> Learned {
    let id = |title: &str| catalogue.books.iter().find(|book| book.title == title).unwrap().id;
    let mut picks = vec![(id("등대의 수학 연습장"), 40), (id("등대의 한국사 이야기"), 9)];
    picks.sort_unstable();
    Learned {
        queries: BTreeMap::from([(choice_hash("등대").unwrap(), picks)]),
        prior: BTreeMap::from([(id("텐서플로로 보는 바다 날씨"), 3)]),
    }
}

/// Asks what no other question here needs a file, a column or a list for.
fn requests() -> Vec<(String, Request)> {
    let text = |typed: &str| Request {
        text: fold::canonical_query(typed),
        typed: typed.to_owned(),
        page: 1,
        limit: 5,
        ..Request::default()
    };
    let words = [
        "파이썬",
        "파이선",
        "vkdlTjs",
        "ㅍㅇㅆ",
        "입문 파이썬",
        "python",
        "lamplight ashfold",
        "등대",
        "구름 정원",
        "자료구",
        "한자로 읽는",
        "9792900000013",
        "달팽이의 요리 이야기",
        "길동무",
        "없는말씀",
    ];
    let filter = |filters: Filters| Request { filters, ..text("이야기") };
    let sorted = |sort: Sort| Request { sort, ..text("등대") };
    let mut all: Vec<(String, Request)> =
        words.iter().map(|word| (format!("words {word}"), text(word))).collect();
    let library = Filters { libraries: vec![1, 3], ..Filters::default() };
    let class = Filters { classes: vec!["44".to_owned()], ..Filters::default() };
    let year = YearRange { from: Some(2010), to: None };
    let year = Filters { year: Some(year), ..Filters::default() };
    let publisher = Filters { publishers: vec!["나루터".to_owned()], ..Filters::default() };
    all.push(("libraries 1, 3".to_owned(), filter(library)));
    all.push(("class 44".to_owned(), filter(class)));
    all.push(("years from 2010".to_owned(), filter(year)));
    all.push(("publisher 나루터".to_owned(), filter(publisher)));
    for language in Language::ALL {
        let filters = Filters { language: Some(language), ..Filters::default() };
        all.push((format!("language {}", language.code()), Request { filters, ..text("") }));
    }
    all.extend(Sort::ALL.map(|sort| (format!("등대 by {}", sort.code()), sorted(sort))));
    all
}

fn record(out: &mut String, record: &Record) {
    let Record { id, title, authors, publisher, year, class_no, holdings, .. } = record;
    let held: Vec<String> = holdings
        .iter()
        .map(|held| format!("{}:{}", held.library, held.registered.map_or(0, u32::from)))
        .collect();
    let year = year.map_or(String::new(), |year| year.to_string());
    let class = class_no.as_deref().unwrap_or_default();
    let held = held.join(" ");
    let _ = write!(out, "{id} | {title} | {authors} | {publisher} | {year} | {class} | {held}");
}

fn answer(out: &mut String, answer: &Answer) {
    let _ = writeln!(out, "  total {}, exact {}", answer.total, answer.total_exact);
    for read in &answer.interpretation {
        let _ = writeln!(out, "  {} read as {} ({})", read.input, read.expansion, read.by.code());
    }
    for hit in &answer.hits {
        let _ = write!(out, "  {} tier {} score {} ", hit.rank, hit.tier as u8, hit.score);
        record(out, &hit.record);
        for found in &hit.highlights {
            let _ = write!(out, " [{} {}..{}]", found.field.code(), found.start, found.end);
        }
        out.push('\n');
    }
    for facet in &answer.facets {
        let counts: Vec<String> =
            facet.counts.iter().map(|counted| format!("{} {}", counted.value, counted.count)).collect();
        let _ = writeln!(out, "  {}: {}", facet.name, counts.join(", "));
    }
    if let Some(text) = &answer.did_you_mean {
        let _ = writeln!(out, "  did you mean {text}");
    }
}

/// Asks an index everything; gives the answers as text.
fn answers(folder: &Path) -> String {
    let index = LocalIndex::open(folder, 1 << 20).unwrap();
    let manifest = || Arc::clone(&index.manifest);
    let mut out = String::new();
    for (name, request) in requests() {
        let _ = writeln!(out, "{name}");
        answer(&mut out, &index.search(request).unwrap());
    }
    for text in ["파이", "ㄷ", "light"] {
        let _ = writeln!(out, "suggest {text}");
        for found in index.ask(Suggest::new(manifest(), text, 8)).unwrap() {
            let _ = writeln!(out, "  {} {} {}", found.kind.code(), found.count, found.text);
        }
    }
    let isbns = index.ask(IsbnPage::new(manifest(), 0)).unwrap();
    let _ = writeln!(
        out,
        "isbns\n  {} from {:?} to {:?}",
        isbns.len(),
        isbns.first().and_then(|id| id.isbn13()),
        isbns.last().and_then(|id| id.isbn13())
    );
    let lamplight = BookId::isbn(9_792_900_001_478);
    for id in [lamplight, BookId::isbn(9_792_900_000_013), BookId::isbn(1)] {
        let _ = writeln!(out, "book {id}");
        let Some(book) = index.ask(Lookup::new(manifest(), id).with_more_like_this()).unwrap() else {
            continue;
        };
        let lists = [("edition", book.editions), ("similar", book.similar)];
        let lists = lists.into_iter().chain([("left", book.left), ("right", book.right)]);
        for (name, list) in lists.chain([("itself", vec![book.record])]) {
            for found in &list {
                let _ = write!(out, "  {name} ");
                record(&mut out, found);
                out.push('\n');
            }
        }
    }
    for (name, of) in [
        ("all", ArrivalScope::All),
        ("library 0", ArrivalScope::Library(0)),
        ("class 0", ArrivalScope::Class("0")),
    ] {
        let _ = writeln!(out, "arrivals of {name}");
        for found in index.ask(Arrivals::new(manifest(), of, 3)).unwrap() {
            out.push_str("  ");
            record(&mut out, &found);
            out.push('\n');
        }
    }
    out
}

#[test]
fn the_golden_files_are_read_as_they_were() {
    let answers = answers(index());
    let recorded = std::fs::read_to_string(of_version(FORMAT_VERSION).join("answers.txt")).unwrap();
    for (line, (now, then)) in answers.lines().zip(recorded.lines()).enumerate() {
        assert_eq!(now, then, "answers.txt, line {}", line + 1);
    }
    assert_eq!(answers.len(), recorded.len());
}

#[test]
fn the_golden_files_hold_every_kind_and_lists_of_several_blocks() {
    let names = files(index());
    let kinds: String =
        names.keys().filter_map(|name| name.split_once('/')).filter_map(|(_, n)| n.chars().next()).collect();
    for letter in "mdvprfnscahi".chars() {
        assert!(kinds.contains(letter), "no file of kind {letter}: {kinds}");
    }
    let bytes: usize = names.values().map(Vec::len).sum();
    assert!(bytes < 100_000, "{bytes} bytes");
    assert!(
        names.values().filter(|file| file.starts_with(&file::MAGIC)).all(|file| file[4] == FORMAT_VERSION)
    );
}

#[test]
fn the_same_catalogue_is_written_as_the_golden_files() {
    let place = folder();
    build_learned(&inputs(&of_version(FORMAT_VERSION).join("catalogue")), learned, place.path());
    let (built, recorded) = (files(place.path()), files(index()));
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&built), names(&recorded), "other bytes than format version {FORMAT_VERSION} had");
    assert!(built == recorded, "other bytes under the same names");
}

#[test]
fn an_index_of_an_older_version_is_refused_with_what_to_do() {
    for older in 1..FORMAT_VERSION {
        let Err(error) = LocalIndex::open(&of_version(older).join("index"), 1 << 20) else {
            panic!("an index of version {older} was opened");
        };
        let said = error.to_string();
        for part in [format!("version {older}"), format!("reads {FORMAT_VERSION}"), "rebuild".to_owned()] {
            assert!(said.contains(&part), "{said:?} lacks {part:?}");
        }
    }
}
