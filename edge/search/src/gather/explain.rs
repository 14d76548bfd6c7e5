//! How an order came about: the readings of a query and the parts of each score.
//!
//! For tools, behind the feature `explain`: the edge carries none of it. What is
//! told is worked out anew from the lists, by the rules of [`super`] and with its
//! figures, when a search is over; nothing here has a say in the order.
//! Invariant: the parts told of a hit add up to its score (a test over many
//! queries holds them to it).

use seoga_index::DocId;
use seoga_index::postings::{Field, MAX_WEIGHT};

use super::{
    BEGINNING_WORTH, COVER_WORTH, Gathered, KEYWORD_WORTH, ROW_WORTH, START_WORTH, WordHit, commonest,
    field_worth, next, rarity, typing,
};
use crate::answer::{Reading, Tier};
use crate::docset::DocSet;
use crate::ranked::Ranked;
use crate::reader::{Reader, Scope};
use crate::related::{ITSELF, RelatedWord};
use crate::resolve::{Alternative, Slot};
use crate::store::FileId;

/// What a search did, for a person.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Explanation {
    /// Each word of the query with its readings, in the order typed.
    pub words: Vec<Word>,
    /// The lists asked instead of words, for an ISBN or initials.
    pub listed: Option<Vec<Term>>,
    /// Whether some word was read in the wide ways.
    pub widened: bool,
    /// Books that pass the filters, where there are filters, as far as the heads of their lists tell.
    pub passing: Option<u32>,
    /// How each hit of the page came to its place, in the order of the hits.
    pub hits: Vec<Why>,
    /// The related words told, with the sums of their nearness to the words asked, in 255ths.
    pub related: Vec<(String, u32)>,
    /// Every file looked into.
    pub files: Vec<FileId>,
}

/// A word of the query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// As typed.
    pub typed: String,
    /// The ways it was read.
    pub readings: Vec<Read>,
}

/// One way in which a word was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// How.
    pub by: Reading,
    /// The best tier it reaches.
    pub tier: Tier,
    /// Percent taken off.
    pub penalty: u32,
    /// Words of the query it stands for.
    pub spans: usize,
    /// As what: a book must have all of these.
    pub terms: Vec<Term>,
}

/// A list that was looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The word it is of; empty where it is of no word.
    pub word: String,
    /// Postings in the list.
    pub df: u32,
    /// Postings of it that were read.
    pub read: u32,
    /// Its rarity in this reading, the factor of every score.
    pub rarity: u32,
}

/// How a hit came to its place. The score is the sum over `words`, `coverage`,
/// `beginning`, `neighbours`, `row`, `title` and `preferred`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Why {
    /// The words of the query that the book has, or is near to.
    pub words: Vec<WordWhy>,
    /// 31sts of the title that the words cover, and what they are worth.
    pub coverage: (u32, u32),
    /// For beginning with the first word asked.
    pub beginning: u32,
    /// For words right behind the word asked before them.
    pub neighbours: u32,
    /// For all words in a row.
    pub row: u32,
    /// For a title that begins with all that was typed, which gives a book its tier, too.
    pub title: u32,
    /// For what visitors picked before.
    pub preferred: u32,
}

/// What one word adds to a hit's score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordWhy {
    /// As typed.
    pub typed: String,
    /// How it was read.
    pub by: Reading,
    /// The word's tier in this book.
    pub tier: Tier,
    /// What the book has of it; in a reading of several parts each.
    pub parts: Vec<Part>,
    /// Words of the query that share the parts' mean.
    pub spans: usize,
    /// For being one of few words that were found, in tier Partial.
    pub found: u32,
    /// The mean of the parts, shared out, and `found`. In tier Related the nearness instead.
    pub score: u32,
}

/// A place where a book has a word: `rarity x worth x (100 - penalty) / 100 + list`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The word as the index has it.
    pub word: String,
    /// Where; `None` for a related word.
    pub field: Option<Field>,
    /// Which word of the title it is, as the format numbers them; 0 unknown.
    pub place: u8,
    /// See [`Term::rarity`].
    pub rarity: u32,
    /// What the field is worth.
    pub worth: u32,
    /// Percent taken off.
    pub penalty: u32,
    /// For the keyword's place in the book's list.
    pub list: u32,
    /// What it comes to.
    pub score: u32,
}

impl Why {
    /// The sum that is the hit's score.
    #[must_use]
    pub fn sum(&self) -> u32 {
        let words: u32 = self.words.iter().map(|word| word.score).sum();
        let title = self.coverage.1 + self.beginning + self.neighbours + self.row + self.title;
        words + title + self.preferred
    }
}

/// The readings of every word.
pub(crate) fn words(reader: &Reader<'_>, slots: &[Slot]) -> Vec<Word> {
    let read = |slot: &Slot, alternative: &Alternative| Read {
        by: alternative.reading,
        tier: alternative.tier,
        penalty: alternative.penalty,
        spans: alternative.spans,
        terms: terms(reader, slot, alternative),
    };
    slots
        .iter()
        .map(|slot| Word {
            typed: slot.typed.clone(),
            readings: slot.alternatives.iter().map(|alternative| read(slot, alternative)).collect(),
        })
        .collect()
}

fn terms(reader: &Reader<'_>, slot: &Slot, alternative: &Alternative) -> Vec<Term> {
    let common = commonest(slot, alternative);
    let term = |(number, entry): (usize, &seoga_index::dictionary::Entry)| {
        let list = reader.list(*entry);
        Term {
            word: word(alternative, number),
            df: list.df,
            read: list.postings.len() as u32,
            rarity: rarity(reader.manifest.documents, entry.df_class().max(common)),
        }
    };
    alternative.entries.iter().enumerate().map(term).collect()
}

