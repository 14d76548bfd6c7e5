//! Measures the effect of choices on an order: simulated visitors over judged queries, and floods of choices.
//!
//! Half of the queries, by a hash of their id, are asked by visitors; the others by none. A visitor looks at place r
//! with the probability (1/r)^eta and, having looked, picks an expected book in 9 of 10 cases and any other in 1 of 10
//! (the position-based model of Richardson, Dominowska and Ragno 2007, and Craswell and others 2008). How many ask a
//! query depends on its book, with a heavy tail: half of the queries have 8 visitors or fewer. Picks become an export as
//! the service writes it and go the whole way: reader, learning, compiling, `eval`. Not real visitors: what is
//! measured is whether the learning finds again what the model put in, and what an attacker gets for how many ids.
//! The third argument keeps the export, for `index-builder build --choices`.
//! Invariant: the same catalogue and queries give the same figures on every machine.
//!
//! ```text
//! cargo run --release -p index-builder --example simulated_visitors -- CATALOGUE QUERIES.tsv [CHOICES.ndjson]
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use index_builder::catalogue::{Catalogue, Date};
use index_builder::compile::compile_learned;
use index_builder::learn::{Learned, Rules, learn};
use index_builder::local::{LocalIndex, request};
use index_builder::progress::Quiet;
use index_builder::sources::{InMemory, Inputs, read, read_choices_from};
use index_builder::tools::eval::{self, Judged, Scores};
use seoga_index::book_id::BookId;
use seoga_search::{Group, Tier};

/// Places that visitors look at.
const LOOKED_AT: u32 = 50;
/// Visitors in all; each has one id.
const VISITORS: u64 = 4_000;
/// Days over which picks lie.
const DAYS: u64 = 60;
/// Picks of a flood.
const FLOOD: u64 = 100_000;
/// Queries that a flood is aimed at.
const VICTIMS: usize = 100;

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Failure> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(folder), Some(queries)) = (arguments.next(), arguments.next()) else {
        return Err("which catalogue folder, and which judged queries?".into());
    };
    let catalogue = read(&Inputs::in_catalogue(&folder)?.files, &Quiet)?.catalogue;
    let place = tempfile::tempdir()?;
    let lab = Lab { catalogue, place: place.path().to_owned(), judged: eval::read(&queries)? };
    let halves = lab.split(&queries)?;
    let without = lab.index("without", &Learned::default())?;
    println!("{} books, {} queries", lab.catalogue.books.len(), lab.judged.len());

    println!("\n1. Quality, queries asked by visitors and the others: MRR@10, S@1, nDCG@10");
    print_halves("without choices", &without, &halves)?;
    let mut kept = None;
    let chosen = Rules::default();
    for (eta, rules) in [
        (1.0, chosen),
        (0.5, chosen),
        (1.5, chosen),
        (1.0, Rules { clip: 1, ..chosen }),
        (1.0, Rules { most: 60, ..chosen }),
        (1.0, Rules { most: 240, ..chosen }),
        (1.0, Rules { most_prior: 0, ..chosen }),
        (1.0, Rules { most_prior: 3, ..chosen }),
        (1.0, Rules { most_prior: 15, ..chosen }),
        (1.0, Rules { most: 0, ..chosen }),
    ] {
        let picks = lab.visitors(&without, eta)?;
        let learned = lab.learn(&picks, &rules)?;
        let index = lab.index("with", &learned)?;
        let name = format!(
            "eta {eta}, clip {}, query {}, prior {}: {} picks, {} queries, {} books",
            rules.clip,
            rules.most,
            rules.most_prior,
            picks.lines().count(),
            learned.queries.len(),
            learned.prior.len()
        );
        print_halves(&name, &index, &halves)?;
        if kept.is_none() {
            lab.print_classes(&without, &index, &halves)?;
            kept = Some(picks);
        }
    }

    println!("\n2. Floods of {FLOOD} picks aimed at {VICTIMS} queries; orders compared over all queries");
    let picks = kept.unwrap_or_default();
    if let Some(file) = arguments.next() {
        std::fs::write(file, &picks)?;
    }
    let calm = lab.index("calm", &lab.learn(&picks, &chosen)?)?;
    let victims = lab.victims(&calm)?;
    for (name, flood, people) in [
        ("3 visitors, nobody else", lab.flood(&victims, 3, FLOOD, DAYS), ""),
        ("3 visitors beside the others", lab.flood(&victims, 3, FLOOD, DAYS), picks.as_str()),
        ("3 visitors, 67 a day each", lab.flood(&victims, 3, 200 * DAYS, DAYS), picks.as_str()),
        ("4 visitors, nobody else", lab.flood(&victims, 4, FLOOD, DAYS), ""),
        ("a fresh id each, on 2 days", lab.flood(&victims, FLOOD, FLOOD, 2), picks.as_str()),
        ("a fresh id each", lab.flood(&victims, FLOOD, FLOOD, 3), picks.as_str()),
        ("a fresh id each, nobody else", lab.flood(&victims, FLOOD, FLOOD, 3), ""),
    ] {
        let before = if people.is_empty() { &without } else { &calm };
        let after = lab.index("flood", &lab.learn(&format!("{people}{flood}"), &chosen)?)?;
        lab.print_moves(name, before, &after, &victims)?;
    }
    Ok(())
}

