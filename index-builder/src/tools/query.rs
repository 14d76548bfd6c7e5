//! One query, printed for a person.

use std::fmt::Write as _;

use seoga_search::Answer;

use super::local::{LocalIndex, ToolError, request};

/// Answers `text` and prints hits; with `explain` also readings, tiers, scores
/// and the work done.
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
    let answer = index.search(request(index, text, libraries, limit)?)?;
    Ok(print(index, &answer, explain))
}

fn print(index: &LocalIndex, answer: &Answer, explain: bool) -> String {
    let mut out = String::new();
    let at_least = if answer.total_exact { "" } else { "at least " };
    let _ = writeln!(out, "{at_least}{} books", answer.total);
    for told in &answer.interpretation {
        let _ = writeln!(out, "read {} as {} ({})", told.input, told.reading, told.by.code());
    }
    if let Some(text) = &answer.did_you_mean {
        let _ = writeln!(out, "did you mean {text}");
    }
    if !answer.related.is_empty() {
        let _ = writeln!(out, "related: {}", answer.related.join(", "));
    }
    for hit in &answer.hits {
        let record = &hit.record;
        let names = record.holdings.iter().filter_map(|held| {
            index.manifest.libraries.get(usize::from(held.library)).map(|library| library.name.as_str())
        });
        let _ = writeln!(
            out,
            "{:3}. {} | {} | {} | {:013}",
            hit.rank, record.title, record.authors, record.publisher, record.isbn13
        );
        let _ = writeln!(out, "     {}", names.collect::<Vec<_>>().join(" "));
        if explain {
            let _ = writeln!(out, "     tier {:?}, score {}, document {}", hit.tier, hit.score, hit.doc);
            for mark in &hit.matched {
                let _ = writeln!(
                    out,
                    "     {} {}..{} {}",
                    mark.field.code(),
                    mark.start,
                    mark.end,
                    mark.by.code()
                );
            }
        }
    }
    if explain {
        let work = answer.work;
        let (bytes, files) = index.read_so_far();
        let _ = writeln!(
            out,
            "{} rounds, {} files, {} keys visited, {} postings decoded; read {bytes} bytes in {files} files",
            work.rounds, work.files, work.keys, work.postings
        );
    }
    out
}
