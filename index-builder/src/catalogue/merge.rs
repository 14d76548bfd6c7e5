//! Many rows, one book: gathers cleaned rows and settles what each book's record says.
//!
//! Reads no file and cleans no text; rows come here clean. Invariant: the same set of rows gives the same
//! catalogue and the same findings whatever the order of arrival. Hence every choice ends in a comparison of the
//! values themselves, never of ids or places.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use seoga_index::book_id::BookId;

use super::book::{Book, Catalogue, Holding, KeywordId, Library, LibraryId, Synonym};
use super::contradiction::Contradiction;
use super::copies;
use super::date::Date;
use super::identity;
use super::isbn;
use super::libraries;
use super::made_id;
use super::matched::Matched;
use super::publishers;
use super::row::{Fact, FactKind, Row, RowOrigin};
use super::series;
use super::statement;
use super::texts::{TextId, Texts};

/// Below this many dated rows no registration is called implausible for being far from the others.
const ROWS_TO_JUDGE_DATES: usize = 1_000;
/// How long after nearly all other registrations (999 of 1,000) a registration may be, in days.
const PLAUSIBLE_DAYS_AHEAD: i32 = 366;

/// The keywords one row gives one book, best first.
#[derive(Debug)]
struct KeywordList {
    isbn13: u64,
    words: Box<[TextId]>,
    origin: RowOrigin,
}

/// Faults that only the whole catalogue shows.
#[derive(Debug, Default)]
pub(crate) struct MergeFindings {
    /// Rows that say again what another row of that library said.
    pub(crate) surplus: Vec<(RowOrigin, BookId)>,
    /// Rows whose ISBN is another book's.
    pub(crate) contradictions: Vec<Contradiction>,
    /// Registrations implausibly later than all others.
    pub(crate) late_dates: Vec<(RowOrigin, Date)>,
    /// Years of publication later than the year after the newest registration.
    pub(crate) late_years: Vec<(RowOrigin, u16)>,
    /// Keyword rows of books that no source has.
    pub(crate) keywords_without_book: Vec<(RowOrigin, u64)>,
    /// Texts in the place of a library's name that are none: the first row of each, and how many rows have it.
    pub(crate) unnamed_libraries: Vec<(RowOrigin, String, usize)>,
}

/// The usable rows and the books of one library in one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Rows that made it into the catalogue.
    pub(crate) rows: u64,
    /// The ids that rows would have by themselves, as bits, sorted, each once.
    pub(crate) books: Vec<u64>,
}

/// The content of a file by library, and its newest registration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Contents {
    /// By name; rows that name no library are under the empty one.
    pub(crate) libraries: BTreeMap<String, Tally>,
    /// Nothing where no row has a day.
    pub(crate) newest: Option<Date>,
}

/// Gathers rows until [`Merge::finish`].
#[derive(Debug)]
pub(crate) struct Merge {
    pub(crate) texts: Texts,
    words: Texts,
    rows: Vec<Row>,
    facts: Vec<Fact>,
    keyword_lists: Vec<KeywordList>,
    library_names: Texts,
    library_ids: BTreeMap<TextId, u16>,
    /// Texts that a person declared to be names of libraries.
    vouched: BTreeSet<String>,
}

impl Merge {
    pub(crate) fn new() -> Self {
        Self {
            texts: Texts::new(),
            words: Texts::new(),
            rows: Vec::new(),
            facts: Vec::new(),
            keyword_lists: Vec::new(),
            library_names: Texts::new(),
            library_ids: BTreeMap::new(),
            vouched: BTreeSet::new(),
        }
    }

    /// Takes a text for the name of a library, whatever it looks like.
    pub(crate) fn vouch_for(&mut self, name: &str) {
        self.vouched.insert(name.to_owned());
    }

    /// The number a row uses for the library of this name; `None` when there are more than 65,534 of them.
    pub(crate) fn library(&mut self, name: &str) -> Option<u16> {
        let text = self.library_names.id(name);
        let next = self.library_ids.len();
        if let Some(&id) = self.library_ids.get(&text) {
            return Some(id);
        }
        let id = u16::try_from(next).ok().filter(|&id| id != Row::NO_LIBRARY)?;
        self.library_ids.insert(text, id);
        Some(id)
    }

