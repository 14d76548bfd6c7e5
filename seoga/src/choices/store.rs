//! The choice store, as wrangler shows it: the local one and the deployed one by the same commands.
//!
//! Invariant: nothing is deleted but the keys that are named.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use seoga_host::{files, process};
use serde::Deserialize;
use serde_json::Value;

use crate::wrangler;

/// The binding of the choice store in wrangler.toml, and what its keys begin with.
const BINDING: &str = "CHOICES";
const PREFIX: &str = "choice/";

/// A store's place.
#[derive(Debug)]
pub(super) enum Place {
    /// The store of `wrangler dev` on this machine.
    Local { state: PathBuf },
    /// The deployed store.
    Cloudflare { namespace: Option<String> },
}

/// A key as wrangler lists it.
#[derive(Debug, Deserialize)]
pub(super) struct Key {
    pub(super) name: String,
    #[serde(default)]
    metadata: Option<Value>,
}

/// The store, and the folder whose wrangler.toml names it.
#[derive(Debug)]
pub(super) struct Kv {
    folder: PathBuf,
    place: Place,
}

impl Kv {
    /// Opens the store; one that is named by its id needs no wrangler.toml.
    pub(super) fn open(place: Place, package: Option<&Path>) -> Result<Self> {
        wrangler::needed()?;
        let folder = match place {
            Place::Cloudflare { namespace: Some(_) } => package.unwrap_or(Path::new(".")),
            _ => wrangler::settings_folder(package)?,
        };
        Ok(Self { folder: folder.to_owned(), place })
    }

    /// `wrangler kv …` on the store.
    fn wrangler(&self, words: &[&str]) -> Command {
        let mut command = wrangler::command(&self.folder);
        command.arg("kv").args(words);
        match &self.place {
            Place::Local { state } => {
                command.args(["--binding", BINDING, "--local", "--persist-to"]).arg(state);
            }
            Place::Cloudflare { namespace } => {
                match namespace {
                    Some(id) => command.args(["--namespace-id", id]),
                    None => command.args(["--binding", BINDING, "--env", "production"]),
                };
                command.arg("--remote");
            }
        }
        command
    }

    /// Lists every key of a choice.
    pub(super) fn keys(&self) -> Result<Vec<Key>> {
        let printed = process::output(&mut self.wrangler(&["key", "list", "--prefix", PREFIX]))
            .context("listing the store")?;
        serde_json::from_str(json_of(&printed)).context("wrangler lists no JSON")
    }

    /// Reads a key's record, out of its metadata or else its value; none when it has expired meanwhile or is no record.
    pub(super) fn record(&self, key: &Key) -> Result<Option<Value>> {
        if let Some(metadata) = key.metadata.as_ref().filter(|metadata| metadata.get("user_id").is_some()) {
            return Ok(Some(metadata.clone()));
        }
        let printed = process::output(&mut self.wrangler(&["key", "get", &key.name, "--text"]));
        let printed = printed.with_context(|| format!("reading {}", key.name))?;
        Ok(serde_json::from_str(json_of(&printed)).ok())
    }

    /// Deletes keys.
    pub(super) fn delete(&self, keys: &[String]) -> Result<()> {
        let list =
            tempfile::Builder::new().prefix("erase-").suffix(".json").tempfile().context("making a list")?;
        files::write(list.path(), serde_json::to_string(keys)?)?;
        process::run(self.wrangler(&["bulk", "delete"]).arg(list.path()).arg("--force"))
            .context("deleting the keys")
    }
}

/// The JSON in what wrangler printed: it may say something of its own before.
fn json_of(printed: &str) -> &str {
    let start = printed.lines().find(|line| line.starts_with(['[', '{']));
    start.map_or(printed, |line| &printed[line.as_ptr() as usize - printed.as_ptr() as usize..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_wrangler_says_before_the_json_is_passed_over() {
        assert_eq!(json_of("\n ⛅️ wrangler\n───\n[\n {}\n]"), "[\n {}\n]");
        assert_eq!(json_of("[]"), "[]");
    }
}
