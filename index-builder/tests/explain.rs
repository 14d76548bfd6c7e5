//! Holds that the score `query --explain` explains is the score there is.
//!
//! Questions of every kind are made from a generated catalogue; of every hit the parts told must come to its score, and
//! the tiers told to its tier. Not a test of the order itself.

use std::collections::BTreeMap;

use index_builder::catalogue::Catalogue;
use index_builder::compile::compile_learned;
use index_builder::generate::{Sample, generate};
use index_builder::learn::Learned;
use index_builder::local::{LocalIndex, request};
use index_builder::progress::Quiet;
use index_builder::sources::{Inputs, read};
use seoga_search::explanation::{Explanation, HitExplanation};
use seoga_search::{ExpansionKind, Hit, Tier, choice_hash};
use seoga_text::{choseong, fold, keys, names};

fn made() -> (Catalogue, LocalIndex, tempfile::TempDir) {
    let place = tempfile::tempdir().unwrap();
    let (sample, out) = (place.path().join("sample"), place.path().join("index"));
    generate(Sample { books: 1_500, seed: 3 }, &sample, &Quiet).unwrap();
    let catalogue = read(&Inputs::in_catalogue(&sample).unwrap().files, &Quiet).unwrap().catalogue;
    std::fs::create_dir(&out).unwrap();
    compile_learned(&catalogue, &learned(&catalogue), &out, &Quiet).unwrap();
    let index = LocalIndex::open(&out, 64 << 20).unwrap();
    (catalogue, index, place)
}

/// Picks for every other question and of every fifth book.
fn learned(catalogue: &Catalogue) -> Learned {
    let hashes = questions(catalogue).into_iter().step_by(2).filter_map(|text| choice_hash(&text));
    let picks = |hash: u64| {
        let books = catalogue.books.iter().skip(hash as usize % 3).step_by(3);
        books.map(|book| (book.id, (book.id.bits() % 120) as u8 + 1)).collect()
    };
    Learned {
        queries: hashes.map(|hash| (hash, picks(hash))).collect(),
        prior: catalogue.books.iter().step_by(5).map(|book| (book.id, 7)).collect(),
    }
}

/// Questions of every kind, made of every so many books.
fn questions(catalogue: &Catalogue) -> Vec<String> {
    let mut questions: Vec<String> = Vec::new();
    for (number, book) in catalogue.books.iter().enumerate().step_by(7) {
        let title = fold::fold(&book.title);
        let words: Vec<&str> = title.split_whitespace().collect();
        let Some(first) = words.first().filter(|word| word.chars().count() > 1) else { continue };
        let author = names::parse(&book.authors).into_iter().next().map(|name| name.text).unwrap_or_default();
        let longest = words.iter().max_by_key(|word| word.chars().count()).unwrap_or(first);
        let mut slipped = keys::encode(longest);
        let at = slipped.len() / 2;
        slipped.insert(at, slipped[at]);
        questions.push(match number % 12 {
            0 => title.clone(),
            1 => format!("{first} {author}"),
            2 => title.chars().take(5).collect(),
            3 => words.iter().take(3).copied().collect(),
            4 => keys::decode(&slipped),
            5 => format!("{} {first}", keys::decode(&slipped)),
            6 => choseong::initials(&title).chars().filter(|c| !c.is_whitespace()).take(4).collect(),
            7 => format!("{first} 없는낱말이다 {longest}"),
            10 if number % 24 == 10 => format!("{first} {longest} 관련 책 추천"),
            8 => first.chars().skip(1).collect(),
            9 => format!("publisher:\"{}\" {first}", book.publisher),
            10 => book.keywords.last().map_or_else(String::new, |id| catalogue.keyword(*id).to_owned()),
            _ => words.iter().rev().take(2).copied().collect::<Vec<_>>().join(" "),
        });
    }
    questions.extend(
        ["python 머신러닝", "vkdlTjs", "c언어", "데이터분석", "gksrmf 코딩", "software", "project"]
            .map(str::to_owned),
    );
    questions
}

fn holds(hit: &Hit, why: &HitExplanation) {
    assert_eq!(why.sum(), hit.score, "{why:#?}");
    assert_eq!(why.prior_boost, hit.prior_boost);
    for word in &why.terms {
        let parts: u32 = word.fields.iter().map(|part| part.score).sum();
        let told = match word.tier {
            Tier::Related => parts,
            _ if hit.tier == Tier::Related => word.score,
            _ => {
                let (times, of) = word.share;
                parts / word.fields.len().max(1) as u32 / word.spans as u32 * times / of
            }
        };
        assert_eq!(told, word.score, "{word:#?}");
        for part in word.fields.iter().filter(|part| part.boost > 0) {
            let told = part.idf * part.boost * (100 - part.penalty) / 100 + part.keyword;
            assert_eq!(told, part.score, "{part:#?}");
        }
    }
    let worst = why.terms.iter().filter(|word| !word.framing).map(|word| word.tier).max();
    match hit.tier {
        Tier::Related | Tier::Partial => assert!(!why.terms.is_empty()),
        tier if why.title_prefix > 0 => assert!(worst.is_none_or(|worst| tier <= worst), "{tier:?} {why:#?}"),
        tier => assert!(worst.is_none() || worst == Some(tier), "{tier:?} {why:#?}"),
    }
}

#[test]
fn the_parts_told_of_every_hit_come_to_its_score() {
    let (catalogue, index, _place) = made();
    let mut tiers: BTreeMap<Tier, u32> = BTreeMap::new();
    let mut ways: BTreeMap<ExpansionKind, u32> = BTreeMap::new();
    let mut picked = 0;
    for question in questions(&catalogue) {
        let asked = request(&index, &question, &[], 50).unwrap();
        // Asked before, so that all is at hand the second time.
        index.search(asked.clone()).unwrap();
        let (answer, explanation) = index.explain(asked.clone()).unwrap();
        assert_eq!(answer, index.search(asked).unwrap(), "{question}: asking why changes nothing");
        assert_eq!(answer.hits.len(), explanation.hits.len(), "{question}");
        let told: Vec<&String> = explanation.related.iter().map(|(word, _)| word).collect();
        assert_eq!(told, answer.related.iter().collect::<Vec<_>>());
        assert_eq!(explanation.files.len(), answer.work.files as usize);
        for (hit, why) in answer.hits.iter().zip(&explanation.hits) {
            *tiers.entry(hit.tier).or_default() += 1;
            picked += u32::from(hit.prior_boost > 0);
            why.terms.iter().for_each(|word| *ways.entry(word.by).or_default() += 1);
            holds(hit, why);
        }
    }
    for tier in Tier::ALL {
        assert!(tiers.contains_key(&tier), "no hit in tier {tier:?}: {tiers:?}");
    }
    assert!(ways.len() >= 8, "{ways:?}");
    assert!(picked > 50, "only {picked} hits have points of picks");
}

#[test]
fn a_search_that_is_not_asked_why_tells_nothing() {
    let (_, index, _place) = made();
    let asked = request(&index, "파이썬", &[], 10).unwrap();
    let mut search = seoga_search::Search::new(std::sync::Arc::clone(&index.manifest), asked);
    index.ask(&mut search).unwrap();
    assert_eq!(search.explanation(), Explanation::default());
}
