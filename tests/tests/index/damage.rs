//! A damaged index file is named, and never answered from.
//!
//! Every kind of file is damaged in every way, and the questions that need it are asked of a fresh index: each is
//! answered as before, or not at all with an error that names the file. How the worker reports it is another test.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use crate::made::{build, build_learned, files, folder, inputs, invent};
use crate::noted::Noted;
use index_builder::catalogue::Catalogue;
use index_builder::learn::Learned;
use index_builder::local::{LocalIndex, ToolError};
use index_builder::tools::verify;
use seoga_index::FORMAT_VERSION;
use seoga_index::block::Block;
use seoga_index::book_id::BookId;
use seoga_index::file::{HEADER_BYTES, Kind};
use seoga_index::opening;
use seoga_index::pointer::{self, Pointer};
use seoga_search::{
    Answer, Book, Completion, FileId, Lookup, Machine, Request, Search, SearchError, Sort, Store, Suggest,
};
use seoga_text::fold;

/// More than one file of every kind that is cut by number of books.
const BOOKS: u32 = 2_500;

/// Questions to an index.
#[derive(Debug, Clone)]
enum Question {
    Search(Box<Request>),
    Suggest(&'static str),
    Book(BookId),
}

#[derive(Debug, PartialEq)]
enum Told {
    Answer(Box<Answer>),
    Suggestions(Vec<Completion>),
    Book(Option<Box<Book>>),
}

fn ask(index: &LocalIndex, question: &Question) -> Result<Told, ToolError> {
    Ok(match question {
        Question::Search(request) => Told::Answer(Box::new(index.search((**request).clone())?)),
        Question::Suggest(text) => {
            Told::Suggestions(index.ask(Suggest::new(Arc::clone(&index.manifest), text, 10))?)
        }
        Question::Book(id) => {
            let machine = Lookup::new(Arc::clone(&index.manifest), *id).with_more_like_this();
            Told::Book(index.ask(machine)?.map(Box::new))
        }
    })
}

fn search(text: &str, sort: Sort) -> Question {
    let text = fold::canonical_query(text);
    Question::Search(Box::new(Request {
        typed: text.clone(),
        text,
        sort,
        page: 1,
        limit: 20,
        ..Request::default()
    }))
}

/// Picks for one of the questions.
fn learned(catalogue: &Catalogue) -> Learned {
    let books = catalogue.books.iter().step_by(100).map(|book| (book.id, 50)).collect();
    let hash = seoga_search::choice_hash("데이터").unwrap();
    Learned { queries: BTreeMap::from([(hash, books)]), prior: BTreeMap::new() }
}

/// Questions that together need every kind of file.
fn questions(id: BookId, title: &str, compiled: &str) -> Vec<Question> {
    // One key twice, far enough behind for the slip to be looked for from the other end.
    let slip = "데이터베이이스";
    vec![
        search("데이터", Sort::Relevance),
        search(title, Sort::Relevance),
        search(compiled, Sort::Relevance),
        search("데이터", Sort::Newest),
        search("데이터", Sort::Year),
        search(slip, Sort::Relevance),
        search("ㄷㅇㅌ", Sort::Relevance),
        Question::Suggest("데이"),
        Question::Book(id),
    ]
}

/// A question whose answer is compiled.
fn compiled(folder: &Path) -> String {
    let index = fresh(folder);
    let name = index.manifest.file(Kind::Answers, 0).unwrap();
    let file = fs::read(folder.join(name.to_string())).unwrap();
    let block = Block::open(&name, file).unwrap();
    block.answers().unwrap().get(0, index.manifest.shared()).unwrap().unwrap().question
}

/// The files that a question needs, in the order in which they are asked for.
fn needed(index: &LocalIndex, question: &Question) -> Vec<FileId> {
    fn rounds(index: &LocalIndex, machine: impl Machine) -> Vec<Vec<FileId>> {
        let mut noted = Noted::new(machine);
        index.ask(&mut noted).unwrap();
        noted.rounds
    }
    let manifest = Arc::clone(&index.manifest);
    let rounds = match question {
        Question::Search(request) => rounds(index, Search::new(manifest, (**request).clone())),
        Question::Suggest(text) => rounds(index, Suggest::new(manifest, text, 10)),
        Question::Book(id) => rounds(index, Lookup::new(manifest, *id).with_more_like_this()),
    };
    rounds.concat()
}

/// Ways to spoil a file. `other` is a whole file of the same kind; of the opening none would be out of place.
fn damaged(file: &[u8], other: Option<&Vec<u8>>) -> Vec<(&'static str, Vec<u8>)> {
    let bit = |at: usize| {
        let mut bytes = file.to_vec();
        bytes[at] ^= 4;
        bytes
    };
    let mut version = file.to_vec();
    version[4] = FORMAT_VERSION + 1;
    let mut noise = 0x5e09_a5e0_9a5e_09a5_u64;
    let random: Vec<u8> = (0..file.len())
        .map(|_| {
            noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (noise >> 56) as u8
        })
        .collect();
    let header_kept = [&file[..HEADER_BYTES], &random[HEADER_BYTES..]].concat();
    vec![
        ("without its end", file[..file.len() - 1].to_vec()),
        ("cut in the middle", file[..file.len() / 2].to_vec()),
        ("cut in its header", file[..20].to_vec()),
        ("empty", Vec::new()),
        ("longer", [file, b"\n"].concat()),
        ("one bit of its magic", bit(1)),
        ("one bit of its kind", bit(5)),
        ("one bit of its encoding", bit(6)),
        ("one bit of a reserved byte", bit(7)),
        ("one bit of a length", bit(8)),
        ("one bit of the other length", bit(13)),
        ("one bit of its number", bit(16)),
        ("one bit of its generation", bit(20)),
        ("one bit of its checksum", bit(35)),
        ("one bit of its payload", bit(HEADER_BYTES + (file.len() - HEADER_BYTES) / 2)),
        ("its last bit", bit(file.len() - 1)),
        ("another version", version),
        ("random bytes", random),
        ("random bytes behind its header", header_kept),
    ]
    .into_iter()
    .chain(other.map(|other| ("swapped with another of its kind", other.to_vec())))
    .collect()
}

#[test]
fn each_kind_of_damage_to_each_kind_of_file_is_named_and_never_answered_from() {
    let place = folder();
    let out = place.path().join("index");
    let catalogue = build_learned(&inputs(&invent(place.path(), BOOKS, 1)), learned, &out);
    let elsewhere = place.path().join("other");
    build_learned(&inputs(&invent(place.path(), BOOKS, 2)), learned, &elsewhere);
    let others = files(&elsewhere);

    let book = &catalogue.books[catalogue.books.len() / 2];
    let questions = questions(book.id, &book.title, &compiled(&out));
    let intact: Vec<Told> = questions.iter().map(|question| ask(&fresh(&out), question).unwrap()).collect();
    verify::run(&out).unwrap();

    // Of each kind the first file and the last that some question needs.
    let index = fresh(&out);
    let mut victims: BTreeMap<Kind, BTreeSet<u32>> = BTreeMap::new();
    for question in &questions {
        for file in needed(&fresh(&out), question) {
            victims.entry(file.kind).or_default().insert(file.number);
        }
    }
    let opening = opening::FILE_NAME.to_owned();
    let mut names = vec![(Kind::Opening, opening), (Kind::Manifest, manifest_name(&out))];
    for (kind, numbers) in &victims {
        for number in BTreeSet::from([numbers.first().unwrap(), numbers.last().unwrap()]) {
            names.push((*kind, index.manifest.file(*kind, *number).unwrap().to_string()));
        }
    }
    let kinds: BTreeSet<Kind> = names.iter().map(|(kind, _)| *kind).collect();
    // No question reads the sort columns: the next index takes the places of titles from them.
    assert_eq!(kinds.len(), 16, "the questions need every kind of file: {kinds:?}");

    for (kind, name) in names {
        let path = out.join(&name);
        let file = fs::read(&path).unwrap();
        let letter = |name: &str| name.split_once('/').map(|(_, file)| file[..1].to_owned());
        let same_kind = |(other, _): &(&String, &Vec<u8>)| letter(other) == letter(&name) && **other != name;
        let other = others.iter().find(same_kind).map(|(_, other)| other).filter(|_| kind != Kind::Opening);
        assert!(other.is_some() || kind == Kind::Opening, "another index has other files of every kind");
        for (what, bytes) in damaged(&file, other) {
            assert_ne!(bytes, file, "{name} {what}");
            fs::write(&path, bytes).unwrap();
            let error = verify::run(&out).expect_err(&format!("{name} {what} was verified")).to_string();
            assert!(error.contains(&name), "{name} {what}: verify says {error}");
            let mut refused = 0;
            for (question, expected) in questions.iter().zip(&intact) {
                let told = LocalIndex::open(&out, 0).and_then(|index| ask(&index, question));
                match told {
                    Ok(told) => assert_eq!(&told, expected, "{name} {what}: {question:?}"),
                    Err(error) => {
                        refused += 1;
                        assert!(error.to_string().contains(&name), "{name} {what}: {error}");
                    }
                }
            }
            // The opening says all that the table of contents says.
            assert!(refused > 0 || kind == Kind::Manifest, "{kind:?} {name} {what}: no question met it");
        }
        fs::remove_file(&path).unwrap();
        let error = verify::run(&out).expect_err("a missing file was verified").to_string();
        assert!(error.contains(&name), "{name} missing: {error}");
        fs::write(&path, file).unwrap();
    }
    verify::run(&out).expect("everything was put back");
}

#[test]
fn a_damaged_pointer_is_found_or_points_where_it_did() {
    let place = folder();
    let out = place.path().join("index");
    build(&inputs(&invent(place.path(), 60, 1)), &out);
    let path = out.join(pointer::FILE_NAME);
    let pointer = fs::read(&path).unwrap();
    let told = Pointer::parse(&pointer).unwrap();
    let mut refused = 0;
    let mut spoiled: Vec<Vec<u8>> = (0..pointer.len()).map(|end| pointer[..end].to_vec()).collect();
    for at in 0..pointer.len() {
        for bit in 0..8 {
            let mut bytes = pointer.clone();
            bytes[at] ^= 1 << bit;
            spoiled.push(bytes);
        }
    }
    spoiled.push(b"{}".to_vec());
    spoiled.push(br#"{"format":2,"generation":"../../secret","previous":[]}"#.to_vec());
    for bytes in spoiled {
        fs::write(&path, &bytes).unwrap();
        match verify::run(&out) {
            Ok(_) => {
                let read = Pointer::parse(&bytes).unwrap();
                // A member by another name is none, and the count may be missing.
                let expected = Pointer { bytes: read.bytes.and(told.bytes), ..told.clone() };
                assert_eq!(read, expected, "{}", String::from_utf8_lossy(&bytes));
            }
            Err(error) => {
                refused += 1;
                let error = error.to_string();
                // A name that is well-formed and wrong is the name of a file that is not there.
                assert!(error.contains(pointer::FILE_NAME) || error.contains("/m.bin"), "{error}");
            }
        }
        // Who has the opening does not need it.
        assert!(LocalIndex::open(&out, 0).is_ok());
    }
    assert!(refused > pointer.len(), "only {refused} were refused");
}

/// An index as an isolate that just began has it.
fn fresh(folder: &Path) -> LocalIndex {
    LocalIndex::open(folder, 0).unwrap()
}

fn manifest_name(folder: &Path) -> String {
    Pointer::parse(&fs::read(folder.join(pointer::FILE_NAME)).unwrap()).unwrap().current.to_string()
}

/// A store that has one block under every name.
struct Same(Arc<Block>);

impl Store for Same {
    fn get(&self, _: FileId) -> Option<Arc<Block>> {
        Some(Arc::clone(&self.0))
    }
}

#[test]
fn a_block_of_another_kind_is_an_error_and_not_taken_for_absent() {
    let place = folder();
    let out = place.path().join("index");
    build(&inputs(&invent(place.path(), 60, 1)), &out);
    let manifest = LocalIndex::open(&out, 0).unwrap().manifest;
    let block = |kind: Kind| {
        let name = manifest.file(kind, 0).unwrap();
        let file = fs::read(out.join(name.to_string())).unwrap();
        Arc::new(Block::open(&name, file).unwrap())
    };
    let error = |kind: Kind, machine: &mut dyn FnMut(&Same) -> Option<SearchError>| {
        let error =
            machine(&Same(block(kind))).expect("a block of another kind was read as if there were none");
        assert!(error.to_string().contains("another kind"), "{kind:?}: {error}");
    };
    let request = || Request { text: "책".to_owned(), page: 1, limit: 5, ..Request::default() };
    error(Kind::Names, &mut |store| Search::new(Arc::clone(&manifest), request()).step(store).err());
    error(Kind::Names, &mut |store| {
        Lookup::new(Arc::clone(&manifest), BookId::isbn(9_999_999_999_999)).step(store).err()
    });
    error(Kind::Records, &mut |store| Suggest::new(Arc::clone(&manifest), "책", 5).step(store).err());
}
