//! Hides a fifth of what a catalogue's keywords say, asks for it, and counts what related words bring back.
//!
//! Of every (book, keyword) pair a hash of the two decides whether the index gets to see it; each keyword that was
//! hidden somewhere is then asked as a visitor would type it. Not a judged set: what was hidden is the answer key. It
//! measures what literal look-up cannot find. Of the similar books of a book it is counted how many have the keywords
//! hidden from it, against the likeliest books of the same class. Each seed hides other pairs; the figures are means over all keywords of
//! all seeds. Invariant: the same catalogue and seeds give the same figures on every machine.
//!
//! ```text
//! cargo run --release -p index-builder --example masked_topics -- CATALOGUE [SEEDS]
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use index_builder::catalogue::{Book, Catalogue};
use index_builder::compile::compile;
use index_builder::local::{LocalIndex, request};
use index_builder::progress::Quiet;
use index_builder::sources::{Inputs, read};
use seoga_index::book_id::BookId;
use seoga_search::{Lookup, Tier};

/// One pair of so many is hidden.
const HIDDEN: u64 = 5;
/// Places looked at for nDCG, and for recall.
const TOP: usize = 10;
const PAGE: usize = 50;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args_os().nth(1).map(PathBuf::from).ok_or("which catalogue folder?")?;
    let seeds: u64 = std::env::args().nth(2).map_or(Ok(1), |seeds| seeds.parse())?;
    let whole = read(&Inputs::in_catalogue(&folder)?.files, &Quiet)?.catalogue;
    let pairs: usize = whole.books.iter().map(|book| book.keywords.len()).sum();
    let mut asked: Vec<Asked> = Vec::new();
    let mut likeness: Vec<Likeness> = Vec::new();
    for seed in 0..seeds {
        let mut catalogue = whole.clone();
        let hidden = hide(&mut catalogue, seed);
        let count: usize = hidden.values().map(|keyword| keyword.hidden.len()).sum();
        println!(
            "seed {seed}: {count} of {pairs} pairs hidden; {} keywords asked of {} books",
            hidden.len(),
            catalogue.books.len()
        );
        let (of_seed, alike) = ask(&whole, &catalogue, &hidden)?;
        likeness.extend(alike);
        print("all", &of_seed, |_| true);
        print("direct hits: 1 to 9", &of_seed, |asked| (1..10).contains(&asked.direct));
        asked.extend(of_seed);
    }
    let mean = |of: fn(&Likeness) -> f64| likeness.iter().map(of).sum::<f64>() / likeness.len().max(1) as f64;
    println!(
        "similar books of {} books: {:.4} have a keyword hidden from the book, of books of the same class {:.4}",
        likeness.len(),
        mean(|of| of.similar),
        mean(|of| of.class),
    );
    println!(
        "{:24}{:>9}{:>22}{:>22}{:>24}",
        "", "keywords", "nDCG@10", "hidden recall@50", "hidden alone nDCG@10"
    );
    print("all", &asked, |_| true);
    print("direct hits: none", &asked, |asked| asked.direct == 0);
    print("direct hits: 1 to 9", &asked, |asked| (1..10).contains(&asked.direct));
    print("direct hits: 10 or more", &asked, |asked| asked.direct >= 10);
    print("with related books", &asked, |asked| asked.widened);
    Ok(())
}

/// Compiles what is left and asks every keyword that was hidden somewhere.
fn ask(
    whole: &Catalogue,
    catalogue: &Catalogue,
    hidden: &BTreeMap<String, Keyword>,
) -> Result<(Vec<Asked>, Vec<Likeness>), Box<dyn std::error::Error>> {
    let place = tempfile::tempdir()?;
    compile(catalogue, place.path(), &Quiet)?;
    let index = LocalIndex::open(place.path(), 1 << 30)?;
    let mut asked: Vec<Asked> = Vec::new();
    for (word, keyword) in hidden {
        let answer = index.search(request(&index, word, &[], PAGE as u32)?)?;
        let ranked = |tiers: std::ops::RangeInclusive<Tier>| -> Vec<BookId> {
            let hits = answer.hits.iter().filter(|hit| tiers.contains(&hit.tier));
            hits.map(|hit| hit.record.id).collect()
        };
        asked.push(Asked {
            direct: answer.hits.iter().filter(|hit| hit.tier < Tier::Related).count(),
            without: keyword.measure(&ranked(Tier::Exact..=Tier::Partial)),
            with: keyword.measure(&ranked(Tier::Exact..=Tier::Related)),
            widened: answer.hits.iter().any(|hit| hit.tier == Tier::Related),
        });
    }
    Ok((asked, likeness(whole, hidden, &index)?))
}

/// Of the six books like a book, the share that has one of the keywords hidden from it.
struct Likeness {
    similar: f64,
    /// That share of the six books of its class that most libraries hold.
    class: f64,
}

