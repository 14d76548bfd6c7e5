//! The choice store, as wrangler shows it: the local one and the deployed one by the same commands.
//!
//! Invariant: nothing is written here.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::Value;

use crate::process;
use crate::setup::node;
use crate::workspace::Workspace;

/// The binding of the choice store in wrangler.toml, and what its keys begin with.
const BINDING: &str = "CHOICES";
const PREFIX: &str = "choice/";

/// Which store.
#[derive(Debug)]
pub(crate) enum Place {
    /// The store of `wrangler dev` on this machine.
    Local { state: Option<PathBuf> },
    /// The deployed store.
    Cloudflare { namespace: Option<String> },
}

/// A key as wrangler lists it.
#[derive(Debug, Deserialize)]
pub(crate) struct Key {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) metadata: Option<Value>,
}

pub(crate) struct Store<'a> {
    pub(crate) workspace: &'a Workspace,
    pub(crate) place: &'a Place,
}

impl Store<'_> {
    /// `wrangler kv …` on the store.
    pub(crate) fn wrangler(&self, words: &[&str]) -> Command {
        let mut command = node::command(self.workspace, "wrangler");
        command.arg("kv").args(words).env("WRANGLER_SEND_METRICS", "false");
        match self.place {
            Place::Local { state } => {
                let usual = self.workspace.root.join(".wrangler").join("state");
                command
                    .args(["--binding", BINDING, "--local", "--persist-to"])
                    .arg(state.as_ref().unwrap_or(&usual));
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

    /// Every key of a choice.
    pub(crate) fn keys(&self) -> Result<Vec<Key>> {
        let printed = process::output(&mut self.wrangler(&["key", "list", "--prefix", PREFIX]))
            .context("listing the store")?;
        serde_json::from_str(json_of(&printed)).context("wrangler lists no JSON")
    }

    /// A key's record, out of its metadata or else its value; none when it has expired meanwhile or is no record.
    pub(crate) fn record(&self, key: &Key) -> Result<Option<Value>> {
        match &key.metadata {
            Some(metadata) if metadata.get("user_id").is_some() => Ok(Some(metadata.clone())),
            _ => self.value(&key.name),
        }
    }

    /// A key's value, if it is JSON.
    pub(crate) fn value(&self, key: &str) -> Result<Option<Value>> {
        let printed = process::output(&mut self.wrangler(&["key", "get", key, "--text"]));
        let printed = printed.with_context(|| format!("reading {key}"))?;
        Ok(serde_json::from_str(json_of(&printed)).ok())
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
