//! The stage that sends choices to real deployments: as an operator takes them out, as crowds send them while the store
//! fails, and across a deployment.
//!
//! Invariant: what is counted is what the export gives, not what was answered.

mod crowd;
mod operator;
mod session;
pub(super) mod table;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::operator::Seoga;
use super::{Context, Outcome};
use seoga_host::web::{self, Answer, Client};
use seoga_host::{files, process};

/// How long an answer may take: a loaded machine sends ten thousand.
const ANSWER_LIMIT: Duration = Duration::from_secs(60);
/// The token that a server on this machine takes for the export.
const TOKEN: &str = "dev-admin-token";

/// Runs every case.
pub(super) fn run(context: &Context<'_>) -> Result<Outcome> {
    let dir = context.workspace.build.join("choices-test");
    files::remove_dir(&dir)?;
    files::make_dir(&dir)?;
    let seoga = Seoga::compile(context.workspace)?;
    operator::run(context, &seoga, &dir)?;
    session::run(context, &seoga, &dir)?;
    crowd::run(context, &seoga, &dir)?;
    files::remove_dir(&dir)?;
    Ok(Outcome::Passed)
}

/// A book of an answer, as it can be picked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    query_id: String,
    isbn13: String,
    /// Its place in the answer, from 1.
    rank: u64,
}

/// The first books of an answer.
fn search(client: &Client, url: &str, query: &str, headers: &[(&str, &str)]) -> Result<Vec<Found>> {
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
fn choose(
    client: &Client,
    url: &str,
    user_id: &str,
    found: &Found,
    headers: &[(&str, &str)],
) -> Result<Answer> {
    let body = json!({"user_id": user_id, "query_id": found.query_id, "isbn13": found.isbn13});
    client.post_json_with(&format!("{url}/user-choice"), &body.to_string(), headers)
}

fn words_query(words: &str, limit: usize) -> String {
    format!("limit={limit}&q={}", web::encode(words))
}

/// Exports as an operator does, by the very command.
fn export(seoga: &Seoga, url: &str, out: &Path) -> Result<()> {
    process::run(seoga.command(["choices", "export", "--base", url, "--out"]).arg(out))
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// The choices in an export.
fn lines(file: &Path) -> Result<Vec<Value>> {
    files::read_text(file)?.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
}

/// Counts answers by status.
fn count(counts: &mut BTreeMap<u16, usize>, status: u16) {
    *counts.entry(status).or_default() += 1;
}
