//! Finds the books that answer by reading every book. No index, no key, no list.
//!
//! Says for each book whether it has every word asked as typed ([`Tier::Exact`]) or in another form of it
//! ([`Tier::Form`]), under the filters. Splitting a title word into the catalogue's own words is the builder's
//! judgement, so its vocabulary is asked; everything else is worked out here. Words are numbers, so that a million books
//! can be read for each of hundreds of questions.

mod ask;
mod order;
mod words;

use std::collections::BTreeSet;

use index_builder::analyse::Vocabulary;
use index_builder::catalogue::{Book, Catalogue, LibraryId};
use seoga_index::book_id::BookId;
use seoga_search::Tier;
use seoga_text::{fold, framing, keys, particle, title};

pub use ask::{Ask, Field, Word};
pub use order::{SortKey, sort_key};
use words::{Reader, Words};

/// Reads every book for every question.
#[derive(Debug)]
pub struct Oracle<'a> {
    catalogue: &'a Catalogue,
    words: Vec<Words>,
    numbers: Reader,
    synonyms: Vec<Vec<String>>,
}

/// A spelling that answers for a word asked, with the best tier that a book gets by it.
type Spelling = (u32, Tier);

/// Holds all that one word asked is looked for as.
struct Sought {
    field: Field,
    spellings: Vec<Spelling>,
}

/// Holds all that a word is looked for as where it may be read as two.
struct Parted {
    whole: Vec<Spelling>,
    parts: Vec<[Vec<Spelling>; 2]>,
}

impl<'a> Oracle<'a> {
    /// Takes the words of every book.
    #[must_use]
    pub fn new(catalogue: &'a Catalogue) -> Self {
        let vocabulary = Vocabulary::learn(catalogue);
        let mut numbers = Reader::default();
        let words = catalogue.books.iter().map(|book| numbers.read(catalogue, &vocabulary, book)).collect();
        Self { catalogue, words, numbers, synonyms: synonyms(catalogue) }
    }

    /// The books that answer, with the tier of each, in the order of the catalogue.
    #[must_use]
    pub fn answer(&self, ask: &Ask) -> Vec<(BookId, Tier)> {
        self.answering(ask).map(|(book, tier)| (book.id, tier)).collect()
    }

    /// The books that answer, with the tier of each, in the order of the catalogue.
    pub fn answering<'b>(&'b self, ask: &'b Ask) -> impl Iterator<Item = (&'a Book, Tier)> + 'b {
        let beginning = beginning(ask);
        let sought: Vec<Sought> =
            subjects(ask).into_iter().map(|place| self.sought(&ask.words, place)).collect();
        let excluded: Vec<Vec<Spelling>> = ask.excluded.iter().map(|word| self.in_any_form(word)).collect();
        let books = self.catalogue.books.iter().zip(&self.words);
        books.filter_map(move |(book, words)| {
            let tier = sought
                .iter()
                .try_fold(Tier::Exact, |worst, one| Some(worst.max(best(words, &one.spellings, one.field)?)));
            let begins = beginning.as_ref().is_some_and(|typed| begins(book, typed));
            let tier = better(tier, begins.then_some(Tier::Exact))?;
            let is_excluded =
                || excluded.iter().any(|word| best(words, word, Field::AnyAndCaption).is_some());
            (self.passes(book, ask) && !is_excluded()).then_some((book, tier))
        })
    }

    /// The libraries whose days count in the order of arrival: those asked for, none where that are all.
    #[must_use]
    pub fn dated_by(&self, ask: &Ask) -> Vec<LibraryId> {
        let numbered = (0..).map(LibraryId).zip(&self.catalogue.libraries);
        let asked = numbered.filter(|(_, library)| ask.libraries.contains(&library.name));
        let asked: Vec<LibraryId> = asked.map(|(number, _)| number).collect();
        if asked.len() < self.catalogue.libraries.len() { asked } else { Vec::new() }
    }

    /// Books that have every word that does not only frame the question, or its two parts where it is a compound of Hangul in a short question.
    #[must_use]
    pub fn have_parts(&self, ask: &Ask) -> BTreeSet<BookId> {
        let subjects = subjects(ask);
        if subjects.len() > 2 {
            return BTreeSet::new();
        }
        let parted = |word: &str| {
            let cuts = word.char_indices().map(|(at, _)| word.split_at(at));
            let is_compound =
                (4..=6).contains(&word.chars().count()) && word.chars().all(|c| ('가'..='힣').contains(&c));
            let parts = cuts.filter(|_| is_compound);
            Parted {
                whole: self.in_any_form(word),
                parts: parts.map(|(head, tail)| [head, tail].map(|part| self.in_any_form(part))).collect(),
            }
        };
        let sought: Vec<Vec<Parted>> = subjects
            .into_iter()
            .filter_map(|place| ask.words.get(place))
            .map(|word| {
                let forms = std::iter::once(word.text.as_str()).chain(particle::strip(&word.text));
                forms.map(parted).collect()
            })
            .collect();
        let has = |words: &Words, one: &Parted| {
            let any = |spellings: &[Spelling]| best(words, spellings, Field::AnyAndCaption).is_some();
            any(&one.whole) || one.parts.iter().any(|[head, tail]| any(head) && any(tail))
        };
        let books = self.catalogue.books.iter().zip(&self.words);
        books
            .filter(|(_, words)| sought.iter().all(|forms| forms.iter().any(|form| has(words, form))))
            .map(|(book, _)| book.id)
            .collect()
    }

    /// The spellings of the word at a place: by itself, or as part of neighbours written as one.
    fn sought(&self, asked: &[Word], place: usize) -> Sought {
        let field = asked[place].field;
        let mut spellings = self.in_any_form(&asked[place].text);
        for from in place.saturating_sub(2)..=place {
            for count in 2..=3 {
                let Some(run) = asked.get(from..from + count) else { continue };
                if !(from..from + count).contains(&place) || run.iter().any(|word| word.field != run[0].field)
                {
                    continue;
                }
                let joined: String = run.iter().map(|word| word.text.as_str()).collect();
                spellings.extend(self.as_written(&joined, Tier::Exact));
                let stem = particle::strip(&joined).and_then(|stem| self.numbers.number(stem));
                spellings.extend(stem.map(|number| (number, Tier::Form)));
            }
        }
        Sought { field, spellings }
    }

    /// A word as typed, and its stem.
    fn in_any_form(&self, word: &str) -> Vec<Spelling> {
        let mut spellings = self.as_written(word, Tier::Exact);
        if let Some(stem) = particle::strip(word) {
            spellings.extend(self.as_written(stem, Tier::Form));
        }
        spellings
    }

    /// The word itself and words that mean the same.
    fn as_written(&self, word: &str, tier: Tier) -> Vec<Spelling> {
        let groups = self.synonyms.iter().filter(|group| group.iter().any(|other| other == word));
        let others = groups.flatten().map(String::as_str).filter(|other| *other != word);
        let words = std::iter::once(word).chain(others);
        words.filter_map(|word| Some((self.numbers.number(word)?, tier))).collect()
    }

    fn passes(&self, book: &Book, ask: &Ask) -> bool {
        let held = |name: &String| {
            let library = self.catalogue.libraries.iter().position(|library| library.name == *name);
            book.holdings.iter().any(|holding| Some(usize::from(holding.library.0)) == library)
        };
        let class = |asked: &String| {
            book.class_no.as_ref().is_some_and(|class| class.starts_with(asked.trim_end_matches('.')))
        };
        let publisher = |asked: &String| fold::letters(&book.publisher) == fold::letters(asked);
        let in_years = |(from, to): (Option<u16>, Option<u16>)| {
            book.year
                .is_some_and(|year| from.is_none_or(|from| from <= year) && to.is_none_or(|to| year <= to))
        };
        let phrase = |letters: &String| {
            let mut texts = std::iter::once(&book.title).chain(&book.other_titles);
            let mut texts: Vec<&String> = texts.by_ref().collect();
            texts.extend([&book.authors, &book.publisher]);
            texts.iter().any(|text| fold::letters(text).contains(letters.as_str()))
        };
        (ask.libraries.is_empty() || ask.libraries.iter().any(held))
            && (ask.classes.is_empty() || ask.classes.iter().any(class))
            && (ask.publishers.is_empty() || ask.publishers.iter().any(publisher))
            && ask.years.is_none_or(in_years)
            && ask.language.as_ref().is_none_or(|code| language(book) == code)
            && ask.phrases.iter().all(phrase)
    }
}

