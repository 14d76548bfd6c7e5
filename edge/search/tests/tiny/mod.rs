// One book of one library, as an index in memory: for the examples of the documentation and the tests of the machines.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use seoga_index::alike::Alike;
use seoga_index::block::Block;
use seoga_index::book_id::BookId;
use seoga_index::columns::Language;
use seoga_index::file::{FileName, Kind};
use seoga_index::isbns::BookNumber;
use seoga_index::manifest::{Directory, Library, Manifest};
use seoga_index::phrases::Phrases;
use seoga_index::postings::{Field, Posting, payload};
use seoga_index::record::{Holding, Record, Shared};
use seoga_index::suggest::{Suggestion, SuggestionKind};
use seoga_index::write::{
    self, AlikeWriter, ColumnsWriter, DictionaryWriter, FacetValues, IsbnsWriter, NamesWriter,
    PostingsWriter, RecordsWriter, SuggestWriter,
};
use seoga_search::{ArrivalScope, FileId, Machine, SearchError, Step, Store};
use seoga_text::{fold, keys, token};

/// The ISBN of the book.
pub(crate) const ISBN13: u64 = 9_791_100_000_019;

/// An index whose files are opened when a machine asks for them.
pub(crate) struct TinyIndex {
    /// The table of contents.
    pub(crate) manifest: Arc<Manifest>,
    files: BTreeMap<String, Vec<u8>>,
}

/// The blocks opened so far.
#[derive(Default)]
struct Opened(RefCell<BTreeMap<FileId, Arc<Block>>>);

impl Store for Opened {
    fn get(&self, file: FileId) -> Option<Arc<Block>> {
        self.0.borrow().get(&file).cloned()
    }
}

impl TinyIndex {
    /// Steps a machine to its end from an empty store, opening the files that it asks for.
    pub(crate) fn ask<M: Machine>(&self, mut machine: M) -> Result<M::Answer, SearchError> {
        let opened = Opened::default();
        loop {
            match machine.step(&opened)? {
                Step::Done(answer) => return Ok(answer),
                Step::Need(files) => {
                    for id in files {
                        let name = self.manifest.file(id.kind, id.number).unwrap();
                        let bytes = self.files[&name.to_string()].clone();
                        let block = Block::open(&name, bytes).unwrap();
                        opened.0.borrow_mut().insert(id, Arc::new(block));
                    }
                }
            }
        }
    }
}

/// Writes the index: 파이썬 첫걸음 by 김서가, held by 강남.
pub(crate) fn tiny_index() -> TinyIndex {
    let (title, authors, publisher) = ("파이썬 첫걸음", "김서가", "서가출판");
    let mut files = BTreeMap::new();
    let mut sink = |name: FileName, bytes: Vec<u8>| {
        files.insert(name.to_string(), bytes);
    };
    let mut terms: BTreeSet<(Vec<u8>, u16)> = BTreeSet::new();
    for (text, field) in [(title, Field::Title), (authors, Field::Author), (publisher, Field::Publisher)] {
        let words = token::tokenize(text);
        terms.extend(words.iter().map(|word| (keys::encode(&word.text), payload(field, 20, 1))));
    }
    terms.insert((ArrivalScope::All.key(), 0));
    let mut postings = PostingsWriter::new();
    let mut dictionary = DictionaryWriter::new(Kind::Dictionary);
    for (key, payload) in terms {
        let entry = postings.add(&key, &[Posting { doc: 0, payload }], &mut sink).unwrap();
        dictionary.insert(&key, entry, &mut sink);
    }
    let (address, df_class) =
        postings.add_list(&[0xFF, 0], &[Posting { doc: 0, payload: 0 }], &mut sink).unwrap_or_default();
    let library =
        Library { name: "강남".to_owned(), books: 1, postings: address, df_class, ..Library::default() };
    let classes = vec!["005.133".to_owned()];
    let phrases = Phrases::bytes();
    let mut records = RecordsWriter::keeping(1, Vec::new(), Shared { phrases: &phrases, classes: &classes });
    let record = Record {
        id: BookId::isbn(ISBN13),
        checked: true,
        title: title.to_owned(),
        authors: authors.to_owned(),
        publisher: publisher.to_owned(),
        year: Some(2021),
        class_no: Some("005.133".to_owned()),
        holdings: vec![Holding::new(0, Some(19_000))],
        ..Record::default()
    };
    records.push(record, &mut sink);
    let mut columns = ColumnsWriter::new(1);
    let facets =
        FacetValues { class: 0, year: 2021, publisher: 0, language: Language::Korean, libraries: vec![0] };
    columns.push(facets, &mut sink);
    let facets = columns.finish(&mut sink);
    let mut suggest = SuggestWriter::new();
    let suggestion = Suggestion { text: title.to_owned(), kind: SuggestionKind::Title, count: 1, book: None };
    suggest.add(keys::encode(&fold::letters(title)), suggestion);
    let mut names = NamesWriter::publishers();
    names.push(publisher, &mut sink);
    let mut alike = AlikeWriter::new(1);
    alike.push(Alike::default(), &mut sink);
    let mut isbns = IsbnsWriter::keeping(1, Vec::new());
    isbns.push(BookNumber { id: BookId::isbn(ISBN13), own: true, doc: 0 }, &mut sink);
    let directory = Directory {
        dictionary: dictionary.finish(&mut sink),
        suggest: suggest.finish(&mut sink),
        postings: postings.finish(&mut sink),
        records: records.finish(&mut sink),
        names: names.finish(&mut sink),
        isbns: isbns.finish(&mut sink),
        facets,
        alike: alike.finish(&mut sink),
        shelf: write::shelf(&[0], 1, &mut sink),
        ..Directory::default()
    };
    let manifest = Manifest {
        documents: 1,
        libraries: vec![library],
        classes: classes.clone(),
        phrases: phrases.clone(),
        directory,
        ..Manifest::default()
    };
    let (name, bytes) = write::manifest(&manifest);
    TinyIndex { manifest: Arc::new(Manifest::open(&name, &bytes).unwrap()), files }
}
