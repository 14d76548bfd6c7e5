//! Judged queries made of an index's own books: what any index must find, whatever is in it.
//!
//! A book is asked for by its ISBN, by its title, and by its title within one library. Expected are the books of that
//! very title, so a second edition is no miss. It says nothing of ranking by topic: that takes people's judgements.
//! Invariant: the same index gives the same queries.

use std::collections::BTreeMap;
use std::path::Path;

use seoga_index::block::Block;
use seoga_index::book_id::BookId;
use seoga_index::file::Kind;
use seoga_index::record::Record;
use seoga_text::fold::canonical_query;

use crate::local::{self, LocalIndex, ToolError};

/// The longest title asked for, in characters; a query may have 200.
const LONGEST: usize = 100;
/// The header of the file that `eval` reads.
const HEADER: &str = "qid\tquery_class\tquery\tlibraries\texpected\tmust_not\tnote";

/// Makes queries of `books` books, evenly over the index, in the form that [`super::eval::read`] reads.
///
/// # Errors
/// [`ToolError`] when a file of the index cannot be read.
pub fn run(index: &LocalIndex, folder: &Path, books: u32) -> Result<String, ToolError> {
    let records = records(index, folder)?;
    let mut by_title: BTreeMap<String, Vec<&Record>> = BTreeMap::new();
    for record in &records {
        by_title.entry(canonical_query(&record.title)).or_default().push(record);
    }
    let usable: Vec<&Record> = records.iter().filter(|record| can_be_asked(&record.title)).collect();
    let every = usable.len().div_ceil(books.max(1) as usize).max(1);
    let mut out = format!("{HEADER}\n");
    for (number, record) in usable.into_iter().step_by(every).enumerate() {
        let same = by_title.get(&canonical_query(&record.title)).map_or(&[][..], Vec::as_slice);
        let mut row = |class: &str, query: &str, library: &str, expected: Vec<BookId>| {
            let expected: Vec<String> = expected.iter().map(BookId::to_string).collect();
            let expected = expected.join("|");
            out.push_str(&format!("{class}-{number}\t{class}\t{query}\t{library}\t{expected}\t\t\n"));
        };
        if record.id.isbn13().is_some() {
            row("isbn", &record.id.to_string(), "", vec![record.id]);
        }
        row("title", &record.title, "", same.iter().map(|record| record.id).collect());
        let held = record.holdings.first().map(|held| held.library);
        if let Some((number, library)) =
            held.and_then(|number| Some((number, index.manifest.libraries.get(usize::from(number))?)))
        {
            let holds = |record: &&&Record| record.holdings.iter().any(|held| held.library == number);
            let expected = same.iter().filter(holds).map(|record| record.id).collect();
            row("title_in_library", &record.title, &library.name, expected);
        }
    }
    Ok(out)
}

/// Whether a title means itself when it is typed: short enough, without signs that the box gives another meaning, and
/// with something to find.
fn can_be_asked(title: &str) -> bool {
    let plain = !title.contains(['\t', '\n', '"', '|', ':', '：'])
        && !title.split(' ').any(|word| word.starts_with('-'));
    plain && title.chars().count() <= LONGEST && title.chars().filter(|c| c.is_alphanumeric()).count() >= 2
}

fn records(index: &LocalIndex, folder: &Path) -> Result<Vec<Record>, ToolError> {
    let mut found = Vec::new();
    for name in index.manifest.files().into_iter().filter(|name| name.kind == Kind::Records) {
        let (block, _) = local::open(folder, &name)?;
        if let Block::Records(block) = &block {
            found.extend(block.all(index.manifest.shared()).map_err(|damaged| ToolError::Open {
                path: folder.join(name.to_string()),
                source: damaged.into(),
            })?);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_that_read_as_something_else_are_not_asked() {
        for title in ["c++ 입문", "혼자 공부하는 파이썬", "3-D 그림책"] {
            assert!(can_be_asked(title), "{title}");
        }
        for title in ["R", "", "부제: 있는", "-없이", "말 -없이", "\"말\"", &"가".repeat(101)] {
            assert!(!can_be_asked(title), "{title}");
        }
    }
}
