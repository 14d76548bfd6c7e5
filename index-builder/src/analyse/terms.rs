//! The keys of one book, each with how it occurs.

use ahash::RandomState;
use hashbrown::HashMap;
use hashbrown::hash_map::EntryRef;

use seoga_index::key::{in_space, space};
use seoga_index::postings::{Field, MAX_WEIGHT, field, payload};
use seoga_text::kdc;
use seoga_text::token::{Kind, Token, has_pairs, runs, tokenize};
use seoga_text::{acronym, choseong, fold, hanja, keys, names, particle, split, title, volume};

use super::hanja::readings;
use super::language::language;
use super::last::LastVolumes;
use super::variants::variants;
use super::vocabulary::Vocabulary;
use crate::catalogue::{Book, Catalogue, KeywordId, Series};
use crate::hash::fixed_state;
use crate::interner::Interner;

/// Initials in one key; longer runs are checked against the record.
const INITIALS: usize = seoga_search::INITIALS_IN_KEY;
/// A key is cut at this many keystrokes: no one types more of a word.
const KEY_BYTES: usize = seoga_search::KEY_BYTES;

/// Places of words are counted apart in the main part, the whole as recorded,
/// the parallel title and the series, so that neighbours are neighbours in one of them.
const MAIN: u8 = 0;
const WHOLE: u8 = 100;
const PARALLEL: u8 = 200;
const SERIES: u8 = 230;

/// Makes the keys of books of one catalogue, one piece of parallel work. What a word, a statement or a keyword comes to
/// is worked out once a piece.
#[derive(Debug)]
pub struct Analyser<'a> {
    catalogue: &'a Catalogue,
    vocabulary: &'a Vocabulary,
    last: &'a LastVolumes,
    keys: Interner,
    found: BookKeys,
    /// Of words that may be compounds, and of others.
    words: [HashMap<String, Word, RandomState>; 2],
    people: HashMap<String, Box<[Share]>, RandomState>,
    publishers: HashMap<String, Box<[Share]>, RandomState>,
    keywords: HashMap<KeywordId, Box<[Term]>, RandomState>,
    captions: HashMap<String, Box<[u32]>, RandomState>,
}

/// The number of a word's key; none where the word has none. Whether the word was cut for it.
#[derive(Debug, Clone, Copy)]
struct Term {
    key: Option<u32>,
    cut: bool,
}

/// A word of a text and the share of its letters, in 31sts.
#[derive(Debug, Clone, Copy)]
struct Share {
    term: Term,
    weight: u8,
}

/// Forms of a title's word: itself, without its particle, its parts.
#[derive(Debug)]
struct Word {
    forms: Vec<(Term, usize)>,
    /// Pairs of its syllables, the first excepted, which is found as a prefix.
    pairs: Vec<u32>,
}

impl<'a> Analyser<'a> {
    /// An analyser that knows the catalogue's words, and the last volumes of its series.
    #[must_use]
    pub fn new(catalogue: &'a Catalogue, vocabulary: &'a Vocabulary, last: &'a LastVolumes) -> Self {
        let hasher = fixed_state();
        Self {
            catalogue,
            vocabulary,
            last,
            keys: Interner::default(),
            found: BookKeys::default(),
            words: [HashMap::with_hasher(hasher.clone()), HashMap::with_hasher(hasher.clone())],
            people: HashMap::with_hasher(hasher.clone()),
            publishers: HashMap::with_hasher(hasher.clone()),
            keywords: HashMap::with_hasher(hasher.clone()),
            captions: HashMap::with_hasher(hasher),
        }
    }

