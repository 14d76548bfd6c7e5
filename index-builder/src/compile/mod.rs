//! From a clean catalogue to the files of an index.
//!
//! The order of the work: number the books ([`order`]), find the keys of each
//! ([`invert`]), write lists and dictionary, records, columns, names and
//! suggestions, then the manifest and the pointer to it. Each file is written
//! under its content name; the caller moves the finished folder into place.
//!
//! Invariant: the same catalogue gives the same bytes, whatever the number of
//! threads.

mod answers;
mod arrivals;
mod completions;
mod contributors;
mod documents;
mod files;
mod history;
mod invert;
mod learned;
mod libraries;
mod order;
mod orders;
mod phrases;
mod postings;
mod previous;
mod ragged;
mod related;
mod shelf;
mod similar;
mod skeletons;
mod suggestions;
mod told;
mod topics;
mod works;

use std::path::Path;
use std::sync::Arc;

use seoga_index::limits::{MAX_DOCUMENTS, MAX_LIBRARIES};
use seoga_index::manifest::{Directory, Manifest, PlacedFiles};
use seoga_text::fold;

use crate::analyse::{LastVolumes, Vocabulary};
use crate::catalogue::{Book, Catalogue, Works};
use crate::learn::Learned;
use crate::progress::{Progress, Unit};

use contributors::Contributors;
use files::Folder;
pub use files::{CompileError, Summary};
use history::History;
pub use previous::Previous;
use topics::Topics;

/// Compiles `catalogue` into the folder `out`, which must exist and be empty.
///
/// # Errors
/// [`CompileError`] when a file cannot be written, or the catalogue is larger
/// than the format allows.
///
/// # Examples
/// ```
/// use index_builder::compile::compile;
/// use index_builder::progress::Quiet;
/// use index_builder::sources::{self, InMemory, Inputs};
///
/// let list = "도서명,저자,ISBN\n파이썬 첫걸음,한가온,9780306406157\n";
/// let files = InMemory::default().with("가온.csv", list);
/// let inputs = Inputs { holdings: vec!["가온.csv".into()], ..Inputs::default() };
/// let catalogue = sources::read_from(&files, &inputs, &Quiet)?.catalogue;
///
/// let folder = tempfile::tempdir()?;
/// let summary = compile(&catalogue, folder.path(), &Quiet)?;
/// assert_eq!(summary.books, 1);
/// assert!(folder.path().join("current.json").is_file());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn compile(catalogue: &Catalogue, out: &Path, progress: &dyn Progress) -> Result<Summary, CompileError> {
    compile_learned(catalogue, &Learned::default(), out, progress)
}

/// Compiles `catalogue` with what was learned from choices: files and a part of the manifest
/// more, every other file as without.
///
/// # Errors
/// As [`compile`].
pub fn compile_learned(
    catalogue: &Catalogue,
    learned: &Learned,
    out: &Path,
    progress: &dyn Progress,
) -> Result<Summary, CompileError> {
    compile_after(&Previous::default(), catalogue, learned, out, progress)
}

