//! Writes what is kept of each document: its record, its columns, the books like it; and publishers' names.

use seoga_index::DocId;
use seoga_index::alike::Alike;
use seoga_index::columns::{UNKNOWN16, UNKNOWN24};
use seoga_index::isbns::BookNumber;
use seoga_index::items::Item;
use seoga_index::manifest::PlacedFiles;
use seoga_index::phrases::Phrases;
use seoga_index::record::{Holding, Record, Series, Shared};
use seoga_index::write::{
    AlikeWriter, ColumnsWriter, FacetValues, IsbnsWriter, ItemsWriter, NamesWriter, RecordsWriter, Sink,
};
use seoga_text::fold;

use super::order::{self, Classes};
use super::phrases;
use super::previous::Previous;
use super::works;
use crate::analyse;
use crate::catalogue::{self, Book, Catalogue, Copies, Date, Works};
use crate::progress::Progress;

/// The directories of the files written, and the class numbers that columns count in.
pub(super) struct DocumentFiles {
    pub(super) classes: Vec<String>,
    pub(super) phrases: Phrases,
    pub(super) records: PlacedFiles,
    pub(super) facets: PlacedFiles,
    pub(super) names: PlacedFiles,
    pub(super) isbns: PlacedFiles,
    pub(super) alike: PlacedFiles,
    pub(super) shelf: PlacedFiles,
    pub(super) items: PlacedFiles,
    pub(super) subjects: PlacedFiles,
}

/// Writes every document; `books` are in document order.
pub(super) fn write(
    catalogue: &Catalogue,
    books: &[&Book],
    (alike, shelf, works): (Vec<Alike>, Vec<DocId>, &Works),
    previous: &Previous,
    sink: &mut Sink<'_>,
    progress: &dyn Progress,
) -> DocumentFiles {
    let classes = Classes::of(catalogue, &previous.classes);
    let publishers = order::publishers(catalogue, &previous.publishers);
    let mut names = NamesWriter::publishers();
    publishers.names.iter().for_each(|name| names.push(name, sink));
    let phrases = match &previous.phrases {
        none if none.is_empty() => phrases::find(books.len(), |doc| books.get(doc).map(|book| record(book))),
        kept => kept.clone(),
    };
    let shared = Shared { phrases: &phrases, classes: &classes.numbers };
    let mut records = RecordsWriter::keeping(books.len(), previous.records.clone(), shared);
    let mut columns = ColumnsWriter::new(catalogue.libraries.len());
    let editions = works::editions(works, books);
    for (doc, book) in (0..).zip(books) {
        progress.advance(1);
        let editions = works.of(doc).and_then(|work| editions.get(work as usize).copied());
        records.push(Record { editions, ..record(book) }, sink);
        let class = book.class_no.as_ref().and_then(|class| classes.place(class));
        columns.push(
            FacetValues {
                class: class.unwrap_or(UNKNOWN16),
                year: book.year.unwrap_or(UNKNOWN16),
                publisher: publishers.number(&book.publisher).unwrap_or(UNKNOWN24),
                language: analyse::language(book),
                libraries: book.holdings.iter().map(|holding| holding.library.0).collect(),
            },
            sink,
        );
    }
    let mut items = ItemsWriter::new(books.len());
    books.iter().for_each(|book| items.push(book.copies.iter().map(item).collect(), sink));
    let items = items.finish(sink);
    let mut subjects = NamesWriter::subjects(books.len());
    books.iter().for_each(|book| subjects.push(&keywords(catalogue, book), sink));
    let subjects = subjects.finish(sink);
    let records = records.finish(sink);
    let facets = columns.finish(sink);
    let names = names.finish(sink);
    let mut isbns = IsbnsWriter::keeping(books.len(), previous.isbns.clone());
    numbers(books).into_iter().for_each(|number| isbns.push(number, sink));
    let isbns = isbns.finish(sink);
    let mut rows = AlikeWriter::new(books.len() as u32);
    alike.into_iter().for_each(|row| rows.push(row, sink));
    let alike = rows.finish(sink);
    let shelf = seoga_index::write::shelf(&shelf, books.len() as u32, sink);
    DocumentFiles {
        classes: classes.numbers,
        phrases,
        records,
        facets,
        names,
        isbns,
        alike,
        shelf,
        items,
        subjects,
    }
}

/// Writes the keywords of a book, best first, one on a line.
fn keywords(catalogue: &Catalogue, book: &Book) -> String {
    book.keywords.iter().map(|id| catalogue.keyword(*id)).collect::<Vec<_>>().join("\n")
}

/// Lists the numbers by which books are found, ascending, of equal ones the id of a book first.
fn numbers(books: &[&Book]) -> Vec<BookNumber> {
    let of = |(doc, book): (DocId, &&Book)| {
        let leads = book.leads.iter().map(move |id| BookNumber { id: *id, own: false, doc });
        std::iter::once(BookNumber { id: book.id, own: true, doc }).chain(leads).collect::<Vec<_>>()
    };
    let mut numbers: Vec<BookNumber> = (0..).zip(books).flat_map(of).collect();
    numbers.sort_unstable_by_key(|number| (number.id, !number.own, number.doc));
    numbers
}

fn days(date: Date) -> u16 {
    u16::try_from(date.days_since_1970()).unwrap_or(UNKNOWN16)
}

fn series(series: &catalogue::Series) -> Series {
    Series { name: series.name.clone(), number: series.number.clone().unwrap_or_default() }
}

fn item(copies: &Copies) -> Item {
    let Copies { library, call_number, room, copies } = copies.clone();
    Item { library: library.0, call_number, room, copies }
}

/// Makes the record that an index keeps of a book, without the editions of its work.
pub(super) fn record(book: &Book) -> Record {
    let mut told: Vec<String> = Vec::new();
    let mut other_titles = Vec::new();
    if !book.other_titles.is_empty() {
        told.push(fold::letters(&book.title));
    }
    for title in &book.other_titles {
        let letters = fold::letters(title);
        if !letters.is_empty() && told.iter().all(|known| !known.contains(&letters)) {
            told.push(letters);
            other_titles.push(title.clone());
        }
    }
    Record {
        id: book.id,
        numbers: book.numbers.clone(),
        checked: book.checked,
        title: book.title.clone(),
        authors: book.authors.clone(),
        publisher: book.publisher.clone(),
        year: book.year,
        class_no: book.class_no.clone(),
        volume: book.volume.clone(),
        series: book.series.iter().map(series).collect(),
        loans: book.loans,
        language: book.language.clone(),
        other_titles,
        holdings: book
            .holdings
            .iter()
            .map(|holding| {
                let registered = holding.registered.map(days).filter(|days| *days != UNKNOWN16);
                Holding::new(holding.library.0, registered)
            })
            .collect(),
        editions: None,
    }
}