    /// Adds one row whose texts are in `self.texts` and whose library came from [`Merge::library`].
    pub(crate) fn push(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// Adds facts whose texts are in `self.texts`; tells how many came before them, for [`Facts::after`](super::Facts::after).
    pub(crate) fn push_facts(&mut self, facts: impl Iterator<Item = Fact>) -> usize {
        let base = self.facts.len();
        self.facts.extend(facts);
        base
    }

    /// Adds a book's keywords, best first.
    pub(crate) fn push_keywords<'a>(
        &mut self,
        isbn13: u64,
        origin: RowOrigin,
        words: impl Iterator<Item = &'a str>,
    ) {
        let words = words.map(|word| self.words.id(word)).collect();
        self.keyword_lists.push(KeywordList { isbn13, words, origin });
    }

    /// Counts what was added by library, rows that name none under the empty name, and finds the newest registration. A
    /// library that is named by its code is counted under its name, as [`Merge::finish`] has it.
    pub(crate) fn contents(mut self, described: &BTreeMap<String, Library>) -> Contents {
        let libraries = libraries::settle(&self.library_names, &self.library_ids, &mut self.rows, described);
        let mut contents = Contents {
            newest: self.rows.iter().filter_map(|row| row.registered).max(),
            ..Contents::default()
        };
        for row in &self.rows {
            let name = libraries.get(usize::from(row.library)).map_or("", |library| library.name.as_str());
            if !contents.libraries.contains_key(name) {
                contents.libraries.insert(name.to_owned(), Tally::default());
            }
            if let Some(tally) = contents.libraries.get_mut(name) {
                tally.rows += 1;
                tally.books.push(made_id::alone(row, &self.texts).bits());
            }
        }
        for tally in contents.libraries.values_mut() {
            tally.books.sort_unstable();
            tally.books.dedup();
        }
        contents
    }

    /// Matches the records, each row of them with the id of its book, and settles no book. The numbers of the libraries for which
    /// `is_without` says so, by their places in the order of names, are taken away before; `files` names the files.
    pub(crate) fn matched(
        mut self,
        described: &BTreeMap<String, Library>,
        files: &[String],
        is_without: impl Fn(usize) -> bool,
    ) -> Vec<Matched> {
        let libraries = libraries::settle(&self.library_names, &self.library_ids, &mut self.rows, described);
        let mut recorded: BTreeMap<(RowOrigin, u16), u64> = BTreeMap::new();
        for row in &mut self.rows {
            recorded.insert((row.origin, row.library), row.isbn13);
            if is_without(row.library.into()) {
                row.isbn13 = 0;
            }
        }
        let names: Vec<String> = libraries.iter().map(|library| library.name.clone()).collect();
        identity::identify(&mut self.rows, &self.facts, &self.texts, &names);
        let text = |id: TextId| self.texts.get(id).to_owned();
        let matched = |row: &Row| Matched {
            file: files.get(usize::from(row.origin.file)).cloned().unwrap_or_default(),
            line: row.origin.line,
            isbn13: row.isbn13,
            recorded: recorded.get(&(row.origin, row.library)).copied().unwrap_or(0),
            id: row.id,
            title: text(row.title),
            authors: text(row.authors),
            publisher: text(row.publisher),
            volume: text(row.volume),
            year: row.year,
            library: names.get(usize::from(row.library)).cloned().unwrap_or_default(),
            registered: row.registered,
        };
        self.rows.iter().map(matched).collect()
    }

    /// Settles every book. `described` adds what the libraries file knows to the libraries that hold something.
    pub(crate) fn finish(
        mut self,
        described: &BTreeMap<String, Library>,
        mut synonyms: Vec<Synonym>,
        invented: bool,
    ) -> (Catalogue, MergeFindings) {
        let mut findings = MergeFindings::default();
        let libraries = libraries::settle(&self.library_names, &self.library_ids, &mut self.rows, described);
        let (libraries, unnamed) = libraries::without_unnamed(libraries, &mut self.rows, |name| {
            described.contains_key(name) || self.vouched.contains(name)
        });
        findings.unnamed_libraries = unnamed;
        self.drop_late_dates(&mut findings);
        let data_date = self.rows.iter().filter_map(|row| row.registered).max();
        self.drop_late_years(data_date, &mut findings);

        let names: Vec<String> = libraries.iter().map(|library| library.name.clone()).collect();
        findings.contradictions = identity::identify(&mut self.rows, &self.facts, &self.texts, &names);
        self.rows.par_sort_unstable_by_key(|row| {
            (row.id, row.library, row.registered.is_none(), row.registered, row.origin)
        });

        let (rows, facts, texts) = (&self.rows, &self.facts, &self.texts);
        let mut books: Vec<Book> =
            rows.par_chunk_by(|a, b| a.id == b.id).map(|rows| settle_book(rows, facts, texts)).collect();
        findings.surplus = rows
            .par_chunk_by(|a, b| a.id == b.id && a.library == b.library)
            .filter(|rows| rows.len() > 1 && rows[0].library != Row::NO_LIBRARY)
            .flat_map_iter(|rows| {
                let first = rows.iter().map(|row| row.origin).min();
                let later = rows.iter().filter(move |row| Some(row.origin) != first);
                later.map(|row| (row.origin, row.id))
            })
            .collect();
        findings.surplus.par_sort_unstable();
        drop_borrowed_leads(&mut books);
        let publisher_names = publishers::unite(&mut books);
        let homes = Homes::of(&self.rows, &books);
        drop(self.rows);
        drop(self.facts);
        drop(self.texts);

        let keywords = settle_keywords(&mut books, self.keyword_lists, &homes, &self.words, &mut findings);
        synonyms.sort();
        synonyms.dedup();
        let catalogue = Catalogue {
            libraries,
            books,
            keywords,
            synonyms,
            publisher_names,
            invented,
            data_date,
            holidays: Vec::new(),
        };
        (catalogue, findings)
    }