/// The places of the words that a book must have: all but those that only frame the question.
fn subjects(ask: &Ask) -> Vec<usize> {
    let plain = ask.phrases.is_empty() && ask.words.iter().all(|word| word.field == Field::Any);
    let texts: Vec<&str> = ask.words.iter().map(|word| word.text.as_str()).collect();
    let frames = framing::frames(&texts);
    (0..ask.words.len()).filter(|place| !(plain && frames[*place])).collect()
}

/// The keystrokes of a question of several plain words whose last may go on: a title may begin so.
fn beginning(ask: &Ask) -> Option<Vec<u8>> {
    let plain = ask.phrases.is_empty() && ask.excluded.is_empty();
    let words = (2..=6).contains(&ask.words.len()) && ask.words.iter().all(|word| word.field == Field::Any);
    let typed = keys::encode(&fold::letters(&ask.text));
    (plain && words && ask.typing && (3..=24).contains(&typed.len())).then_some(typed)
}

/// Whether a title begins with these keystrokes, a phrase in brackets in front counted or not.
fn begins(book: &Book, typed: &[u8]) -> bool {
    std::iter::once(&book.title).chain(&book.other_titles).any(|recorded| {
        let from_main = recorded.find(title::parts(recorded).main).map_or("", |at| &recorded[at..]);
        [recorded, from_main].iter().any(|text| keys::encode(&fold::letters(text)).starts_with(typed))
    })
}

/// How well a book has one of some spellings.
fn best(words: &Words, spellings: &[Spelling], field: Field) -> Option<Tier> {
    let tier = |(number, tier): &Spelling| Some(words.tier(*number, field)?.max(*tier));
    spellings.iter().filter_map(tier).min()
}

fn better(a: Option<Tier>, b: Option<Tier>) -> Option<Tier> {
    a.into_iter().chain(b).min()
}

/// Words that stand for each other: all that the file pairs with the same word of its second column.
fn synonyms(catalogue: &Catalogue) -> Vec<Vec<String>> {
    let mut groups: std::collections::BTreeMap<String, Vec<String>> = std::collections::BTreeMap::new();
    for pair in &catalogue.synonyms {
        groups.entry(fold::letters(&pair.to)).or_default().push(fold::letters(&pair.from));
    }
    groups.into_iter().map(|(to, from)| [vec![to], from].concat()).collect()
}

/// `ko`, `en` or `other`, by the record or else by the script of the title.
#[must_use]
pub fn language(book: &Book) -> &'static str {
    match &book.language {
        Some(code) if code == "ko" => "ko",
        Some(code) if code == "en" => "en",
        Some(_) => "other",
        None if book.title.chars().any(|c| ('가'..='힣').contains(&c)) => "ko",
        None if book.title.chars().any(|c| c.is_ascii_alphabetic()) => "en",
        None => "other",
    }
}