/// A query with the book that a flood picks for it.
struct Victim {
    query: usize,
    book: BookId,
    rank: u32,
}

/// The catalogue, the queries and a folder for indexes.
struct Lab {
    catalogue: Catalogue,
    place: PathBuf,
    judged: Vec<Judged>,
}

/// The judged queries as two files.
struct Halves {
    asked: PathBuf,
    others: PathBuf,
}

impl Lab {
    fn index(&self, name: &str, learned: &Learned) -> Result<LocalIndex, Failure> {
        let out = self.place.join(name);
        if out.is_dir() {
            std::fs::remove_dir_all(&out)?;
        }
        std::fs::create_dir(&out)?;
        compile_learned(&self.catalogue, learned, &out, &Quiet)?;
        Ok(LocalIndex::open(&out, 1 << 30)?)
    }

    fn learn(&self, picks: &str, rules: &Rules) -> Result<Learned, Failure> {
        let export = InMemory::default().with("choices.ndjson", picks);
        let reading = read_choices_from(&export, &["choices.ndjson".into()], &self.catalogue, &Quiet)?;
        assert_eq!(reading.files.iter().map(|file| file.rejected).sum::<u64>(), 0, "our own export is good");
        Ok(learn(&reading.choices, &self.catalogue, rules))
    }

    fn split(&self, queries: &Path) -> Result<Halves, Failure> {
        let text = std::fs::read_to_string(queries)?;
        let header = text.lines().next().unwrap_or_default();
        let write = |name: &str, asked: bool| -> Result<PathBuf, Failure> {
            let lines =
                text.lines().skip(1).zip(&self.judged).filter(|(_, judged)| is_asked(judged) == asked);
            let lines: Vec<&str> = std::iter::once(header).chain(lines.map(|(line, _)| line)).collect();
            let path = self.place.join(name);
            std::fs::write(&path, lines.join("\n"))?;
            Ok(path)
        };
        Ok(Halves { asked: write("asked.tsv", true)?, others: write("others.tsv", false)? })
    }

    /// The export after the visitors of `DAYS` days.
    fn visitors(&self, index: &LocalIndex, eta: f64) -> Result<String, Failure> {
        let mut out = String::new();
        for judged in self.judged.iter().filter(|judged| is_asked(judged)) {
            let ranked = ranked(index, judged, LOOKED_AT)?;
            let of = judged.expected.first_key_value().map_or_else(BookId::default, |(book, _)| *book);
            let crowd = (4.0 / chance(&format!("crowd {of}"))).min(400.0) as u64;
            for visit in 0..crowd {
                let visitor = hash(&format!("visitor {} {visit}", judged.qid)) % VISITORS;
                let day = hash(&format!("day {} {visit}", judged.qid)) % DAYS;
                for (place, (book, _)) in ranked.iter().enumerate() {
                    let rank = place as u32 + 1;
                    let draw = |what: &str| chance(&format!("{what} {} {visit} {rank}", judged.qid));
                    let looked = draw("look") <= f64::from(rank).powf(-eta);
                    let liked = if judged.expected.contains_key(book) { 0.9 } else { 0.1 };
                    if looked && draw("pick") <= liked {
                        let id = format!("v{visitor}");
                        put(&mut out, &id, &format!("{} {day}", judged.qid), *book, &judged.query, rank, day);
                    }
                }
            }
        }
        Ok(out)
    }

