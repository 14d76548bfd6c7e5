//! Suggests completions of what is being typed: as typed, else as initials, in the other keyboard layout, or with a slip.
//!
//! All readings are looked up in one round, in at most [`MOST_FILES`] files. A pure function of the index and the text.

use std::collections::BTreeSet;
use std::sync::Arc;

use seoga_index::block::Block;
use seoga_index::book_id::BookId;
use seoga_index::dictionary::Automaton;
use seoga_index::file::Kind;
use seoga_index::key::{after_prefix, in_space};
use seoga_index::manifest::Manifest;
use seoga_index::suggest::{SHORT_PREFIX, SHORT_PREFIX_KEYS, Suggestion, SuggestionKind};
use seoga_text::{choseong, fold, hangul, keys, layout};

use crate::answer::ExpansionKind;
use crate::keyspace::{SUGGESTION_KEY_BYTES, suggestion_key};
use crate::reader::Reader;
use crate::search::highlight::FoldedText;
use crate::search::levenshtein::{TypoAutomaton, max_typos};
use crate::step::{Machine, SearchError, Step};
use crate::store::Store;
use seoga_text::sorting;

/// Keys visited for a prefix without precomputed completions.
const VISITED: usize = 256;
/// Keys visited for initials and for slips, whose range is wider.
const SCANNED: usize = 4_096;
/// Files read for one text, in all readings.
const MOST_FILES: usize = 3;
/// Shards read for one prefix.
const MOST_SHARDS: usize = 2;

/// A completion, and what it came of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// The text that is suggested.
    pub text: String,
    /// Its source.
    pub kind: SuggestionKind,
    /// Books that have it.
    pub count: u32,
    /// The book of a title that one book alone has.
    pub book: Option<BookId>,
    /// The code points of the text that were typed, from and up to, and how.
    pub matched: (u32, u32, ExpansionKind),
}

impl Completion {
    /// Gives the query that finds what is suggested: an author as the author, anything else by its words.
    #[must_use]
    pub fn query(&self) -> String {
        match self.kind {
            SuggestionKind::Author if !self.text.contains('"') => format!("author:\"{}\"", self.text),
            _ => self.text.clone(),
        }
    }
}

/// Completes what is being typed: keywords, titles, authors, publishers, what is typed to its end first, then those with most
/// books.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tiny/mod.rs"));
/// # fn main() -> Result<(), SearchError> {
/// use seoga_search::Suggest;
///
/// let index = tiny_index();
/// let suggestions = index.ask(Suggest::new(Arc::clone(&index.manifest), "파이", 10))?;
/// assert_eq!(suggestions[0].text, "파이썬 첫걸음");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Suggest {
    manifest: Arc<Manifest>,
    /// The ways in which what was typed may be meant, the likeliest first.
    readings: Vec<Reading>,
    limit: usize,
}

/// A way in which what was typed may be meant.
#[derive(Debug)]
struct Reading {
    by: ExpansionKind,
    /// The keystrokes that are meant.
    keys: Vec<u8>,
}

impl Suggest {
    /// Begins to complete `text` as typed so far, its last syllable in any state of
    /// composition, at most `limit` suggestions.
    #[must_use]
    pub fn new(manifest: Arc<Manifest>, text: &str, limit: usize) -> Self {
        let typed = prefix(text);
        let mut readings = vec![Reading { by: ExpansionKind::Prefix, keys: typed.clone() }];
        readings.extend(choseong::parse(text).map(|keys| Reading { by: ExpansionKind::Initials, keys }));
        let other = [layout::to_hangul(text), layout::to_latin(text)].into_iter().flatten();
        readings.extend(other.map(|text| Reading { by: ExpansionKind::Keyboard, keys: prefix(&text) }));
        if max_typos(typed.len()) > 0 {
            readings.push(Reading { by: ExpansionKind::Typo, keys: typed });
        }
        readings.retain(|reading| !reading.keys.is_empty());
        Self { manifest, readings, limit }
    }
}

/// Gives the keystrokes of a text whose last word may be under way: the sign of a language's name, too.
fn prefix(text: &str) -> Vec<u8> {
    let text = fold::fold(text).replace(" +", "+").replace(" #", "#");
    let mut typed = keys::encode(&fold::letters(&text));
    let before = text.strip_suffix('+').and_then(|before| before.chars().last());
    if before.is_some_and(|c| c.is_ascii_lowercase()) {
        typed.push(b'+');
    }
    typed
}

impl Machine for Suggest {
    type Answer = Vec<Completion>;

    fn step(&mut self, store: &dyn Store) -> Result<Step<Self::Answer>, SearchError> {
        let reader = Reader::new(&self.manifest, store);
        let files = self.files();
        let mut found: Vec<(bool, Completion)> = Vec::new();
        for reading in &self.readings {
            let told = reading.completions(&reader, &files);
            // A guess is taken where nothing is meant as typed.
            if found.is_empty() {
                found = told;
            }
        }
        let missing = reader.finish()?;
        if !missing.is_empty() {
            return Ok(Step::Need(missing));
        }
        sorting::sort_by(&mut found, |(a_longer, a), (b_longer, b)| {
            let whole = a_longer.cmp(b_longer);
            whole.then(b.count.cmp(&a.count)).then(a.kind.cmp(&b.kind)).then(a.text.cmp(&b.text))
        });
        // One text once, under its most frequent kind.
        let mut seen = BTreeSet::new();
        found.retain(|(_, completion)| seen.insert(fold::letters(&completion.text)));
        found.truncate(self.limit);
        Ok(Step::Done(found.into_iter().map(|(_, completion)| completion).collect()))
    }
}