    /// Gives the number of each key of a book to `each`, with at most one payload a field (bit for bit as the postings
    /// store it), the strongest; several of one key ascend.
    pub fn keys(&mut self, book: &Book, each: &mut dyn FnMut(u32, u16)) {
        let last = self.last.is_last_of_set(book).then_some(volume::LAST);
        let in_columns = [book.volume.as_deref(), last];
        for (number, title) in std::iter::once(&book.title).chain(&book.other_titles).enumerate() {
            self.title(title, in_columns, number == 0);
        }
        book.series.iter().for_each(|series| self.series(series, book));
        for title in self.last.before(book) {
            let key = self.keys.number(&in_space(space::CALLED, &seoga_search::next_key(title)));
            self.found.add(Term { key: Some(key), cut: false }, payload(Field::Title, MAX_WEIGHT, 0));
        }
        for authors in std::iter::once(&book.authors).chain(&book.other_authors) {
            let (keys, people) = (&mut self.keys, &mut self.people);
            for share in known(people, authors, || {
                let names = names::parse(authors);
                let texts = names.iter().map(|name| name.text.clone());
                let written = names.iter().flat_map(|name| variants(&name.text));
                texts.chain(written).flat_map(|name| shares(&name, keys)).collect()
            }) {
                self.found.add(share.term, payload(Field::Author, share.weight, 0));
            }
        }
        for publisher in std::iter::once(&book.publisher).chain(&book.other_publishers) {
            let (keys, publishers) = (&mut self.keys, &mut self.publishers);
            for share in known(publishers, publisher, || shares(publisher, keys).into()) {
                self.found.add(share.term, payload(Field::Publisher, share.weight, 0));
            }
        }
        for (place, id) in book.keywords.iter().enumerate() {
            let weight = MAX_WEIGHT.saturating_sub(u8::try_from(place).unwrap_or(MAX_WEIGHT));
            let (keys, catalogue) = (&mut self.keys, self.catalogue);
            let terms = self.keywords.entry(*id).or_insert_with(|| {
                let keyword = catalogue.keyword(*id);
                let whole = term(&fold::letters(keyword), keys);
                std::iter::once(whole)
                    .chain(tokenize(keyword).iter().map(|token| term(&token.text, keys)))
                    .collect()
            });
            for term in terms {
                self.found.add_below_title(*term, payload(Field::Keyword, weight, 0));
            }
        }
        if let Some(class_no) = &book.class_no {
            let keys = &mut self.keys;
            for caption in known(&mut self.captions, class_no, || {
                let caption = kdc::name(class_no, kdc::Language::Korean).unwrap_or_default();
                let words = tokenize(caption);
                let of_word = |word: &Token| keys.number(&in_space(space::CAPTION, &key(&word.text).0));
                words.iter().map(of_word).collect()
            }) {
                self.found.mark(*caption, 0);
            }
            for end in 1..=class_no.len() {
                if let Some(prefix) = class_no.get(..end)
                    && !prefix.ends_with('.')
                {
                    self.mark(space::CLASS, prefix.as_bytes());
                }
            }
        }
        if let Some(year) = book.year {
            // The year, its decade and its century, so that a range of years is a few lists.
            let year = format!("{year:04}");
            (2..=4)
                .filter_map(|digits| year.get(..digits))
                .for_each(|of| self.mark(space::YEAR, of.as_bytes()));
        }
        self.mark(space::LANGUAGE, language(book).code().as_bytes());
        if !book.publisher.is_empty() {
            // A filter by any of its names is one by its publisher.
            let others = self.catalogue.publisher_names.get(&book.publisher);
            for name in std::iter::once(&book.publisher).chain(others.into_iter().flatten()) {
                self.mark(space::PUBLISHER, &seoga_search::publisher_key(name));
            }
        }
        if book.holdings.is_empty() {
            self.mark(space::LIBRARY, &[]);
        }
        self.found.give(each);
    }

    /// The keys by their numbers.
    #[must_use]
    pub fn finish(self) -> Interner {
        self.keys
    }

    fn mark(&mut self, space: u8, rest: &[u8]) {
        let key = self.keys.number(&in_space(space, rest));
        self.found.mark(key, 0);
    }

    fn title(&mut self, recorded: &str, in_columns: [Option<&str>; 2], shown: bool) {
        let parts = title::parts(recorded);
        // As recorded, and without a phrase in brackets in front.
        let main = recorded.find(parts.main).and_then(|at| recorded.get(at..));
        for text in std::iter::once(recorded).chain(main.filter(|main| *main != recorded)) {
            self.beginning(&fold::letters(text));
        }
        self.volume(parts.main, main.unwrap_or(recorded), in_columns, shown);
        // The main part is a title of its own: people type it without the rest.
        // It comes first, since the places of words count from its beginning.
        let tokens = tokenize(recorded);
        let of_main = (parts.main.len() < recorded.len()).then(|| tokenize(parts.main));
        self.unit(parts.main, of_main.as_deref().unwrap_or(&tokens), Some(MAIN).filter(|_| shown));
        if of_main.is_some() {
            self.unit(recorded, &tokens, Some(WHOLE).filter(|_| shown));
        }
        if let Some(parallel) = parts.parallel {
            self.unit(parallel, &tokenize(parallel), Some(PARALLEL).filter(|_| shown));
        }
        for (shown, reading) in hanja::readings_shown(recorded) {
            let weight = weight(letters(&shown), letters(recorded));
            self.found.add(term(&reading, &mut self.keys), payload(Field::TitlePart, weight, 0));
        }
        self.readings(recorded, &tokens);
        self.initials(recorded);
        self.called(parts.main, acronym::WORDS_ALONE, 0);
        for token in tokens.iter().filter(|token| may_have_pairs(token.kind)) {
            let word = known_word(&mut self.words, &mut self.keys, self.vocabulary, token);
            word.pairs.iter().for_each(|pair| self.found.mark(*pair, 0));
        }
    }

