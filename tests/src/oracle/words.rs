//! The words a book has, each as the analyser of queries spells it, as numbers.

use std::collections::{BTreeSet, HashMap};

use index_builder::analyse::{Vocabulary, readings, variants};
use index_builder::catalogue::{Book, Catalogue};
use seoga_search::Tier;
use seoga_text::token::{Kind, Token, tokenize};
use seoga_text::{fold, hanja, kdc, names, particle, split, title};

use super::Field;

/// The words of a book by where they stand, each list sorted.
#[derive(Debug, Default)]
pub(super) struct Words {
    title: Box<[u32]>,
    /// Stems and parts of title words.
    derived: Box<[u32]>,
    authors: Box<[u32]>,
    publishers: Box<[u32]>,
    keywords: Box<[u32]>,
    caption: Box<[u32]>,
}

impl Words {
    /// How the book spells a word in a field.
    pub(super) fn tier(&self, word: u32, field: Field) -> Option<Tier> {
        let has = |list: &[u32]| list.binary_search(&word).is_ok();
        let any = matches!(field, Field::Any | Field::AnyAndCaption);
        let exact = (any || field == Field::Title) && has(&self.title)
            || (any || field == Field::Author) && has(&self.authors)
            || (any || field == Field::Publisher) && has(&self.publishers);
        let form = || {
            (any || field == Field::Title) && has(&self.derived)
                || any && has(&self.keywords)
                || field == Field::AnyAndCaption && has(&self.caption)
        };
        if exact { Some(Tier::Exact) } else { form().then_some(Tier::Form) }
    }
}

/// Reads books, and numbers their words.
#[derive(Debug, Default)]
pub(super) struct Reader {
    numbers: HashMap<Box<str>, u32>,
}

/// Words as they are spelled.
#[derive(Debug, Default)]
struct Spelled {
    title: BTreeSet<String>,
    derived: BTreeSet<String>,
}

impl Reader {
    /// The number of a word that some book has.
    pub(super) fn number(&self, word: &str) -> Option<u32> {
        self.numbers.get(word).copied()
    }

    /// The words of a book.
    pub(super) fn read(&mut self, catalogue: &Catalogue, vocabulary: &Vocabulary, book: &Book) -> Words {
        let mut titles = Spelled::default();
        for recorded in std::iter::once(&book.title).chain(&book.other_titles) {
            let parts = title::parts(recorded);
            for text in [Some(parts.main), Some(recorded.as_str()), parts.parallel].into_iter().flatten() {
                title_words(vocabulary, text, &mut titles);
            }
            titles.derived.extend(read_in_hangul(recorded));
        }
        for series in &book.series {
            titles.derived.extend(tokenize(&series.name).into_iter().map(|token| token.text));
        }
        let authors = std::iter::once(&book.authors).chain(&book.other_authors);
        let authors = authors.flat_map(|authors| names::parse(authors));
        let authors = authors.flat_map(|name| std::iter::once(name.text.clone()).chain(variants(&name.text)));
        let authors: Vec<String> = authors.flat_map(|name| words_and_whole(&name)).collect();
        let publishers = std::iter::once(&book.publisher).chain(&book.other_publishers);
        let publishers: Vec<String> = publishers.flat_map(|name| words_and_whole(name)).collect();
        let keywords = book.keywords.iter().flat_map(|id| words_and_whole(catalogue.keyword(*id))).collect();
        let caption = book.class_no.as_ref().and_then(|class| kdc::name(class, kdc::Language::Korean));
        let caption = caption.iter().flat_map(|caption| tokenize(caption)).map(|token| token.text).collect();
        Words {
            title: self.numbered(titles.title.into_iter().collect()),
            derived: self.numbered(titles.derived.into_iter().collect()),
            authors: self.numbered(authors),
            publishers: self.numbered(publishers),
            keywords: self.numbered(keywords),
            caption: self.numbered(caption),
        }
    }

    fn numbered(&mut self, words: Vec<String>) -> Box<[u32]> {
        let mut number = |word: String| {
            let next = self.numbers.len() as u32;
            *self.numbers.entry(word.into()).or_insert(next)
        };
        let mut numbers: Vec<u32> = words.into_iter().map(&mut number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.into_boxed_slice()
    }
}

fn title_words(vocabulary: &Vocabulary, text: &str, words: &mut Spelled) {
    let tokens = tokenize(text);
    for token in &tokens {
        words.title.insert(token.text.clone());
        let stem = particle::strip(&token.text);
        words.derived.extend(stem.map(str::to_owned));
        let whole = matches!(token.kind, Kind::Hangul | Kind::Latin | Kind::Joined).then_some(&*token.text);
        let cost = |part: &str| vocabulary.part_cost(part);
        for word in stem.into_iter().chain(whole) {
            words.derived.extend(split::split(word, &cost).into_iter().flatten().map(str::to_owned));
        }
    }
    for from in 0..tokens.len() {
        words.title.extend(joined(vocabulary, &tokens, from));
    }
}

/// The words of a title with Han characters as they are read and in their variants. Both are the builder's tables.
fn read_in_hangul(recorded: &str) -> Vec<String> {
    let words = |text: &str| tokenize(text).into_iter().map(|token| token.text);
    let mut found: Vec<String> =
        hanja::without_readings(recorded).iter().flat_map(|text| words(text)).collect();
    found.extend(hanja::readings_shown(recorded).into_iter().map(|(_, reading)| reading));
    found.extend(words(recorded).flat_map(|word| readings(&word).into_iter().chain(variants(&word))));
    found
}

/// Up to three neighbours from a token on, as one word, where the catalogue writes them so.
fn joined(vocabulary: &Vocabulary, tokens: &[Token], from: usize) -> Vec<String> {
    let mut found = Vec::new();
    if tokens[from].kind == Kind::Joined {
        return found;
    }
    let (mut word, mut end, mut count) = (tokens[from].text.clone(), tokens[from].end, 1);
    for next in tokens[from + 1..].iter().filter(|token| token.kind != Kind::Joined) {
        if next.start < end || count == 3 {
            continue;
        }
        let before = word.len();
        word.push_str(&next.text);
        (end, count) = (next.end, count + 1);
        let stem = particle::strip(&word).filter(|stem| stem.len() > before);
        for form in std::iter::once(word.as_str()).chain(stem) {
            if vocabulary.is_word(form) {
                found.push(form.to_owned());
            }
        }
    }
    found
}

fn words_and_whole(text: &str) -> Vec<String> {
    let mut words: Vec<String> = tokenize(text).into_iter().map(|token| token.text).collect();
    words.push(fold::letters(text));
    words.retain(|word| !word.is_empty());
    words
}
