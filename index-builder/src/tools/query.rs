//! Asks one query: prints the answer for a person, with how it came about, or as JSON for a program.
//!
//! `docs/RANKING.md` explains what `--explain` prints. Invariant: the JSON is that of `/api/search?hl=ko` for the same
//! words, libraries and limit, `query_id`, which a key signs, is null.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use seoga_index::file::Kind;
use seoga_index::postings::Field;
use seoga_search::answer_json::{AnswerContext, AnswerJson};
use seoga_search::explanation::{
    ExpansionExplanation, Explanation, FieldScore, HitExplanation, ListExplanation, TermExplanation,
    TermScore,
};
use seoga_search::{Answer, ExpansionKind, Hit, Tier};
use seoga_text::kdc;

use crate::local::{LocalIndex, ToolError, request};

/// Readings of one kind that are printed of a word: a prefix has up to 64.
const READINGS: usize = 8;

/// Answers `text` and prints the hits; with `explain` also the readings, what was read, and for every hit how its
/// score came about.
///
/// # Errors
/// [`ToolError`] when the index cannot be read or a library is unknown.
pub fn run(
    index: &LocalIndex,
    text: &str,
    libraries: &[String],
    limit: u32,
    explain: bool,
) -> Result<String, ToolError> {
    let request = request(index, text, libraries, limit)?;
    let mut out = String::new();
    if explain {
        let (answer, explanation) = index.explain(request)?;
        head(&mut out, &answer);
        if !explanation.related.is_empty() {
            let near = |(word, near): &(String, u32)| format!("{word} {:.2}", f64::from(*near) / 255.0);
            let near: Vec<String> = explanation.related.iter().map(near).collect();
            let _ = writeln!(out, "related: {}", near.join(", "));
        }
        readings(&mut out, &explanation);
        let mut whys = explanation.hits.iter();
        for found in &answer.hits {
            hit(&mut out, index, found);
            let _ =
                writeln!(out, "     tier {:?}, score {}, document {}", found.tier, found.score, found.doc);
            if let Some(why) = whys.next() {
                reasons(&mut out, why);
            }
            for mark in &found.highlights {
                let (field, by) = (mark.field.code(), mark.by.code());
                let _ = writeln!(out, "       matched {field} {}..{} {by}", mark.start, mark.end);
            }
        }
        work(&mut out, index, &answer, &explanation)?;
    } else {
        let answer = index.search(request)?;
        head(&mut out, &answer);
        if !answer.related.is_empty() {
            let _ = writeln!(out, "related: {}", answer.related.join(", "));
        }
        answer.hits.iter().for_each(|found| hit(&mut out, index, found));
    }
    Ok(out)
}

/// Answers `text` as one line of JSON. Class names are the Korean ones.
///
/// # Errors
/// [`ToolError`] when the index cannot be read or a library is unknown.
pub fn json(index: &LocalIndex, text: &str, libraries: &[String], limit: u32) -> Result<String, ToolError> {
    let request = request(index, text, libraries, limit)?;
    let answer = index.search(request.clone())?;
    let context = AnswerContext {
        query_id: None,
        query: &request.text,
        page: request.page,
        limit,
        generation: &index.generation,
        manifest: &index.manifest,
        libraries: &request.filters.libraries,
        language: kdc::Language::Korean,
    };
    let json = serde_json::to_string(&AnswerJson::new(&answer, &context))
        .map_err(|error| ToolError::Request(error.to_string()))?;
    Ok(json + "\n")
}

fn head(out: &mut String, answer: &Answer) {
    let at_least = if answer.total_exact { "" } else { "at least " };
    let _ = writeln!(out, "{at_least}{} books", answer.total);
    for told in &answer.interpretation {
        let _ = writeln!(out, "read {} as {} ({})", told.input, told.expansion, told.by.code());
    }
    if let Some(text) = &answer.did_you_mean {
        let _ = writeln!(out, "did you mean {text}");
    }
}

fn hit(out: &mut String, index: &LocalIndex, hit: &Hit) {
    let record = &hit.record;
    let names = record.holdings.iter().filter_map(|held| {
        index.manifest.libraries.get(usize::from(held.library)).map(|library| library.name.as_str())
    });
    let _ = writeln!(
        out,
        "{:3}. {} | {} | {} | {:013}",
        hit.rank, record.title, record.authors, record.publisher, record.id
    );
    let _ = writeln!(out, "     {}", names.collect::<Vec<_>>().join(" "));
}

/// Prints the words looked up, each with its readings.
fn readings(out: &mut String, explanation: &Explanation) {
    if let Some(lists) = &explanation.key_lists {
        let read: u32 = lists.iter().map(|list| list.read).sum();
        let _ = writeln!(out, "{} lists instead of words, {read} postings", lists.len());
    }
    if explanation.used_fuzzy {
        let _ = writeln!(out, "some word was read in the wide ways");
    }
    if let Some(books) = explanation.filtered {
        let _ = writeln!(out, "{books} books pass the filters");
    }
    for TermExplanation { typed, expansions } in &explanation.terms {
        let _ =
            writeln!(out, "word {typed}{}", if expansions.is_empty() { ": not in the index" } else { "" });
        let mut told: BTreeMap<ExpansionKind, usize> = BTreeMap::new();
        for read in expansions {
            let count = told.entry(read.by).or_default();
            *count += 1;
            if *count <= READINGS {
                reading(out, read);
            }
        }
        for (by, count) in told.into_iter().filter(|(_, count)| *count > READINGS) {
            let _ = writeln!(out, "  {:9} and {} more", by.code(), count - READINGS);
        }
    }
}