/// Compiles `catalogue` after an earlier index: what did not change keeps its bytes and names as far as can be. What is
/// found is the same as without; books of equal score may come in another order.
///
/// # Errors
/// As [`compile`].
pub fn compile_after(
    previous: &Previous,
    catalogue: &Catalogue,
    learned: &Learned,
    out: &Path,
    progress: &dyn Progress,
) -> Result<Summary, CompileError> {
    if catalogue.books.is_empty() {
        return Err(CompileError::Empty);
    }
    if catalogue.books.len() > MAX_DOCUMENTS as usize {
        return Err(CompileError::TooManyBooks(catalogue.books.len()));
    }
    if catalogue.libraries.len() > MAX_LIBRARIES {
        return Err(CompileError::TooManyLibraries(catalogue.libraries.len()));
    }
    let folder = Folder::new(out, &previous.files);
    let likeliest = order::by_popularity(catalogue);
    let (before, nothing) = (previous, Previous::default());
    let (previous, order, renumbered) = match previous.order(catalogue, &likeliest) {
        Ok(order) => (previous, order, None),
        Err(why) => (&nothing, likeliest, Some(why)),
    };
    let books = || order.iter().filter_map(|place| catalogue.books.get(*place as usize));

    progress.begin("words", catalogue.books.len() as u64, Unit::Items);
    let (vocabulary, last) = (Vocabulary::learn(catalogue), LastVolumes::find(catalogue));
    progress.end();
    let inverted = invert::invert(catalogue, (&vocabulary, &last), &order, progress);
    progress.begin("related words", 0, Unit::Items);
    let in_order: Vec<&Book> = books().collect();
    let topics = Topics::find(catalogue, &in_order);
    let (related, near) = related::find(&topics, &in_order, &previous.related);
    progress.end();
    progress.begin("similar books", 0, Unit::Items);
    let contributors = Contributors::find(&in_order);
    let works = Works::find(&in_order);
    let alike = similar::find(&topics, &near, (&contributors, &works), &in_order);
    let shelf = shelf::order(&in_order, &contributors);
    drop((topics, near, in_order));
    progress.end();

    progress.begin("files", inverted.len() as u64 + catalogue.books.len() as u64, Unit::Items);
    let by_document: Vec<&Book> = books().collect();
    let history = History::find(before, catalogue, &by_document);
    let (lists, rows) = rayon::join(
        || {
            postings::write(
                catalogue,
                &by_document,
                (&inverted, &history, &works),
                related,
                previous,
                &mut folder.sink(),
                progress,
            )
        },
        || {
            let told = (alike, shelf, &works);
            documents::write(catalogue, &by_document, told, previous, &mut folder.sink(), progress)
        },
    );
    drop(inverted);
    progress.end();

    progress.begin("suggestions", 0, Unit::Items);
    let suggest = suggestions::collect(catalogue, &contributors).finish_keeping(
        order.len(),
        previous.suggest.clone(),
        &mut folder.sink(),
    );
    progress.end();

    let (choices, learned) = learned::write(learned, catalogue, &order, &mut folder.sink());
    let manifest = Manifest {
        availability: None,
        name: String::new(),
        built: catalogue.data_date.map(|date| date.to_string()).unwrap_or_default(),
        invented: catalogue.invented,
        documents: catalogue.books.len() as u32,
        libraries: lists.libraries,
        classes: rows.classes,
        synonyms: synonyms(catalogue),
        phrases: rows.phrases,
        directory: Directory {
            dictionary: lists.dictionary,
            reversed: lists.reversed,
            suggest,
            postings: lists.postings,
            lists: lists.lists,
            records: rows.records,
            facets: rows.facets,
            names: rows.names,
            isbns: rows.isbns,
            choices,
            alike: rows.alike,
            shelf: rows.shelf,
            items: rows.items,
            subjects: rows.subjects,
            answers: PlacedFiles::default(),
            libraries: libraries::write(catalogue, &mut folder.sink()),
        },
        learned,
        answered: Vec::new(),
    };
    progress.begin("answers", 0, Unit::Items);
    let mut manifest = Arc::new(manifest);
    let (answered, files) = answers::write(&manifest, &lists.questions, &folder);
    let told = Arc::make_mut(&mut manifest);
    (told.answered, told.directory.answers) = (answered, files);
    progress.end();
    folder.finish(Arc::unwrap_or_clone(manifest), renumbered)
}

/// Groups of words that mean the same: pairs that share a word are one group
/// only when the file's second column is the same word (several English words
/// for one Korean one); a chain through a first column stays apart, since its
/// ends are often not the same thing.
fn synonyms(catalogue: &Catalogue) -> Vec<Vec<String>> {
    let mut groups: std::collections::BTreeMap<String, Vec<String>> = std::collections::BTreeMap::new();
    for pair in &catalogue.synonyms {
        let (from, to) = (fold::letters(&pair.from), fold::letters(&pair.to));
        if from != to && !from.is_empty() && !to.is_empty() {
            groups.entry(to).or_default().push(from);
        }
    }
    groups
        .into_iter()
        .map(|(to, mut from)| {
            from.sort_unstable();
            from.dedup();
            from.insert(0, to);
            from
        })
        .collect()
}
