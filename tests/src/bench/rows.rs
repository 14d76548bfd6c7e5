//! The file of questions: tab-separated, a header, one question a line.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its id.
    pub qid: String,
    /// What it is an example of.
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
pub fn write(rows: &[Row]) -> String {
    let mut text = format!("{HEAD}\n");
    for row in rows {
        let params: Vec<String> = row.params.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let (libraries, params) = (row.libraries.join("|"), params.join("|"));
        let _ = writeln!(text, "{}\t{}\t{}\t{libraries}\t{params}", row.qid, row.kind, row.query);
    }
    text
}

/// Reads questions.
///
/// # Errors
/// When the file cannot be read or is not one that [`write()`] wrote.
pub fn read(file: &Path) -> Result<Vec<Row>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    let mut lines = text.lines();
    if lines.next() != Some(HEAD) {
        bail!("{}: the first line is not {HEAD:?}", file.display());
    }
    let row = |(number, line): (usize, &str)| {
        let cells: Vec<&str> = line.split('\t').collect();
        let [qid, kind, query, libraries, params] = cells[..] else {
            bail!("{}:{}: not five cells", file.display(), number + 2)
        };
        let listed = |text: &str| -> Vec<String> {
            text.split('|').filter(|one| !one.is_empty()).map(str::to_owned).collect()
        };
        let pair =
            |text: String| text.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
        Ok(Row {
            qid: qid.to_owned(),
            kind: kind.to_owned(),
            query: query.to_owned(),
            libraries: listed(libraries),
            params: listed(params).into_iter().filter_map(pair).collect(),
        })
    };
    lines.enumerate().map(row).collect()
}

impl Row {
    /// The query string that asks it of `/api/search`.
    #[must_use]
    pub fn query_string(&self, limit: u32) -> String {
        let mut text = format!("q={}&limit={limit}", escaped(&self.query));
        for library in &self.libraries {
            let _ = write!(text, "&library={}", escaped(library));
        }
        for (name, value) in &self.params {
            let _ = write!(text, "&{name}={}", escaped(value));
        }
        text
    }
}

/// Percent-encodes what a query string cannot hold as it is.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_round_trip() {
        let row = Row {
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