    /// A registration far later than nearly all others is a slip of the pen; it must not make the data look new.
    fn drop_late_dates(&mut self, findings: &mut MergeFindings) {
        let mut dates: Vec<Date> = self.rows.iter().filter_map(|row| row.registered).collect();
        if dates.len() < ROWS_TO_JUDGE_DATES {
            return;
        }
        let place = dates.len() - 1 - dates.len() / 1_000;
        let (_, nearly_last, _) = dates.select_nth_unstable(place);
        let Some(limit) = Date::from_days_since_1970(nearly_last.days_since_1970() + PLAUSIBLE_DAYS_AHEAD)
        else {
            return;
        };
        for row in &mut self.rows {
            if let Some(date) = row.registered.filter(|&date| date > limit) {
                findings.late_dates.push((row.origin, date));
                row.registered = None;
            }
        }
        findings.late_dates.sort_unstable();
    }

    /// A book registered by now was not published after next year.
    fn drop_late_years(&mut self, data_date: Option<Date>, findings: &mut MergeFindings) {
        let Some(limit) = data_date.and_then(|date| u16::try_from(date.year() + 1).ok()) else { return };
        for row in &mut self.rows {
            if row.year > limit {
                findings.late_years.push((row.origin, row.year));
                row.year = 0;
            }
        }
        findings.late_years.sort_unstable();
    }
}

/// One book out of its rows, which are sorted by library and then by registration.
fn settle_book(rows: &[Row], facts: &[Fact], texts: &Texts) -> Book {
    let id = rows.first().map(|row| row.id).unwrap_or_default();
    let borne = isbns(rows, id);
    let numbers = numbers(&borne, rows, facts, texts);
    let sound = |id: TextId| !has_lost_characters(texts.get(id));
    let longest = |a: TextId, b: TextId| prefer_spelling(texts.get(a), texts.get(b));
    let spellings = |field: fn(&Row) -> TextId, more: FactKind| {
        let (shown, mut others) = elect(rows, field, sound, longest);
        let said = rows.iter().flat_map(|row| row.facts.of(facts)).filter(|fact| fact.kind == more);
        others.extend(said.map(|fact| fact.text).filter(|&id| Some(id) != shown));
        let mut others: Vec<String> = others.into_iter().map(|id| texts.get(id).to_owned()).collect();
        others.sort_unstable();
        others.dedup();
        others.shrink_to_fit();
        (shown.map(|id| texts.get(id).to_owned()).unwrap_or_default(), others)
    };
    let one =
        |field: fn(&Row) -> TextId| elect(rows, field, sound, longest).0.map(|id| texts.get(id).to_owned());
    let (title, other_titles) = spellings(|row| row.title, FactKind::OtherTitle);
    let (mut authors, mut other_authors) = spellings(|row| row.authors, FactKind::OtherAuthors);
    statement::fullest(&mut authors, &mut other_authors, |text| !has_lost_characters(text));
    let (publisher, other_publishers) = spellings(|row| row.publisher, FactKind::OtherPublisher);
    Book {
        id,
        leads: leads(id, &borne, &numbers, rows, texts),
        numbers,
        checked: id.isbn13().is_some_and(isbn::check_digit_holds),
        title,
        other_titles,
        authors,
        other_authors,
        publisher,
        other_publishers,
        year: elect(rows, |row| row.year, |_| true, |a, b| a.cmp(&b)).0,
        class_no: one(|row| row.class_no),
        volume: one(|row| row.volume),
        series: series::settle(rows, facts, texts),
        loans: settle_loans(rows),
        language: one(|row| row.language),
        keywords: Box::default(),
        holdings: settle_holdings(rows),
        copies: copies::settle(rows, texts),
    }
}

