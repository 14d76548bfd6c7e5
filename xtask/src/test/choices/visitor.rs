//! Searches, chooses and exports as visitors and operators do.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use seoga_host::web::{self, Answer, Client};
use seoga_host::{files, process};
use serde_json::{Value, json};

use crate::test::operator::Seoga;

/// How long an answer may take: a loaded machine sends ten thousand.
pub(super) const ANSWER_LIMIT: Duration = Duration::from_secs(60);
/// The token that a server on this machine takes for the export.
pub(super) const TOKEN: &str = "dev-admin-token";

/// A book of an answer, as it can be picked; without an ISBN: none of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    pub(super) query_id: String,
    pub(super) isbn13: String,
    /// Its place in the answer, from 1.
    pub(super) rank: u64,
}

/// The first books of an answer.
pub(super) fn search(
    client: &Client,
    url: &str,
    query: &str,
    headers: &[(&str, &str)],
) -> Result<Vec<Found>> {
    let answer = client.get_with(&format!("{url}/api/search?{query}"), headers)?;
    ensure!(answer.status == 200, "{query} answered {} {}", answer.status, answer.excerpt());
    let answer: Value = serde_json::from_str(&answer.body)?;
    let query_id = answer["query_id"].as_str().context("an answer without a query id")?;
    let books = answer["results"].as_array().context("an answer without results")?;
    let found = books.iter().zip(1..).map(|(book, rank)| {
        let isbn13 = book["isbn13"].as_str().context("a book without an ISBN")?.to_owned();
        Ok(Found { query_id: query_id.to_owned(), isbn13, rank })
    });
    found.collect()
}

/// Sends a choice once.
pub(super) fn choose(
    client: &Client,
    url: &str,
    user_id: &str,
    found: &Found,
    headers: &[(&str, &str)],
) -> Result<Answer> {
    client.post_json_with(&format!("{url}/user-choice"), &body(user_id, found).to_string(), headers)
}

/// Makes the body of a choice as pages send it.
pub(super) fn body(user_id: &str, found: &Found) -> Value {
    let mut body = json!({"user_id": user_id, "query_id": found.query_id});
    if found.isbn13.is_empty() {
        body["none"] = true.into();
    } else {
        body["isbn13"] = found.isbn13.as_str().into();
    }
    body
}

pub(super) fn words_query(words: &str, limit: usize) -> String {
    format!("limit={limit}&q={}", web::encode(words))
}

/// Exports as an operator does, by the very command.
pub(super) fn export(seoga: &Seoga, url: &str, out: &Path) -> Result<()> {
    process::run(seoga.command(["choices", "export", "--base", url, "--out"]).arg(out))
}

pub(super) fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// The choices in an export.
pub(super) fn lines(file: &Path) -> Result<Vec<Value>> {
    files::read_text(file)?.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
}

/// Counts answers by status.
pub(super) fn count(counts: &mut BTreeMap<u16, usize>, status: u16) {
    *counts.entry(status).or_default() += 1;
}