impl Suggest {
    /// Chooses the files to read: of each reading in turn, as many as there may be.
    fn files(&self) -> BTreeSet<u32> {
        let mut files = BTreeSet::new();
        for reading in &self.readings {
            for number in reading.files(&self.manifest) {
                if files.len() < MOST_FILES {
                    files.insert(number);
                }
            }
        }
        files
    }
}

impl Reading {
    /// The beginning of the keys in which the completions lie.
    fn within(&self) -> &[u8] {
        let guessed = matches!(self.by, ExpansionKind::Initials | ExpansionKind::Typo);
        // The first key is believed.
        let keys = if guessed { 1 } else { SUGGESTION_KEY_BYTES };
        self.keys.get(..keys.min(self.keys.len())).unwrap_or_default()
    }

    /// The file of the completions that the builder computed for a short prefix.
    fn compiled(&self, manifest: &Manifest) -> Option<u32> {
        let direct = matches!(self.by, ExpansionKind::Prefix | ExpansionKind::Keyboard);
        let short = direct && self.keys.len() <= SHORT_PREFIX_KEYS;
        if short { manifest.directory.suggest.find(&in_space(SHORT_PREFIX, &self.keys)) } else { None }
    }

    /// The files that its completions lie in, as far as they are read: for a slip none that is not read anyway.
    fn files(&self, manifest: &Manifest) -> Vec<u32> {
        let most = if self.by == ExpansionKind::Typo { 0 } else { MOST_SHARDS };
        self.compiled(manifest).into_iter().chain(self.shards(manifest).take(most)).collect()
    }

    /// The files of the texts whose keys begin as its own do.
    fn shards<'m>(&self, manifest: &'m Manifest) -> impl Iterator<Item = u32> + use<'m> {
        let end = after_prefix(self.within());
        manifest.directory.suggest.between(self.within(), end.as_deref())
    }

    /// Reads the completions of the reading from those of its files that may be read, each with whether it goes on behind what
    /// was typed.
    fn completions(&self, reader: &Reader<'_>, files: &BTreeSet<u32>) -> Vec<(bool, Completion)> {
        let compiled = self.compiled(reader.manifest);
        let whole = compiled.filter(|number| files.contains(number)).and_then(|number| {
            reader.read(Kind::Suggest, number, |block| Ok(block.suggestions()?.compiled(&self.keys)))?
        });
        let found = whole.unwrap_or_else(|| {
            let key = |text: &str| suggestion_key(&fold::letters(text));
            let most = if self.within().len() < self.keys.len() { SCANNED } else { VISITED };
            let wanted = |text: &str| self.matches(text).is_some();
            let mut found = Vec::new();
            for number in self.shards(reader.manifest) {
                if files.contains(&number) {
                    let shard = |block: &Block| {
                        Ok(block.suggestions()?.completions(self.within(), most, &key, &wanted))
                    };
                    found.extend(reader.read(Kind::Suggest, number, shard).into_iter().flatten());
                }
            }
            found
        });
        found.into_iter().filter_map(|suggestion| self.completion(suggestion)).collect()
    }

    fn completion(&self, suggestion: Suggestion) -> Option<(bool, Completion)> {
        let typed = self.matches(&suggestion.text)?;
        let folded = FoldedText::new(&suggestion.text);
        let (start, end) = match self.by {
            ExpansionKind::Initials => folded.first_letters(typed)?,
            _ => folded.first_keys(typed)?,
        };
        let Suggestion { text, kind, count, book } = suggestion;
        let longer = keys::encode(&fold::letters(&text)).len() > typed;
        Some((longer, Completion { text, kind, count, book, matched: (start, end, self.by) }))
    }

    /// Counts the keys, of initials the letters, at the beginning of a text that were typed, if they were.
    fn matches(&self, text: &str) -> Option<usize> {
        let length = self.keys.len();
        if self.by == ExpansionKind::Initials {
            let letters = fold::letters(text);
            let run = choseong::runs(&letters).into_iter().next()?;
            let at_start = letters.starts_with(hangul::is_syllable);
            return (at_start && run.keys.starts_with(&self.keys)).then_some(length);
        }
        let key = keys::encode(&fold::letters(text));
        if self.by != ExpansionKind::Typo {
            return key.starts_with(&self.keys).then_some(length);
        }
        let automaton = TypoAutomaton::new(&self.keys, 1)?;
        let mut row = automaton.start();
        let mut nearest = None;
        for (read, byte) in (1..).zip(key.iter().take(length + 1)) {
            row = automaton.accept(&row, *byte);
            if let Some(distance) = automaton.distance(&row) {
                nearest = nearest.min(Some((distance, read))).or(Some((distance, read)));
            }
            if !automaton.can_match(&row) {
                break;
            }
        }
        let (_, read) = nearest?;
        // Another number is another thing, and no slip.
        let digits = |keys: &[u8]| keys.iter().copied().filter(u8::is_ascii_digit).collect::<Vec<u8>>();
        (digits(key.get(..read)?) == digits(&self.keys)).then_some(read)
    }
}