/// The ISBNs that rows bear beside the id of their book.
fn isbns(rows: &[Row], id: BookId) -> Vec<BookId> {
    let borne = rows.iter().map(|row| row.isbn13).filter(|isbn13| *isbn13 != 0).map(BookId::isbn);
    let others: BTreeSet<BookId> = borne.filter(|isbn| *isbn != id).collect();
    others.into_iter().collect()
}

/// The further numbers of a book, as recorded: other ISBNs, and what could not be read as one.
fn numbers(borne: &[BookId], rows: &[Row], facts: &[Fact], texts: &Texts) -> Vec<String> {
    let unread = rows.iter().flat_map(|row| row.facts.of(facts)).filter(|fact| fact.kind == FactKind::Number);
    let unread = unread.map(|fact| texts.get(fact.text).to_owned());
    let all: BTreeSet<String> = borne.iter().map(BookId::to_string).chain(unread).collect();
    all.into_iter().collect()
}

/// The ids that lead to a book: its other ISBNs, those that records without one would have by themselves, and what was recorded
/// for an ISBN and has thirteen digits.
fn leads(id: BookId, borne: &[BookId], numbers: &[String], rows: &[Row], texts: &Texts) -> Vec<BookId> {
    let recorded = numbers.iter().filter_map(|number| BookId::parse(number));
    let alone = rows.iter().filter(|row| row.isbn13 == 0).map(|row| made_id::alone(row, texts));
    let all: BTreeSet<BookId> = borne.iter().copied().chain(recorded).chain(alone).collect();
    all.into_iter().filter(|lead| *lead != id).collect()
}

/// Takes off books the made ids that are another's own: of books that say the same, each would have the first one's.
fn drop_borrowed_leads(books: &mut [Book]) {
    let start = books.partition_point(|book| book.id.isbn13().is_some());
    let own: Vec<BookId> = books.iter().skip(start).map(|book| book.id).collect();
    for book in books {
        book.leads.retain(|lead| lead.isbn13().is_some() || own.binary_search(lead).is_err());
    }
}

/// A value a library can vote for.
trait Vote: Copy + Ord {
    /// The value that says nothing.
    const UNSAID: Self;
}

impl Vote for TextId {
    const UNSAID: Self = Self::EMPTY;
}

impl Vote for u16 {
    const UNSAID: Self = 0;
}

/// The value that most libraries give, and the other values given, each once, in no order of meaning.
///
/// A library has one vote for each value it gives; rows without a library have one together. A value that is not
/// `sound` loses to every one that is. `tie` is `Greater` when its first value is rather shown; it must not call
/// two different values equal.
fn elect<T: Vote>(
    rows: &[Row],
    field: fn(&Row) -> T,
    sound: impl Fn(T) -> bool,
    tie: impl Fn(T, T) -> Ordering,
) -> (Option<T>, Vec<T>) {
    let mut votes: Vec<(T, u16)> =
        rows.iter().map(|row| (field(row), row.library)).filter(|&(value, _)| value != T::UNSAID).collect();
    votes.sort_unstable();
    votes.dedup();
    let mut candidates: Vec<(T, usize)> = votes
        .chunk_by(|a, b| a.0 == b.0)
        .filter_map(|run| run.first().map(|vote| (vote.0, run.len())))
        .collect();
    let winner = (0..candidates.len()).max_by(|&a, &b| {
        let ((a, a_votes), (b, b_votes)) = (candidates[a], candidates[b]);
        sound(a).cmp(&sound(b)).then(a_votes.cmp(&b_votes)).then_with(|| tie(a, b))
    });
    let shown = winner.map(|place| candidates.swap_remove(place).0);
    (shown, candidates.into_iter().map(|(value, _)| value).collect())
}

/// Whether a text plainly lost a character on its way: U+FFFD, or the `?` that CP949 files have for what that
/// encoding cannot hold, in a place where nobody asks (`??`, or with a letter right behind it).
fn has_lost_characters(text: &str) -> bool {
    text.contains(char::REPLACEMENT_CHARACTER)
        || text.match_indices('?').any(|(at, _)| {
            text.get(at + 1..)
                .and_then(|rest| rest.chars().next())
                .is_some_and(|c| c == '?' || c.is_alphanumeric())
        })
}