    /// The acronyms of a title or series of so many words and more.
    fn called(&mut self, name: &str, least: usize, place: u8) {
        for acronym in acronym::of(name).iter().filter(|acronym| acronym.len() >= least) {
            let key = self.keys.number(&in_space(space::CALLED, &seoga_search::acronym_key(acronym)));
            self.found.add(Term { key: Some(key), cut: false }, payload(Field::Title, MAX_WEIGHT, place));
        }
    }

    /// The words of a title with Han characters as they are read and in their variants, and those that brackets with a reading divide.
    fn readings(&mut self, recorded: &str, tokens: &[Token]) {
        let whole = letters(recorded);
        let mut found: Vec<String> = Vec::new();
        let of_han = tokens.iter().filter(|token| matches!(token.kind, Kind::Han | Kind::Joined));
        found.extend(of_han.flat_map(|token| readings(&token.text).into_iter().chain(variants(&token.text))));
        if let Some(plain) = hanja::without_readings(recorded) {
            found.extend(tokenize(&plain).into_iter().map(|token| token.text));
        }
        for word in found {
            let payload = payload(Field::TitlePart, weight(letters(&word), whole), 0);
            self.found.add_below_title(term(&word, &mut self.keys), payload);
        }
    }

    /// The letters of a title from its beginning, as far as a key goes.
    fn beginning(&mut self, letters: &str) {
        let mut beginning = keys::encode(letters);
        let whole = seoga_search::whole_title_hash(&beginning);
        beginning.truncate(seoga_search::TITLE_KEYS);
        let key = self.keys.number(&in_space(space::TITLE, &beginning));
        self.found.mark(key, whole);
    }

    /// The volumes recorded in columns, which count as the word behind the main part of the title, and the one that the main part
    /// ends with; `main` goes on to the end of the title.
    fn volume(&mut self, part: &str, main: &str, in_columns: [Option<&str>; 2], shown: bool) {
        // A volume in brackets is no part of the main part.
        let closed = main.find([')', ']']).and_then(|at| main.get(..=at)).filter(|_| main.starts_with(part));
        let at_end = [Some(part), closed].into_iter().flatten().find_map(volume::at_end);
        let title = at_end.as_ref().map_or(part, |(title, _)| title);
        let at_end_of_title = at_end.as_ref().map(|(_, volume)| volume.key.clone());
        let volumes = in_columns.into_iter().flatten().map(volume::key).chain([at_end_of_title]);
        let place = u8::try_from(runs(&tokenize(title)).len() + 1).unwrap_or(u8::MAX);
        for volume in volumes.flatten() {
            self.beginning(&(fold::letters(title) + &volume));
            let key = self.keys.number(&in_space(space::VOLUME, volume.as_bytes()));
            let weight = weight(letters(&volume), letters(title) + letters(&volume));
            let place = if shown { place } else { 0 };
            self.found.add(Term { key: Some(key), cut: false }, payload(Field::Title, weight, place));
        }
    }

    /// The words of a series, below those of titles, and the number in it, which counts as the word behind them.
    fn series(&mut self, series: &Series, book: &Book) {
        let number = series.number.as_deref().and_then(volume::key);
        // Within the series volumes stand by their numbers there, else by those of their own.
        let place = number.clone().or_else(|| book.volume.as_deref().and_then(volume::key));
        let list = in_space(space::SERIES, &seoga_search::series_key(&series.name));
        let list = self.keys.number(&list);
        self.found.mark(list, place.map_or(u16::MAX, |key| volume::place(&key)));
        self.called(&series.name, *acronym::WORDS.start(), SERIES);
        let tokens = tokenize(&series.name);
        let mut place = SERIES;
        for run in runs(&tokens) {
            place = place.saturating_add(1);
            for token in tokens.get(run).unwrap_or_default() {
                self.found.add(term(&token.text, &mut self.keys), payload(Field::TitlePart, 1, place));
            }
        }
        let last = self.last.is_last(series).then(|| volume::LAST.to_owned());
        // Of a title that names its series the number is the last word.
        let title = &book.title;
        let named = volume::in_series(title).is_some_and(|(_, name, _)| name == series.name);
        let (field, place) = match named {
            true => (
                Field::Title,
                u8::try_from(runs(&tokenize(title)).len()).map_or(u8::MAX, |n| WHOLE.saturating_add(n)),
            ),
            false => (Field::TitlePart, place.saturating_add(1)),
        };
        // The whole name as one word before the number, for who names both.
        let whole = self.keys.number(&in_space(space::CALLED, &seoga_search::whole_series_key(&series.name)));
        let before = payload(Field::Title, MAX_WEIGHT, place.saturating_sub(1));
        self.found.add(Term { key: Some(whole), cut: false }, before);
        for number in [number, last].into_iter().flatten() {
            let key = self.keys.number(&in_space(space::VOLUME, number.as_bytes()));
            self.found.add(Term { key: Some(key), cut: false }, payload(field, 1, place));
        }
    }

