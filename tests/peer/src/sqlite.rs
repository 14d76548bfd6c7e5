//! SQLite FTS5 on the same books: words by `unicode61`, every word asked, ranked by `bm25` with the weights of tantivy's fields.
//!
//! Gives no facets, totals, suggestions, slips, beginnings of words, initials, the other script or marks on what matched.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::{Context, Result, bail};
use rusqlite::{Connection, OpenFlags, params_from_iter};
use serde_json::{Value, json};

use crate::serve::{Asked, Engine};

/// A file that is removed with this.
pub(crate) struct Made(std::path::PathBuf);

impl Made {
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Builds the database of the books.
pub(crate) fn build(documents: &Path) -> Result<Made> {
    let made = Made(documents.with_extension("sqlite"));
    let _ = std::fs::remove_file(made.path());
    let mut base = Connection::open(made.path())?;
    base.execute_batch(
        "CREATE VIRTUAL TABLE books USING fts5(title, authors, publisher, keywords, isbn, held UNINDEXED, tokenize = 'unicode61');
         CREATE TABLE held (library TEXT, book INTEGER, PRIMARY KEY (library, book)) WITHOUT ROWID;",
    )?;
    let filling = base.transaction()?;
    for line in BufReader::new(File::open(documents)?).lines() {
        let line = line?;
        let cells: Vec<&str> = line.split('\t').collect();
        let [isbn, title, authors, publisher, keywords, held] = cells[..] else { bail!("{line:?} has not six cells") };
        filling
            .prepare_cached("INSERT INTO books (title, authors, publisher, keywords, isbn, held) VALUES (?, ?, ?, ?, ?, ?)")?
            .execute([title, authors, publisher, &keywords.replace('|', " "), isbn, held])?;
        let book = filling.last_insert_rowid();
        for library in held.split('|').filter(|name| !name.is_empty()) {
            filling
                .prepare_cached("INSERT OR IGNORE INTO held VALUES (?, ?)")?
                .execute((library, book))?;
        }
    }
    filling.commit()?;
    base.execute_batch("INSERT INTO books (books) VALUES ('optimize'); VACUUM;")?;
    Ok(made)
}

/// The database, opened for reading.
pub(crate) struct Books(Connection);

impl Books {
    pub(crate) fn open(file: &Path) -> Result<Self> {
        let base = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        base.execute_batch("PRAGMA mmap_size = 1073741824; PRAGMA cache_size = -32768;")?;
        Ok(Self(base))
    }
}

impl Engine for Books {
    fn answer(&mut self, asked: &Asked) -> Result<Value> {
        // A word between quotes is a word, whatever signs it has; those that are none for the tokenizer match nothing and are left out.
        let words: Vec<String> = asked
            .words
            .split_whitespace()
            .filter(|word| word.chars().any(char::is_alphanumeric))
            .map(|word| format!("\"{}\"", word.replace('"', "\"\"")))
            .collect();
        if words.is_empty() {
            return Ok(json!([]));
        }
        let mut values = vec![words.join(" ")];
        let mut query = "SELECT isbn, title, authors, publisher, held FROM books WHERE books MATCH ?".to_owned();
        if !asked.libraries.is_empty() {
            let marks = vec!["?"; asked.libraries.len()].join(", ");
            query.push_str(&format!(" AND rowid IN (SELECT book FROM held WHERE library IN ({marks}))"));
            values.extend(asked.libraries.iter().cloned());
        }
        query.push_str(&format!(" ORDER BY bm25(books, 3, 2, 1, 1, 1) LIMIT {}", asked.limit));
        let mut statement = self.0.prepare_cached(&query)?;
        let books = statement.query_map(params_from_iter(values), |row| {
            let text = |at: usize| row.get::<_, String>(at);
            let libraries: Vec<String> = text(4)?.split('|').map(str::to_owned).collect();
            Ok(json!({
                "isbn13": text(0)?, "title": text(1)?, "authors": text(2)?, "publisher": text(3)?, "libraries": libraries,
            }))
        })?;
        Ok(Value::Array(books.collect::<Result<_, _>>().context("asking SQLite")?))
    }
}