fn likeness(
    whole: &Catalogue,
    hidden: &BTreeMap<String, Keyword>,
    index: &LocalIndex,
) -> Result<Vec<Likeness>, Box<dyn std::error::Error>> {
    let mut hidden_of: BTreeMap<BookId, Vec<&Keyword>> = BTreeMap::new();
    for keyword in hidden.values() {
        keyword.hidden.iter().for_each(|isbn| hidden_of.entry(*isbn).or_default().push(keyword));
    }
    let mut classes: BTreeMap<&str, Vec<&Book>> = BTreeMap::new();
    for book in &whole.books {
        classes.entry(book.class_no.as_deref().unwrap_or_default()).or_default().push(book);
    }
    classes.values_mut().for_each(|books| books.sort_by_key(|book| std::cmp::Reverse(book.holdings.len())));
    let mut found = Vec::new();
    for book in &whole.books {
        let Some(keywords) = hidden_of.get(&book.id) else { continue };
        let share = |others: &[BookId]| {
            let has = |isbn: &&BookId| {
                keywords.iter().any(|keyword| keyword.hidden.contains(isbn) || keyword.shown.contains(isbn))
            };
            others.iter().filter(has).count() as f64 / 6.0
        };
        let lookup = Lookup::new(Arc::clone(&index.manifest), book.id).with_more_like_this();
        let similar = index.ask(lookup)?.ok_or("a book is lost")?.similar;
        let similar: Vec<BookId> = similar.iter().map(|record| record.id).collect();
        let class = classes.get(book.class_no.as_deref().unwrap_or_default()).into_iter().flatten();
        let class: Vec<BookId> =
            class.map(|other| other.id).filter(|other| *other != book.id).take(6).collect();
        found.push(Likeness { similar: share(&similar), class: share(&class) });
    }
    Ok(found)
}

/// A keyword and the books that had it.
#[derive(Debug, Default)]
struct Keyword {
    hidden: BTreeSet<BookId>,
    shown: BTreeSet<BookId>,
}

/// Measures of one answer.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
struct Measures {
    /// nDCG@10, every book that had the keyword being relevant.
    ndcg: f64,
    /// The share of the hidden books among the first 50.
    recall: f64,
    /// nDCG@10 of the hidden books, those that show the keyword being taken out of the list.
    ndcg_hidden: f64,
}

struct Asked {
    direct: usize,
    widened: bool,
    without: Measures,
    with: Measures,
}

impl Keyword {
    fn measure(&self, ranked: &[BookId]) -> Measures {
        let relevant: BTreeSet<BookId> = self.hidden.union(&self.shown).copied().collect();
        let rest: Vec<BookId> = ranked.iter().copied().filter(|isbn| !self.shown.contains(isbn)).collect();
        let found = ranked.iter().take(PAGE).filter(|isbn| self.hidden.contains(isbn)).count();
        Measures {
            ndcg: ndcg(ranked, &relevant),
            recall: found as f64 / self.hidden.len() as f64,
            ndcg_hidden: ndcg(&rest, &self.hidden),
        }
    }
}

fn ndcg(ranked: &[BookId], relevant: &BTreeSet<BookId>) -> f64 {
    let gain = |place: usize| 1.0 / (place as f64 + 2.0).log2();
    let places = ranked.iter().take(TOP).enumerate().filter(|(_, isbn)| relevant.contains(isbn));
    let ideal: f64 = (0..relevant.len().min(TOP)).map(gain).sum();
    places.map(|(place, _)| gain(place)).fold(0.0, |sum, gain| sum + gain) / ideal
}

/// Takes the hidden pairs out of the catalogue.
fn hide(catalogue: &mut Catalogue, seed: u64) -> BTreeMap<String, Keyword> {
    let words = catalogue.keywords.clone();
    let mut keywords: BTreeMap<String, Keyword> = BTreeMap::new();
    for book in &mut catalogue.books {
        let (mut kept, isbn13) = (Vec::new(), book.id);
        for id in &book.keywords {
            let word = &words[id.0 as usize];
            let keyword = keywords.entry(word.to_string()).or_default();
            if hash(seed, isbn13, word).is_multiple_of(HIDDEN) {
                keyword.hidden.insert(isbn13);
            } else {
                keyword.shown.insert(isbn13);
                kept.push(*id);
            }
        }
        book.keywords = kept.into();
    }
    keywords.retain(|_, keyword| !keyword.hidden.is_empty());
    keywords
}

/// FNV-1a (Fowler, Noll, Vo), and a last mixing so that the low digits are good.
fn hash(seed: u64, id: BookId, word: &str) -> u64 {
    let bytes = id.bits().to_le_bytes().into_iter().chain(word.bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325u64 ^ seed << 40, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    });
    (hash ^ hash >> 33).wrapping_mul(0xff51_afd7_ed55_8ccd) >> 33
}

fn print(name: &str, asked: &[Asked], of: impl Fn(&Asked) -> bool) {
    let asked: Vec<&Asked> = asked.iter().filter(|asked| of(asked)).collect();
    let mean = |value: &dyn Fn(&Asked) -> f64| {
        asked.iter().fold(0.0, |sum, asked| sum + value(asked)) / asked.len().max(1) as f64
    };
    let pair = |value: &dyn Fn(&Measures) -> f64| {
        let (without, with) = (mean(&|asked| value(&asked.without)), mean(&|asked| value(&asked.with)));
        format!("{without:.4} -> {with:.4}")
    };
    println!(
        "{name:24}{:9}{:>22}{:>22}{:>24}",
        asked.len(),
        pair(&|measures| measures.ndcg),
        pair(&|measures| measures.recall),
        pair(&|measures| measures.ndcg_hidden)
    );
}
