//! A file of questions: tab-separated, a header, one question a line, no quoting.
//!
//! Columns `qid query_class query libraries` and perhaps `params` (`name=value` joined by `|`); a file of judged queries
//! is one too. What should be found is `eval`'s matter.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use seoga_index::columns::Language;
use seoga_search::{Request, year_range};
use seoga_text::encoding::query_value;

use crate::local::{LocalIndex, ToolError, request};

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Its id.
    pub qid: String,
    /// The class it is an example of.
    pub kind: String,
    /// As typed.
    pub query: String,
    /// Libraries asked, by name.
    pub libraries: Vec<String>,
    /// Other parameters, each a name and a value.
    pub params: Vec<(String, String)>,
}

const HEAD: &str = "qid\tquery_class\tquery\tlibraries\tparams";

/// Writes questions.
#[must_use]
pub fn write(questions: &[Question]) -> String {
    let mut text = format!("{HEAD}\n");
    for row in questions {
        let params: Vec<String> = row.params.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let (libraries, params) = (row.libraries.join("|"), params.join("|"));
        let _ = writeln!(text, "{}\t{}\t{}\t{libraries}\t{params}", row.qid, row.kind, row.query);
    }
    text
}

/// Reads questions.
///
/// # Errors
/// [`ToolError`] with the line that is wrong.
pub fn read(file: &Path) -> Result<Vec<Question>, ToolError> {
    let text =
        std::fs::read_to_string(file).map_err(|source| ToolError::Read { path: file.to_owned(), source })?;
    let bad = |line: usize, reason: String| ToolError::Input { path: file.to_owned(), line, reason };
    let mut lines = text.lines();
    let columns: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let place = |name: &str| columns.iter().position(|column| *column == name);
    let needed = |name: &str| place(name).ok_or_else(|| bad(1, format!("no column `{name}`")));
    let (qid, kind) = (needed("qid")?, needed("query_class")?);
    let (query, libraries, params) = (needed("query")?, needed("libraries")?, place("params"));
    let question = |(number, line): (usize, &str)| {
        let cells: Vec<&str> = line.split('\t').collect();
        let cell = |at: usize| {
            let cell = cells.get(at).copied();
            cell.ok_or_else(|| bad(number + 2, format!("{} cells of {}", cells.len(), columns.len())))
        };
        let listed = |text: &str| -> Vec<String> {
            text.split('|').filter(|one| !one.is_empty()).map(str::to_owned).collect()
        };
        let pair =
            |text: String| text.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
        Ok(Question {
            qid: cell(qid)?.to_owned(),
            kind: cell(kind)?.to_owned(),
            query: cell(query)?.to_owned(),
            libraries: listed(cell(libraries)?),
            params: listed(params.map_or(Ok(""), cell)?).into_iter().filter_map(pair).collect(),
        })
    };
    lines.enumerate().filter(|(_, line)| !line.is_empty()).map(question).collect()
}

/// The first `each` questions of every kind, in the order of the file.
#[must_use]
pub fn first(questions: Vec<Question>, each: usize) -> Vec<Question> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut first = questions;
    first.retain(|question| {
        let count = counts.entry(question.kind.clone()).or_default();
        *count += 1;
        *count <= each
    });
    first
}

impl Question {
    /// The query string that asks it of `/api/search`.
    #[must_use]
    pub fn query_string(&self, limit: u32) -> String {
        let mut text = format!("q={}&limit={limit}", query_value(&self.query));
        for library in &self.libraries {
            let _ = write!(text, "&library={}", query_value(library));
        }
        for (name, value) in &self.params {
            let _ = write!(text, "&{name}={}", query_value(value));
        }
        text
    }

    /// The request that asks it of an index's core; parameters other than filters play no part.
    ///
    /// # Errors
    /// [`ToolError`] for a library that the index does not have.
    pub fn request(&self, index: &LocalIndex, limit: u32) -> Result<Request, ToolError> {
        let mut request = request(index, &self.query, &self.libraries, limit)?;
        let filters = &mut request.filters;
        for (name, value) in &self.params {
            match name.as_str() {
                "class" => filters.classes.push(value.clone()),
                "publisher" => filters.publishers.push(value.clone()),
                "year" => filters.year = year_range(value),
                "lang" => filters.language = Language::from_code(value),
                _ => {}
            }
        }
        Ok(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn judged_queries_are_questions_and_a_short_line_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("judged.tsv");
        let head = "qid\tquery_class\tquery\tlibraries\texpected\tmust_not\tnote\n";
        std::fs::write(&file, format!("{head}a-1\ta\t서가\t가온|마루\t\t\t\na-2\ta\t책\t\t\t\t\n")).unwrap();
        let questions = read(&file).unwrap();
        assert_eq!(questions[0].libraries, ["가온", "마루"]);
        assert_eq!(first(questions, 1).len(), 1);
        std::fs::write(&file, format!("{head}a-1\ta\n")).unwrap();
        assert!(read(&file).unwrap_err().to_string().contains("line 2"));
        std::fs::write(&file, "qid\tquery\n").unwrap();
        assert!(read(&file).unwrap_err().to_string().contains("query_class"));
    }

    #[test]
    fn questions_round_trip() {
        let row = Question {
            qid: "facets-001".to_owned(),
            kind: "facets".to_owned(),
            query: "머신 러닝".to_owned(),
            libraries: vec!["가온".to_owned(), "마루".to_owned()],
            params: vec![("class".to_owned(), "005".to_owned()), ("year".to_owned(), "2015-".to_owned())],
        };
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("queries.tsv");
        std::fs::write(&file, write(std::slice::from_ref(&row))).unwrap();
        assert_eq!(read(&file).unwrap(), std::slice::from_ref(&row));
        assert_eq!(
            row.query_string(10),
            "q=%EB%A8%B8%EC%8B%A0%20%EB%9F%AC%EB%8B%9D&limit=10&library=%EA%B0%80%EC%98%A8&library=%EB%A7%88%EB%A3%A8&class=005&year=2015-"
        );
    }
}
