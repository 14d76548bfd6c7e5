//! The keys of one book, each with how it occurs.

use std::collections::{BTreeMap, HashMap};

use ahash::RandomState;

use seoga_index::key::{in_space, space};
use seoga_index::postings::{Field, MAX_WEIGHT, field, payload};
use seoga_text::kdc;
use seoga_text::token::{Kind, Token, runs, tokenize};
use seoga_text::{choseong, fold, hanja, keys, names, particle, split, title};

use super::vocabulary::Vocabulary;
use crate::catalogue::{Book, Catalogue};

/// Initials in one key; longer runs are checked against the record.
const INITIALS: usize = seoga_search::INITIALS_IN_KEY;
/// A key is cut at this many keystrokes: no one types more of a word.
const KEY_BYTES: usize = 64;

/// Places of words are counted apart in the main part, the whole as recorded
/// and the parallel title, so that neighbours are neighbours in one of them.
const MAIN: u8 = 0;
const WHOLE: u8 = 100;
const PARALLEL: u8 = 200;

/// A book's keys: for each, at most one payload a field (bit for bit as the
/// postings store it), the strongest.
pub type Keys = BTreeMap<Vec<u8>, Vec<u16>>;

/// Makes the keys of books of one catalogue, one piece of parallel work.
#[derive(Debug)]
pub struct Analyser<'a> {
    catalogue: &'a Catalogue,
    vocabulary: &'a Vocabulary,
    /// Forms of words met before: a word is taken apart once a piece.
    forms: HashMap<String, Forms, RandomState>,
}

/// The forms that a word adds.
#[derive(Debug, Clone, Default)]
struct Forms {
    /// Without its particle.
    stem: Option<String>,
    /// Parts of the word and of its stem.
    parts: Vec<String>,
}

impl<'a> Analyser<'a> {
    /// An analyser that knows the catalogue's words.
    #[must_use]
    pub fn new(catalogue: &'a Catalogue, vocabulary: &'a Vocabulary) -> Self {
        let forms = HashMap::with_hasher(RandomState::with_seeds(1, 2, 3, 4));
        Self { catalogue, vocabulary, forms }
    }

    /// All keys of a book.
    #[must_use]
    pub fn keys(&mut self, book: &Book) -> Keys {
        let mut keys = Found::default();
        let mut titles: Vec<&str> = vec![&book.title];
        titles.extend(book.other_titles.iter().map(String::as_str));
        for (number, title) in titles.iter().enumerate() {
            self.title(title, number == 0, &mut keys);
            initials_and_pairs(title, &mut keys);
        }
        for authors in std::iter::once(&book.authors).chain(&book.other_authors) {
            for name in names::parse(authors) {
                text_field(&name.text, Field::Author, &mut keys);
            }
        }
        for publisher in std::iter::once(&book.publisher).chain(&book.other_publishers) {
            text_field(publisher, Field::Publisher, &mut keys);
        }
        for (place, id) in book.keywords.iter().enumerate() {
            let weight = MAX_WEIGHT.saturating_sub(u8::try_from(place).unwrap_or(MAX_WEIGHT));
            let keyword = self.catalogue.keyword(*id);
            keys.add_below_title(&fold::letters(keyword), payload(Field::Keyword, weight, 0));
            for token in tokenize(keyword) {
                keys.add_below_title(&token.text, payload(Field::Keyword, weight, 0));
            }
        }
        if let Some(class_no) = &book.class_no {
            if let Some(caption) = kdc::name(class_no, kdc::Language::Korean) {
                for token in tokenize(caption) {
                    keys.add_below_title(&token.text, payload(Field::ClassName, 0, 0));
                }
            }
            for end in 1..=class_no.len() {
                if let Some(prefix) = class_no.get(..end)
                    && !prefix.ends_with('.')
                {
                    keys.mark(space::CLASS, prefix.as_bytes());
                }
            }
        }
        if let Some(year) = book.year {
            keys.mark(space::YEAR, format!("{year:04}").as_bytes());
        }
        keys.mark(space::LANGUAGE, super::language(book).code().as_bytes());
        if !book.publisher.is_empty() {
            keys.mark(space::PUBLISHER, &seoga_search::publisher_key(&book.publisher));
        }
        if book.holdings.is_empty() {
            keys.mark(space::LIBRARY, &[]);
        }
        keys.mark(space::ISBN, format!("{:013}", book.isbn13).as_bytes());
        keys.0
    }

