//! Finds the books that answer by reading every book. No index, no key, no list.
//!
//! Says for each book whether it has every word asked as typed ([`Tier::Exact`]) or in another form of it
//! ([`Tier::Form`]), under the filters. Splitting a title word into the catalogue's own words is the builder's
//! judgement, so its vocabulary is asked; everything else is worked out here.

use std::collections::BTreeSet;

use index_builder::analyse::Vocabulary;
use index_builder::catalogue::{Book, Catalogue};
use seoga_search::Tier;
use seoga_text::token::{Kind, Token, tokenize};
use seoga_text::{fold, kdc, keys, names, particle, split, title};

use crate::ask::{Ask, Field, Word};

/// The words a book has, each as the analyser of queries spells it.
#[derive(Debug, Default)]
struct Words {
    title: BTreeSet<String>,
    /// Stems and parts of title words.
    derived: BTreeSet<String>,
    authors: BTreeSet<String>,
    publishers: BTreeSet<String>,
    keywords: BTreeSet<String>,
    caption: BTreeSet<String>,
}

pub(crate) struct Oracle<'a> {
    catalogue: &'a Catalogue,
    vocabulary: Vocabulary,
    words: Vec<Words>,
    synonyms: Vec<Vec<String>>,
}

impl<'a> Oracle<'a> {
    pub(crate) fn new(catalogue: &'a Catalogue) -> Self {
        let vocabulary = Vocabulary::learn(catalogue);
        let mut oracle = Self { catalogue, vocabulary, words: Vec::new(), synonyms: synonyms(catalogue) };
        oracle.words = catalogue.books.iter().map(|book| oracle.words_of(book)).collect();
        oracle
    }

    /// The books that answer, with the tier of each.
    pub(crate) fn answer(&self, ask: &Ask) -> Vec<(u64, Tier)> {
        let books = self.catalogue.books.iter().zip(&self.words);
        let beginning = beginning(ask);
        let answers = |(book, words): (&Book, &Words)| {
            let asked = &ask.words;
            let tier = (0..asked.len())
                .map(|place| self.tier(words, asked, place))
                .collect::<Option<Vec<Tier>>>()
                .map(|tiers| tiers.into_iter().max().unwrap_or(Tier::Exact));
            let begins = beginning.as_ref().is_some_and(|typed| begins(book, typed));
            let tier = better(tier, begins.then_some(Tier::Exact))?;
            let passes =
                self.passes(book, ask) && !ask.excluded.iter().any(|word| self.has_any_form(words, word));
            passes.then_some((book.isbn13, tier))
        };
        books.filter_map(answers).collect()
    }

    /// Books that have every word, or its two parts where it is a compound of Hangul in a short question.
    pub(crate) fn have_parts(&self, ask: &Ask) -> BTreeSet<u64> {
        let has = |words: &Words, word: &str| {
            let cuts = || word.char_indices().map(|(at, _)| word.split_at(at));
            let in_parts = (4..=6).contains(&word.chars().count())
                && word.chars().all(|c| ('가'..='힣').contains(&c))
                && cuts()
                    .any(|(head, tail)| self.has_any_form(words, head) && self.has_any_form(words, tail));
            in_parts || self.has_any_form(words, word)
        };
        let asked = |words: &Words| {
            let forms = |word: &Word| {
                std::iter::once(word.text.clone())
                    .chain(particle::strip(&word.text).map(str::to_owned))
                    .collect::<Vec<_>>()
            };
            ask.words.len() <= 2
                && ask.words.iter().all(|word| forms(word).iter().any(|form| has(words, form)))
        };
        let books = self.catalogue.books.iter().zip(&self.words);
        books.filter(|(_, words)| asked(words)).map(|(book, _)| book.isbn13).collect()
    }

    /// How a book has the word at a place: by itself, or as part of neighbours written as one.
    fn tier(&self, words: &Words, asked: &[Word], place: usize) -> Option<Tier> {
        let mut best = self.in_any_form(words, &asked[place].text, asked[place].field);
        for from in place.saturating_sub(2)..=place {
            for count in 2..=3 {
                let Some(run) = asked.get(from..from + count) else { continue };
                if !(from..from + count).contains(&place) || run.iter().any(|word| word.field != run[0].field)
                {
                    continue;
                }
                let joined: String = run.iter().map(|word| word.text.as_str()).collect();
                let as_one = self.as_written(words, &joined, run[0].field);
                let stem = particle::strip(&joined).and_then(|stem| spelled(words, stem, run[0].field));
                best = better(best, better(as_one, stem.map(|tier| tier.max(Tier::Form))));
            }
        }
        best
    }

    fn in_any_form(&self, words: &Words, word: &str, field: Field) -> Option<Tier> {
        let stem = particle::strip(word).and_then(|stem| self.as_written(words, stem, field));
        better(self.as_written(words, word, field), stem.map(|tier| tier.max(Tier::Form)))
    }