    fn unit(&mut self, text: &str, tokens: &[Token], before: Option<u8>) {
        let whole = letters(text);
        for (word, run) in runs(tokens).into_iter().enumerate() {
            let place = before.map_or(0, |before| {
                u8::try_from(word + 1).map_or(u8::MAX, |word| before.saturating_add(word))
            });
            let run = tokens.get(run).unwrap_or_default();
            let start = run.first().map_or(0, |first| first.start);
            for token in run {
                let starts = word == 0 && token.start == start;
                let mut field = if starts { Field::TitleStart } else { Field::Title };
                // Itself first, then its forms.
                let forms = &known_word(&mut self.words, &mut self.keys, self.vocabulary, token).forms;
                for (term, letters) in forms {
                    self.found.add(*term, payload(field, weight(*letters, whole), place));
                    field = Field::TitlePart;
                }
            }
        }
        self.joined(tokens, whole, before);
    }

    /// Two or three neighbours that are somewhere written as one word.
    fn joined(&mut self, tokens: &[Token], whole: usize, before: Option<u8>) {
        let mut place = before.unwrap_or(0);
        let mut run_end = 0;
        let mut word = String::new();
        for (at, first) in tokens.iter().enumerate() {
            if first.start >= run_end {
                place = place.saturating_add(u8::from(!first.glued && before.is_some()));
                run_end = first.end;
            }
            if first.kind == Kind::Joined {
                continue;
            }
            word.clear();
            word.push_str(&first.text);
            let mut end = first.end;
            let mut count = 1;
            for next in tokens.get(at + 1..).unwrap_or_default() {
                if next.start < end || next.kind == Kind::Joined {
                    continue;
                }
                word.push_str(&next.text);
                end = next.end;
                count += 1;
                let mut add = |word: &str| {
                    let payload = payload(Field::TitleJoined, weight(letters(word), whole), place);
                    self.found.add(term(word, &mut self.keys), payload);
                };
                if self.vocabulary.is_word(&word) {
                    add(&word);
                }
                if let Some(stem) = particle::strip(&word)
                    && stem.len() > word.len() - next.text.len()
                    && self.vocabulary.is_word(stem)
                {
                    add(stem);
                }
                if count == 3 {
                    break;
                }
            }
        }
    }

    /// Runs of initials from each word start.
    fn initials(&mut self, text: &str) {
        for run in choseong::runs(&fold::fold(text)) {
            for start in run.words {
                let initials = run.keys.get(start..).unwrap_or_default();
                let initials = initials.get(..INITIALS.min(initials.len())).unwrap_or_default();
                self.mark(space::INITIALS, initials);
            }
        }
    }
}

/// The analysis of a text, made when it is met first.
fn known<'m, T>(
    known: &'m mut HashMap<String, Box<[T]>, RandomState>,
    text: &str,
    make: impl FnOnce() -> Box<[T]>,
) -> &'m [T] {
    match known.entry_ref(text) {
        EntryRef::Occupied(known) => known.into_mut(),
        EntryRef::Vacant(new) => new.insert(make()),
    }
}

/// The analysis of a title's word.
fn known_word<'m>(
    words: &'m mut [HashMap<String, Word, RandomState>; 2],
    keys: &mut Interner,
    vocabulary: &Vocabulary,
    token: &Token,
) -> &'m Word {
    let compound = matches!(token.kind, Kind::Hangul | Kind::Latin | Kind::Joined);
    match words[usize::from(compound)].entry_ref(&token.text) {
        EntryRef::Occupied(known) => known.into_mut(),
        EntryRef::Vacant(new) => new.insert(made(token, compound, keys, vocabulary)),
    }
}

/// Tells whether words of a kind are looked into by pairs.
fn may_have_pairs(kind: Kind) -> bool {
    matches!(kind, Kind::Hangul | Kind::Han | Kind::Kana)
}