    fn title(&mut self, recorded: &str, shown: bool, keys: &mut Found) {
        let parts = title::parts(recorded);
        // As recorded, and without a phrase in brackets in front.
        let main = recorded.find(parts.main).and_then(|at| recorded.get(at..));
        for text in std::iter::once(recorded).chain(main) {
            let mut beginning = keys::encode(&fold::letters(text));
            beginning.truncate(seoga_search::TITLE_KEYS);
            keys.mark(space::TITLE, &beginning);
        }
        // The main part is a title of its own: people type it without the rest.
        // It comes first, since the places of words count from its beginning.
        self.unit(parts.main, Some(MAIN).filter(|_| shown), keys);
        if parts.main.len() < recorded.len() {
            self.unit(recorded, Some(WHOLE).filter(|_| shown), keys);
        }
        if let Some(parallel) = parts.parallel {
            self.unit(parallel, Some(PARALLEL).filter(|_| shown), keys);
        }
        let whole = letters(recorded);
        for (shown, reading) in hanja::readings_shown(recorded) {
            keys.add(&reading, payload(Field::TitlePart, weight(letters(&shown), whole), 0));
        }
    }

    fn unit(&mut self, text: &str, before: Option<u8>, keys: &mut Found) {
        let whole = letters(text);
        let tokens = tokenize(text);
        for (word, run) in runs(&tokens).into_iter().enumerate() {
            let place = before.map_or(0, |before| {
                u8::try_from(word + 1).map_or(u8::MAX, |word| before.saturating_add(word))
            });
            let run = tokens.get(run).unwrap_or_default();
            let start = run.first().map_or(0, |first| first.start);
            for token in run {
                let starts = word == 0 && token.start == start;
                let field = if starts { Field::TitleStart } else { Field::Title };
                keys.add(&token.text, payload(field, weight(letters(&token.text), whole), place));
                let forms = self.forms(token);
                for form in forms.stem.iter().chain(&forms.parts) {
                    keys.add(form, payload(Field::TitlePart, weight(letters(form), whole), place));
                }
            }
        }
        self.joined(&tokens, whole, before, keys);
    }

    fn forms(&mut self, token: &Token) -> &Forms {
        let vocabulary = self.vocabulary;
        self.forms.entry(token.text.clone()).or_insert_with(|| {
            let cost = |part: &str| vocabulary.part_cost(part);
            let parts = |word: &str| {
                let parts = split::split(word, &cost).unwrap_or_default();
                parts.into_iter().map(str::to_owned).collect::<Vec<_>>()
            };
            let stem = particle::strip(&token.text).map(str::to_owned);
            let mut all = stem.as_deref().map(parts).unwrap_or_default();
            if matches!(token.kind, Kind::Hangul | Kind::Latin | Kind::Joined) {
                all.extend(parts(&token.text));
            }
            Forms { stem, parts: all }
        })
    }