    /// The word itself or a word that means the same.
    fn as_written(&self, words: &Words, word: &str, field: Field) -> Option<Tier> {
        let groups = self.synonyms.iter().filter(|group| group.iter().any(|other| other == word));
        let others = groups.flatten().filter(|other| *other != word);
        others.fold(spelled(words, word, field), |best, other| better(best, spelled(words, other, field)))
    }

    fn has_any_form(&self, words: &Words, word: &str) -> bool {
        self.in_any_form(words, word, Field::AnyAndCaption).is_some()
    }

    fn passes(&self, book: &Book, ask: &Ask) -> bool {
        let held = |name: &&str| {
            let library = self.catalogue.libraries.iter().position(|library| library.name == **name);
            book.holdings.iter().any(|holding| Some(usize::from(holding.library.0)) == library)
        };
        let class = |asked: &&str| {
            book.class_no.as_ref().is_some_and(|class| class.starts_with(asked.trim_end_matches('.')))
        };
        let publisher = |asked: &&str| fold::letters(&book.publisher) == fold::letters(asked);
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
            && ask.class.iter().all(class)
            && ask.publisher.iter().all(publisher)
            && ask.years.is_none_or(in_years)
            && ask.language.is_none_or(|code| language(book) == code)
            && ask.phrases.iter().all(phrase)
    }

    fn words_of(&self, book: &Book) -> Words {
        let mut words = Words::default();
        for recorded in std::iter::once(&book.title).chain(&book.other_titles) {
            let parts = title::parts(recorded);
            for text in [Some(parts.main), Some(recorded.as_str()), parts.parallel].into_iter().flatten() {
                self.title_words(text, &mut words);
            }
        }
        for authors in std::iter::once(&book.authors).chain(&book.other_authors) {
            for name in names::parse(authors) {
                words.authors.extend(words_and_whole(&name.text));
            }
        }
        for publisher in std::iter::once(&book.publisher).chain(&book.other_publishers) {
            words.publishers.extend(words_and_whole(publisher));
        }
        for id in &book.keywords {
            words.keywords.extend(words_and_whole(self.catalogue.keyword(*id)));
        }
        let caption = book.class_no.as_ref().and_then(|class| kdc::name(class, kdc::Language::Korean));
        words.caption.extend(caption.iter().flat_map(|caption| tokenize(caption)).map(|token| token.text));
        words
    }

    fn title_words(&self, text: &str, words: &mut Words) {
        let tokens = tokenize(text);
        for token in &tokens {
            words.title.insert(token.text.clone());
            let stem = particle::strip(&token.text);
            words.derived.extend(stem.map(str::to_owned));
            let whole =
                matches!(token.kind, Kind::Hangul | Kind::Latin | Kind::Joined).then_some(&*token.text);
            let cost = |part: &str| self.vocabulary.part_cost(part);
            for word in stem.into_iter().chain(whole) {
                words.derived.extend(split::split(word, &cost).into_iter().flatten().map(str::to_owned));
            }
        }
        for from in 0..tokens.len() {
            words.title.extend(self.joined(&tokens, from));
        }
    }

    /// Up to three neighbours from a token on, as one word, where the catalogue writes them so.
    fn joined(&self, tokens: &[Token], from: usize) -> Vec<String> {
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
                if self.vocabulary.is_word(form) {
                    found.push(form.to_owned());
                }
            }
        }
        found
    }
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

/// How a book spells a word in a field.
fn spelled(words: &Words, word: &str, field: Field) -> Option<Tier> {
    let any = matches!(field, Field::Any | Field::AnyAndCaption);
    let exact = (any || field == Field::Title) && words.title.contains(word)
        || (any || field == Field::Author) && words.authors.contains(word)
        || (any || field == Field::Publisher) && words.publishers.contains(word);
    let form = (any || field == Field::Title) && words.derived.contains(word)
        || any && words.keywords.contains(word)
        || field == Field::AnyAndCaption && words.caption.contains(word);
    if exact { Some(Tier::Exact) } else { form.then_some(Tier::Form) }
}

fn better(a: Option<Tier>, b: Option<Tier>) -> Option<Tier> {
    a.into_iter().chain(b).min()
}

fn words_and_whole(text: &str) -> Vec<String> {
    let mut words: Vec<String> = tokenize(text).into_iter().map(|token| token.text).collect();
    words.push(fold::letters(text));
    words.retain(|word| !word.is_empty());
    words
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
pub(crate) fn language(book: &Book) -> &'static str {
    match &book.language {
        Some(code) if code == "ko" => "ko",
        Some(code) if code == "en" => "en",
        Some(_) => "other",
        None if book.title.chars().any(|c| ('가'..='힣').contains(&c)) => "ko",
        None if book.title.chars().any(|c| c.is_ascii_alphabetic()) => "en",
        None => "other",
    }
}