/// The word of a list of a reading: of its pairs of syllables there are more than words.
fn word(alternative: &Alternative, number: usize) -> String {
    let words = &alternative.words;
    let own = if words.len() == alternative.entries.len() { words.get(number) } else { words.first() };
    own.cloned().unwrap_or_default()
}

/// How a document came to its place; `begins`: a title of it begins with all that was typed.
pub(crate) fn why(
    reader: &Reader<'_>,
    slots: &[Slot],
    gathered: &Gathered,
    ranked: &Ranked,
    related: &[RelatedWord],
    begins: bool,
) -> Why {
    let doc = ranked.doc();
    let hits: Vec<(usize, WordHit)> = (0..gathered.words.len())
        .filter_map(|place| Some((place, gathered.of(place, doc)?)))
        .filter(|(_, hit)| ranked.tier() < Tier::Partial || hit.tier <= Tier::Form)
        .collect();
    let mut why = Why::default();
    for (place, hit) in &hits {
        why.words.extend(word_why(reader, slots, *place, hit));
    }
    match ranked.tier() {
        Tier::Related => {
            for word in &mut why.words {
                word.score = ITSELF;
            }
            why.words.extend(related_why(slots, &hits, doc, related));
        }
        Tier::Partial => {
            for word in &mut why.words {
                word.found = 1000;
                word.score += word.found;
            }
        }
        _ if hits.len() == gathered.words.len() && !hits.is_empty() => whole_title(&mut why, &hits),
        // Found without words, or by the title's beginning.
        _ => {}
    }
    if begins && ranked.tier() < Tier::Partial {
        why.title = BEGINNING_WORTH;
    }
    why
}

fn word_why(reader: &Reader<'_>, slots: &[Slot], place: usize, hit: &WordHit) -> Option<WordWhy> {
    let slot = slots.get(place.saturating_sub(usize::from(hit.back)))?;
    let alternative = slot.alternatives.get(usize::from(hit.alternative))?;
    let common = commonest(slot, alternative);
    let mut of_hit = DocSet::none(reader.manifest.documents);
    of_hit.insert(hit.doc);
    let parts = alternative.entries.iter().enumerate().filter_map(|(number, entry)| {
        let list = reader.list_for(*entry, Scope { within: Some(&of_hit), beyond: Some(&of_hit) });
        let rarity = rarity(reader.manifest.documents, entry.df_class().max(common));
        let of_doc = list.postings.iter().filter(|posting| posting.doc == hit.doc);
        let mut best: Option<(Tier, Part)> = None;
        for posting in of_doc {
            let field = posting.field();
            if alternative.reading != Reading::Infix && !slot.fields.has(field) {
                continue;
            }
            let tier = match field {
                Field::TitlePart | Field::Keyword | Field::ClassName => alternative.tier.max(Tier::Form),
                _ => alternative.tier,
            };
            let worth = field_worth(field);
            let penalty = alternative.penalty.min(90);
            let list = if field == Field::Keyword { u32::from(posting.weight()) * KEYWORD_WORTH } else { 0 };
            let score = rarity * worth * (100 - penalty) / 100 + list;
            let part = Part {
                word: word(alternative, number),
                field: Some(field),
                place: posting.place(),
                rarity,
                worth,
                penalty,
                list,
                score,
            };
            let better = best
                .as_ref()
                .is_none_or(|(other, best)| tier < *other || tier == *other && score > best.score);
            if better {
                best = Some((tier, part));
            }
        }
        best.map(|(_, part)| part)
    });
    Some(WordWhy {
        typed: slots.get(place)?.typed.clone(),
        by: alternative.reading,
        tier: hit.tier,
        parts: parts.collect(),
        spans: alternative.spans.max(1),
        found: 0,
        score: hit.score,
    })
}

/// What the words that a book does not have itself are worth by those near them.
fn related_why(
    slots: &[Slot],
    hits: &[(usize, WordHit)],
    doc: DocId,
    related: &[RelatedWord],
) -> Vec<WordWhy> {
    let mut found = Vec::new();
    for (place, slot) in slots.iter().enumerate() {
        if hits.iter().any(|(own, _)| *own == place) {
            continue;
        }
        let near = related.iter().filter(|word| word.of == place);
        let parts: Vec<Part> = near
            .filter_map(|word| {
                Some(Part {
                    word: word.text.clone(),
                    field: Some(word.field_in(doc)?),
                    place: 0,
                    rarity: 0,
                    worth: 0,
                    penalty: 0,
                    list: 0,
                    score: u32::from(word.score),
                })
            })
            .collect();
        let score = parts.iter().map(|part| part.score).sum();
        found.push(WordWhy {
            typed: slot.typed.clone(),
            by: Reading::Related,
            tier: Tier::Related,
            parts,
            spans: 1,
            found: 0,
            score,
        });
    }
    found
}

/// What the title as a whole adds where all words were found.
fn whole_title(why: &mut Why, hits: &[(usize, WordHit)]) {
    let tier = hits.iter().map(|(_, hit)| hit.tier).max().unwrap_or(Tier::Exact);
    let covers: u32 = hits.iter().map(|(_, hit)| hit.covers).sum();
    let covers = covers.min(MAX_WEIGHT.into());
    why.coverage = (covers, covers * COVER_WORTH);
    let first = hits.first().map(|(_, hit)| hit);
    if first.is_some_and(|hit| hit.field == Field::TitleStart && hit.place <= 1) {
        why.beginning = START_WORTH * typing(tier);
    }
    let pairs = || hits.iter().zip(hits.iter().skip(1)).map(|((_, a), (_, b))| next(a, b));
    why.neighbours = pairs().sum::<u32>() * typing(tier);
    if hits.len() > 1 && pairs().all(|worth| worth > 0) {
        why.row = ROW_WORTH;
    }
}