/// `Greater` when `a` is rather shown than `b`: the one with fewer question marks (each may be a lost character),
/// then the longer one, then the first by code points.
fn prefer_spelling(a: &str, b: &str) -> Ordering {
    let questions = |text: &str| text.matches('?').count();
    let longer = || a.chars().count().cmp(&b.chars().count());
    questions(b).cmp(&questions(a)).then_with(longer).then_with(|| b.cmp(a))
}

/// The highest figure of each library, summed: copies of one book in one library share the figure.
fn settle_loans(rows: &[Row]) -> Option<u32> {
    let mut sum: Option<u32> = None;
    for library in rows.chunk_by(|a, b| a.library == b.library) {
        if let Some(loans) = library.iter().map(|row| row.loans).filter(|&loans| loans != Row::UNSAID).max() {
            sum = Some(sum.unwrap_or(0).saturating_add(loans).min(Row::UNSAID - 1));
        }
    }
    sum
}

/// One holding for each library; the rows of a library begin with its earliest registration.
fn settle_holdings(rows: &[Row]) -> Box<[Holding]> {
    rows.chunk_by(|a, b| a.library == b.library)
        .filter_map(<[Row]>::first)
        .filter(|row| row.library != Row::NO_LIBRARY)
        .map(|row| Holding { library: LibraryId(row.library), registered: row.registered })
        .collect()
}

/// Where keywords go that are not under the id of their book.
#[derive(Debug, Default)]
struct Homes {
    /// By ISBN, of those that are no book's id.
    numbers: BTreeMap<u64, BookId>,
    /// By record, of those without an ISBN.
    records: BTreeMap<RowOrigin, BookId>,
}

impl Homes {
    fn of(rows: &[Row], books: &[Book]) -> Self {
        let mut homes = Self::default();
        for row in rows.iter().filter(|row| row.id != BookId::isbn(row.isbn13)) {
            if row.isbn13 == 0 {
                homes.records.insert(row.origin, row.id);
            } else if books.binary_search_by_key(&BookId::isbn(row.isbn13), |book| book.id).is_err() {
                homes.numbers.insert(row.isbn13, row.id);
            }
        }
        homes
    }

    fn book(&self, isbn13: u64, origin: RowOrigin) -> BookId {
        let home = if isbn13 == 0 { self.records.get(&origin) } else { self.numbers.get(&isbn13) };
        home.copied().unwrap_or(BookId::isbn(isbn13))
    }
}

/// Gives each book its keywords and returns the sorted list their ids count in.
///
/// Of several lists for one book, a word's place is its best one in any of them; words of the same place stand
/// by code points.
fn settle_keywords(
    books: &mut [Book],
    lists: Vec<KeywordList>,
    homes: &Homes,
    words: &Texts,
    findings: &mut MergeFindings,
) -> Vec<Box<str>> {
    let mut lists: Vec<(BookId, KeywordList)> =
        lists.into_iter().map(|list| (homes.book(list.isbn13, list.origin), list)).collect();
    lists.par_sort_unstable_by_key(|(id, list)| (*id, list.origin));
    let mut used: Vec<TextId> = Vec::new();
    let mut given: Vec<(usize, Vec<TextId>)> = Vec::new();
    for lists in lists.chunk_by(|a, b| a.0 == b.0) {
        let Some((id, _)) = lists.first() else { continue };
        let Ok(place) = books.binary_search_by_key(id, |book| book.id) else {
            findings.keywords_without_book.extend(lists.iter().map(|(_, list)| (list.origin, list.isbn13)));
            continue;
        };
        let mut ranked: Vec<(usize, &str, TextId)> = lists
            .iter()
            .flat_map(|(_, list)| list.words.iter().enumerate())
            .map(|(rank, &word)| (rank, words.get(word), word))
            .collect();
        ranked.sort_unstable();
        let mut best: Vec<TextId> = Vec::with_capacity(ranked.len());
        for (_, _, word) in ranked {
            if !best.contains(&word) {
                best.push(word);
            }
        }
        used.extend(&best);
        given.push((place, best));
    }
    findings.keywords_without_book.sort_unstable();
    used.par_sort_unstable();
    used.dedup();
    used.par_sort_unstable_by(|&a, &b| words.get(a).cmp(words.get(b)));
    let ids: BTreeMap<TextId, KeywordId> =
        used.iter().enumerate().map(|(place, &word)| (word, KeywordId(place as u32))).collect();
    for (place, best) in given {
        books[place].keywords = best.iter().filter_map(|word| ids.get(word).copied()).collect();
    }
    used.into_iter().map(|word| Box::from(words.get(word))).collect()
}