    /// Queries with many answers in one tier; the book picked for each is the last of the first tier.
    fn victims(&self, index: &LocalIndex) -> Result<Vec<Victim>, Failure> {
        let mut victims = Vec::new();
        for (query, judged) in self.judged.iter().enumerate() {
            let ranked = all_ranked(index, judged)?;
            let Some((_, first)) = ranked.first().copied() else { continue };
            let of_tier = ranked.iter().take_while(|(_, tier)| *tier == first).count();
            if let (Some((book, _)), true) =
                (of_tier.checked_sub(1).and_then(|at| ranked.get(at)), of_tier > 1)
            {
                victims.push(Victim { query, book: *book, rank: of_tier as u32 });
            }
        }
        victims.sort_by_key(|victim| (std::cmp::Reverse(victim.rank), victim.query));
        // Another order of the same words is the same query.
        let mut seen = BTreeSet::new();
        victims.retain(|victim| seen.insert(seoga_search::choice_hash(&self.judged[victim.query].query)));
        victims.truncate(VICTIMS);
        Ok(victims)
    }

    fn flood(&self, victims: &[Victim], visitors: u64, picks: u64, days: u64) -> String {
        let mut out = String::new();
        for pick in 0..picks {
            let victim = &victims[(pick % victims.len() as u64) as usize];
            let id = format!("flood-{}", pick % visitors);
            let day = DAYS - 1 - (pick / victims.len() as u64) % days;
            let (query, rank) = (&self.judged[victim.query].query, victim.rank);
            // Each answer has a query id of its own, as if the generation changed all the time.
            put(&mut out, &id, &format!("flood {pick}"), victim.book, query, rank, day);
        }
        out
    }

    fn print_classes(&self, before: &LocalIndex, after: &LocalIndex, halves: &Halves) -> Result<(), Failure> {
        for (name, path) in [("asked", &halves.asked), ("others", &halves.others)] {
            let (old, new) =
                (eval::run(before, path, None, Group::None)?, eval::run(after, path, None, Group::None)?);
            for ((class, queries, old), (_, _, new)) in old.classes.iter().zip(&new.classes) {
                if old != new {
                    println!("      {name:7}{class:24}{queries:5}  {}", change(old, new));
                }
            }
            let (mut better, mut worse) = (0, 0);
            for judged in self.judged.iter().filter(|judged| is_asked(judged) == (name == "asked")) {
                let mrr = |index| -> Result<f64, Failure> {
                    let ranked: Vec<BookId> =
                        ranked(index, judged, 10)?.into_iter().map(|(book, _)| book).collect();
                    Ok(eval::score(judged, &ranked, false).mrr)
                };
                let (old, new) = (mrr(before)?, mrr(after)?);
                better += u32::from(new > old);
                worse += u32::from(new < old);
            }
            println!("      {name:7}{better} queries better, {worse} worse by MRR@10");
        }
        Ok(())
    }

