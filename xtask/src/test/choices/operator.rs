//! The stage that takes choices out of a real deployment and erases a visitor's, as an operator does.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::served::with_server;
use super::{Context, Outcome};
use crate::choices;
use crate::files;
use crate::options::{Flavour, Options};
use crate::web::{self, Client};

/// What two visitors look for and pick the first book of.
const WORDS: [&str; 3] = ["파이썬", "도커", "딥러닝"];
const VISITORS: [&str; 2] = ["stays", "goes"];

/// Picks, exports, exports again, erases one visitor's, and exports anew.
pub(super) fn run(context: &Context<'_>) -> Result<Outcome> {
    let dir = context.workspace.build.join("choices-test");
    files::remove_dir(&dir)?;
    files::make_dir(&dir)?;
    let state = context.workspace.build.join("state").join("test");
    with_server(context, Flavour::Test, |url| {
        pick(url)?;
        let (first, anew) = (dir.join("first.ndjson"), dir.join("anew.ndjson"));
        for _ in 0..2 {
            choices::export(&options(&["choices", "export", "--base", url, "--out", &text(&first)])?.given)?;
            let found = by_visitor(&first)?;
            ensure!(
                found == BTreeMap::from(VISITORS.map(|visitor| (visitor.to_owned(), 3))),
                "exported {found:?}"
            );
        }
        let (state, export) = (text(&state), text(&first));
        let erase = ["choices", "erase", "--user", "goes", "--state", &state, "--export", &export];
        choices::erase(context.workspace, &options(&erase)?.given)?;
        choices::export(&options(&["choices", "export", "--base", url, "--out", &text(&anew)])?.given)?;
        for file in [&first, &anew] {
            let found = by_visitor(file)?;
            ensure!(found == BTreeMap::from([("stays".to_owned(), 3)]), "{} has {found:?}", file.display());
        }
        Ok(())
    })?;
    Ok(Outcome::Passed)
}

fn options(words: &[&str]) -> Result<Options> {
    Options::parse(words.iter().map(|word| (*word).to_owned())).map_err(anyhow::Error::msg)
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// Every visitor picks the first book of every answer.
fn pick(url: &str) -> Result<()> {
    let client = Client::new(Duration::from_secs(30));
    for words in WORDS {
        let answer = client.get(&format!("{url}/api/search?limit=1&q={}", web::encode(words)), None)?;
        let answer: Value = serde_json::from_str(&answer.body)?;
        for visitor in VISITORS {
            let choice = json!({
                "user_id": visitor, "query_id": answer["query_id"], "isbn13": answer["results"][0]["isbn13"],
            });
            let stored = client.post_json(&format!("{url}/user-choice"), &choice.to_string())?;
            ensure!(stored.status == 201, "{choice} answered {} {}", stored.status, stored.excerpt());
        }
    }
    Ok(())
}

/// How many choices of whom a file holds.
fn by_visitor(file: &Path) -> Result<BTreeMap<String, usize>> {
    let mut found = BTreeMap::new();
    for line in files::read_text(file)?.lines() {
        let choice: Value = serde_json::from_str(line)?;
        let visitor = choice["user_id"].as_str().context("a choice of nobody")?;
        *found.entry(visitor.to_owned()).or_default() += 1;
    }
    Ok(found)
}