    /// Two or three neighbours that are somewhere written as one word.
    fn joined(&self, tokens: &[Token], whole: usize, before: Option<u8>, keys: &mut Found) {
        let mut place = before.unwrap_or(0);
        let mut run_end = 0;
        for (at, first) in tokens.iter().enumerate() {
            if first.start >= run_end {
                place = place.saturating_add(u8::from(!first.glued && before.is_some()));
                run_end = first.end;
            }
            if first.kind == Kind::Joined {
                continue;
            }
            let mut word = first.text.clone();
            let mut end = first.end;
            let mut count = 1;
            for next in tokens.get(at + 1..).unwrap_or_default() {
                if next.start < end || next.kind == Kind::Joined {
                    continue;
                }
                word.push_str(&next.text);
                end = next.end;
                count += 1;
                if self.vocabulary.is_word(&word) {
                    keys.add(&word, payload(Field::TitleJoined, weight(letters(&word), whole), place));
                }
                if let Some(stem) = particle::strip(&word)
                    && stem.len() > word.len() - next.text.len()
                    && self.vocabulary.is_word(stem)
                {
                    keys.add(stem, payload(Field::TitleJoined, weight(letters(stem), whole), place));
                }
                if count == 3 {
                    break;
                }
            }
        }
    }
}

/// The words of a free text, and the whole without its spaces.
fn text_field(text: &str, of: Field, keys: &mut Found) {
    let whole = letters(text);
    for token in tokenize(text) {
        keys.add(&token.text, payload(of, weight(letters(&token.text), whole), 0));
    }
    keys.add(&fold::letters(text), payload(of, MAX_WEIGHT, 0));
}

/// Runs of initials from each word start, and the pairs of syllables inside words.
fn initials_and_pairs(text: &str, keys: &mut Found) {
    let folded = fold::fold(text);
    for run in choseong::runs(&folded) {
        for start in run.words {
            let initials = run.keys.get(start..).unwrap_or_default();
            let initials = initials.get(..INITIALS.min(initials.len())).unwrap_or_default();
            keys.mark(space::INITIALS, initials);
        }
    }
    for token in tokenize(text) {
        if token.kind != Kind::Hangul {
            continue;
        }
        let syllables: Vec<char> = token.text.chars().collect();
        // The first pair is found as a prefix.
        for pair in syllables.windows(2).skip(1) {
            let pair: String = pair.iter().collect();
            keys.mark(space::BIGRAM, &keys::encode(&pair));
        }
    }
}

/// Letters and digits of a text.
fn letters(text: &str) -> usize {
    fold::letters(text).chars().count()
}

/// The share of `whole` letters that `part` covers, in 31sts, at least 1.
fn weight(part: usize, whole: usize) -> u8 {
    let share = (part * usize::from(MAX_WEIGHT)).checked_div(whole).unwrap_or(0);
    u8::try_from(share).unwrap_or(MAX_WEIGHT).clamp(1, MAX_WEIGHT)
}

/// Keys found so far.
#[derive(Debug, Default)]
struct Found(Keys);

impl Found {
    /// A word, unless it is empty. Title fields displace each other, the
    /// strongest stays; authors and publishers stand beside them.
    fn add(&mut self, word: &str, payload: u16) {
        let mut key = keys::encode(word);
        key.truncate(KEY_BYTES);
        if key.first().is_none_or(|first| *first < space::TERMS) {
            return;
        }
        let held = self.0.entry(key).or_default();
        let group = group(payload);
        match held.iter_mut().find(|other| self::group(**other) == group) {
            // Of two occurrences the stronger stays, at the place found first.
            Some(other) if payload >> 8 > *other >> 8 => *other = payload,
            Some(_) => {}
            None => held.push(payload),
        }
        held.sort_unstable();
    }

    /// A word of a field that says nothing new about a word of the title.
    fn add_below_title(&mut self, word: &str, payload: u16) {
        let key = keys::encode(word);
        if self.0.get(&key).is_none_or(|held| held.iter().all(|other| group(*other) != TITLE)) {
            self.add(word, payload);
        }
    }

    fn mark(&mut self, space: u8, rest: &[u8]) {
        self.0.entry(in_space(space, rest)).or_insert_with(|| vec![0]);
    }
}

const TITLE: u8 = 3;

/// Fields that displace each other.
fn group(payload: u16) -> u8 {
    match field(payload) {
        field if field.is_title() => TITLE,
        Field::Author => 2,
        Field::Publisher => 1,
        _ => 0,
    }
}