    /// How far books moved, and that none left its tier.
    fn print_moves(
        &self,
        name: &str,
        before: &LocalIndex,
        after: &LocalIndex,
        victims: &[Victim],
    ) -> Result<(), Failure> {
        let aimed: BTreeMap<usize, BookId> =
            victims.iter().map(|victim| (victim.query, victim.book)).collect();
        let (mut changed, mut changed_others) = (0, 0);
        let (mut up, mut up_of, mut down, mut others) = (0usize, 0usize, 0usize, 0usize);
        let mut up_sum = 0;
        for (query, judged) in self.judged.iter().enumerate() {
            let (old, new) = (all_ranked(before, judged)?, all_ranked(after, judged)?);
            let places: BTreeMap<BookId, (usize, Tier)> =
                old.iter().enumerate().map(|(place, (book, tier))| (*book, (place, *tier))).collect();
            if old == new {
                continue;
            }
            changed += 1;
            changed_others += u32::from(!aimed.contains_key(&query));
            for (place, (book, tier)) in new.iter().enumerate() {
                let Some((was, of)) = places.get(book) else { continue };
                assert_eq!(of, tier, "a book changed its tier");
                match aimed.get(&query) == Some(book) {
                    true => {
                        up_sum += was.saturating_sub(place);
                        (up, up_of) = (up, up_of).max((was.saturating_sub(place), old.len()));
                    }
                    false if aimed.contains_key(&query) => down = down.max(was.abs_diff(place)),
                    false => others = others.max(was.abs_diff(place)),
                }
            }
            assert!(new.is_sorted_by_key(|(_, tier)| *tier), "a lower tier overtook");
        }
        println!(
            "{name:32} orders changed: {changed} ({changed_others} not aimed at); picked books rose at most {up} of \
             {up_of} places, in the mean {:.0}; others beside them moved at most {down}, elsewhere {others}",
            f64::from(up_sum as u32) / victims.len().max(1) as f64
        );
        Ok(())
    }
}

fn is_asked(judged: &Judged) -> bool {
    hash(&format!("asked {}", judged.qid)).is_multiple_of(2)
}

fn ranked(index: &LocalIndex, judged: &Judged, limit: u32) -> Result<Vec<(BookId, Tier)>, Failure> {
    let answer = index.search(request(index, &judged.query, &judged.libraries, limit)?)?;
    Ok(answer.hits.iter().map(|hit| (hit.record.id, hit.tier)).collect())
}

/// Everything that paging reaches.
fn all_ranked(index: &LocalIndex, judged: &Judged) -> Result<Vec<(BookId, Tier)>, Failure> {
    let mut all = Vec::new();
    for page in 1..=20 {
        let mut request = request(index, &judged.query, &judged.libraries, 50)?;
        request.page = page;
        let answer = index.search(request)?;
        all.extend(answer.hits.iter().map(|hit| (hit.record.id, hit.tier)));
        if answer.total <= page * 50 {
            break;
        }
    }
    Ok(all)
}

/// A line of the export.
fn put(out: &mut String, user_id: &str, query_id: &str, book: BookId, query: &str, rank: u32, day: u64) {
    let query = seoga_text::fold::canonical_query(query);
    let day = Date::from_days_since_1970(20_400 + day as i32).map(|day| day.to_string()).unwrap_or_default();
    let line = serde_json::json!({
        "user_id": user_id, "query_id": query_id, "isbn13": book.to_string(), "query": query, "libraries": [],
        "rank": rank, "generation": "simulated", "chosen_at": format!("{day}T09:00:00Z"),
    });
    let _ = writeln!(out, "{line}");
}

fn print_halves(name: &str, index: &LocalIndex, halves: &Halves) -> Result<(), Failure> {
    let mean =
        |path: &Path| -> Result<Scores, Failure> { Ok(eval::run(index, path, None, Group::None)?.mean().1) };
    let (asked, others) = (mean(&halves.asked)?, mean(&halves.others)?);
    let told = |scores: &Scores| format!("{:.4} {:.4} {:.4}", scores.mrr, scores.s1, scores.ndcg);
    println!("asked {}   others {}   {name}", told(&asked), told(&others));
    Ok(())
}

fn change(old: &Scores, new: &Scores) -> String {
    format!(
        "MRR {:.4} -> {:.4}, S@1 {:.4} -> {:.4}, nDCG {:.4} -> {:.4}",
        old.mrr, new.mrr, old.s1, new.s1, old.ndcg, new.ndcg
    )
}

/// FNV-1a (Fowler, Noll, Vo), and a last mixing so that all digits are good.
fn hash(text: &str) -> u64 {
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    let hash = (hash ^ hash >> 33).wrapping_mul(0xff51_afd7_ed55_8ccd);
    (hash ^ hash >> 33).wrapping_mul(0xc4ce_b9fe_1a85_ec53) >> 11
}

/// A number above 0 and up to 1, always the same for the same text.
fn chance(text: &str) -> f64 {
    (hash(text) + 1) as f64 / (1u64 << 53) as f64
}