fn reading(out: &mut String, read: &ExpansionExplanation) {
    let terms: Vec<String> = read.lists.iter().map(term).collect();
    let penalty = if read.penalty > 0 { format!(" less {} %", read.penalty) } else { String::new() };
    let spans = if read.spans > 1 { format!(" for {} words", read.spans) } else { String::new() };
    let _ = writeln!(out, "  {:9} {:?}{penalty}{spans}: {}", read.by.code(), read.tier, terms.join(" + "));
}

fn term(term: &ListExplanation) -> String {
    let ListExplanation { word, df, read, idf } = term;
    let part = if read < df { format!(", {read} of them read") } else { String::new() };
    format!("{word} ({df} postings{part}, rarity {idf})")
}

/// How a hit's score came about, a line for everything that adds to it.
fn reasons(out: &mut String, why: &HitExplanation) {
    for word in &why.terms {
        let _ = writeln!(out, "       {}", word_line(word));
    }
    let (covers, coverage) = why.coverage;
    if coverage > 0 {
        let _ =
            writeln!(out, "       coverage {covers} of 31sts x {} = {coverage}", coverage / covers.max(1));
    }
    for (name, worth) in
        [("beginning", why.title_start), ("neighbours", why.adjacency), ("row", why.in_order)]
    {
        if worth > 0 {
            let _ = writeln!(out, "       {name} {worth}");
        }
    }
    if why.title_prefix > 0 {
        let _ = writeln!(out, "       title being typed {}", why.title_prefix);
    }
    if why.prior_boost > 0 {
        let _ = writeln!(out, "       picked by visitors before {}", why.prior_boost);
    }
}

fn word_line(word: &TermScore) -> String {
    let TermScore { typed, by, tier, fields, spans, framing, share, score } = word;
    let told: Vec<String> = fields.iter().map(part).collect();
    let frames = if *framing { " (frames the question)" } else { "" };
    let mut line = format!("{typed}{frames} {} {tier:?}: {}", by.code(), told.join("; "));
    if *tier == Tier::Related {
        let _ = write!(line, " = {score}");
    } else if fields.len() > 1 || *spans > 1 || *share != (1, 1) || told.is_empty() {
        let sum: u32 = fields.iter().map(|part| part.score).sum();
        let _ = write!(line, "; {sum}");
        if fields.len() > 1 {
            let _ = write!(line, " / {} parts", fields.len());
        }
        if *spans > 1 {
            let _ = write!(line, " / {spans} words");
        }
        let (times, parts) = share;
        if *times > 1 {
            let _ = write!(line, " x {times}");
        }
        if *parts > 1 {
            let _ = write!(line, " / {parts}");
        }
        let _ = write!(line, " = {score}");
    }
    line
}

fn part(part: &FieldScore) -> String {
    let FieldScore { word, field, place, idf, boost, penalty, keyword, score } = part;
    let field = field.map_or("", field_name);
    if *boost == 0 {
        return format!("{word} in {field} {score}");
    }
    let place = if *place > 0 { format!(" word {place}") } else { String::new() };
    let penalty = if *penalty > 0 { format!(" x {} %", 100 - penalty) } else { String::new() };
    let keyword = if *keyword > 0 { format!(" + {keyword}") } else { String::new() };
    format!("{word} in {field}{place}, {idf} x {boost}{penalty}{keyword} = {score}")
}

fn field_name(field: Field) -> &'static str {
    match field {
        Field::TitleStart => "title start",
        Field::Title => "title",
        Field::TitleJoined => "title joined",
        Field::TitlePart => "title form",
        Field::Author => "author",
        Field::Publisher => "publisher",
        Field::Keyword => "keyword",
        Field::ClassName => "class caption",
    }
}

/// Prints the cost of the answer: rounds, keys, postings, and the files by kind with their bytes.
fn work(
    out: &mut String,
    index: &LocalIndex,
    answer: &Answer,
    explanation: &Explanation,
) -> Result<(), ToolError> {
    let mut kinds: BTreeMap<Kind, (u32, u64)> = BTreeMap::new();
    for file in &explanation.files {
        let (files, bytes) = kinds.entry(file.kind).or_default();
        *files += 1;
        *bytes += index.stored_bytes(*file)?;
    }
    let work = answer.work;
    let _ = writeln!(
        out,
        "{} rounds, {} keys visited, {} postings decoded",
        work.rounds, work.keys, work.postings
    );
    for (kind, (files, bytes)) in &kinds {
        let _ = writeln!(out, "{:12}{files:4} files{bytes:9} bytes", format!("{kind:?}"));
    }
    let (files, bytes) = kinds.values().fold((0, 0), |sum, kind| (sum.0 + kind.0, sum.1 + kind.1));
    let (opening, _) = index.opening();
    let _ = writeln!(
        out,
        "{:12}{files:4} files{bytes:9} bytes, and {opening} bytes of pointer and manifest",
        "all"
    );
    Ok(())
}