fn made(token: &Token, compound: bool, keys: &mut Interner, vocabulary: &Vocabulary) -> Word {
    let cost = |part: &str| vocabulary.part_cost(part);
    let parts = |word: &str| {
        let parts = split::split(word, &cost).unwrap_or_default();
        parts.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let stem = particle::strip(&token.text).map(str::to_owned);
    let mut all = stem.as_deref().map(parts).unwrap_or_default();
    if compound {
        all.extend(parts(&token.text));
    }
    let forms = std::iter::once(&token.text).chain(&stem).chain(&all);
    let syllables: Vec<char> = token.text.chars().collect();
    let pair = |pair: &[char]| in_space(space::BIGRAM, &keys::encode(&pair.iter().collect::<String>()));
    Word {
        forms: forms.map(|form| (term(form, keys), letters(form))).collect(),
        pairs: syllables
            .windows(2)
            .skip(1)
            .filter(|two| may_have_pairs(token.kind) && two.iter().all(|c| has_pairs(*c)))
            .map(|two| keys.number(&pair(two)))
            .collect(),
    }
}

/// The words of a free text, and the whole without its spaces.
fn shares(text: &str, keys: &mut Interner) -> Vec<Share> {
    let whole = letters(text);
    let mut shares: Vec<Share> = tokenize(text)
        .iter()
        .map(|token| Share { term: term(&token.text, keys), weight: weight(letters(&token.text), whole) })
        .collect();
    shares.push(Share { term: term(&fold::letters(text), keys), weight: MAX_WEIGHT });
    shares
}

/// Encodes a folded word as a key, and tells whether it was cut for that.
fn key(word: &str) -> (Vec<u8>, bool) {
    let mut key = keys::encode(word);
    let cut = key.len() > KEY_BYTES;
    key.truncate(KEY_BYTES);
    (key, cut)
}

/// The key of a folded word, unless it is empty.
fn term(word: &str, keys: &mut Interner) -> Term {
    let (key, cut) = key(word);
    let key = key.first().is_some_and(|first| *first >= space::TERMS).then(|| keys.number(&key));
    Term { key, cut }
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

/// Keys of one book found so far.
#[derive(Debug, Default)]
struct BookKeys {
    /// The book at hand, from 1.
    book: u32,
    /// For each key the last book that had it, and where it lies in `keys`.
    places: Vec<(u32, u32)>,
    keys: Vec<Occurrences>,
}

/// How one key occurs, at most once a group of fields; groups ascend as payloads do.
#[derive(Debug, Clone, Copy)]
struct Occurrences {
    key: u32,
    of_group: [Option<u16>; GROUPS],
}

impl BookKeys {
    fn at(&mut self, key: u32) -> &mut Occurrences {
        if self.book == 0 {
            self.book = 1;
        }
        if self.places.len() <= key as usize {
            self.places.resize(key as usize + 1, (0, 0));
        }
        let place = &mut self.places[key as usize];
        if place.0 != self.book {
            *place = (self.book, self.keys.len() as u32);
            self.keys.push(Occurrences { key, of_group: [None; GROUPS] });
        }
        &mut self.keys[place.1 as usize]
    }

    /// A word. Title fields displace each other, the strongest stays; authors and publishers stand beside them.
    fn add(&mut self, term: Term, payload: u16) {
        let Some(key) = term.key else { return };
        let held = &mut self.at(key).of_group[group(payload)];
        // Of two occurrences the stronger stays, at the place found first.
        if held.is_none_or(|held| payload >> 8 > held >> 8) {
            *held = Some(payload);
        }
    }

    /// A word of a field that says nothing new about a word of the title.
    fn add_below_title(&mut self, term: Term, payload: u16) {
        let Some(key) = term.key else { return };
        if term.cut || self.at(key).of_group[TITLE].is_none() {
            self.add(term, payload);
        }
    }

    /// A key of no word; its payload, if it has one, is no occurrence.
    fn mark(&mut self, key: u32, payload: u16) {
        let held = &mut self.at(key).of_group[group(payload)];
        *held = (*held).max(Some(payload));
    }

    /// Gives every key and payload away, and is ready for the next book.
    fn give(&mut self, each: &mut dyn FnMut(u32, u16)) {
        for occurrences in self.keys.drain(..) {
            occurrences.of_group.iter().flatten().for_each(|payload| each(occurrences.key, *payload));
        }
        self.book += 1;
    }
}

const GROUPS: usize = 4;
const TITLE: usize = 3;

/// Fields that displace each other.
fn group(payload: u16) -> usize {
    match field(payload) {
        field if field.is_title() => TITLE,
        Field::Author => 2,
        Field::Publisher => 1,
        _ => 0,
    }
}
