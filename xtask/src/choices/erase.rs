//! `cargo xtask choices erase`: every record of one user id, out of the store and out of exports.
//!
//! The store is asked through wrangler, so one code path serves the local store and the deployed one. A user id is not
//! part of a key: all keys are listed and their records read. Invariant: it says that all is erased only when a second
//! listing shows none.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::file::{beside, lines, replace};
use crate::files;
use crate::options::Given;
use crate::process;
use crate::setup::node;
use crate::workspace::Workspace;

/// The binding of the choice store in wrangler.toml, and what its keys begin with.
const BINDING: &str = "CHOICES";
const PREFIX: &str = "choice/";

/// Whose records, and from where.
#[derive(Debug)]
pub(super) struct Erase {
    user: String,
    place: Place,
    /// Exports to take the records out of as well.
    exports: Vec<PathBuf>,
}

#[derive(Debug)]
enum Place {
    /// The store of `wrangler dev` on this machine.
    Local { state: Option<PathBuf> },
    /// The deployed store.
    Cloudflare { namespace: Option<String> },
}

impl Erase {
    /// Reads the command line.
    pub(super) fn from(given: &Given) -> Result<Self> {
        let user = given.need("--user")?.to_owned();
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        if !(1..=64).contains(&user.len()) || !user.bytes().all(plain) {
            bail!("--user {user:?}: a user id is 1 to 64 of A-Z a-z 0-9 _ -");
        }
        let place = match given.one("--target").unwrap_or("local") {
            "local" => Place::Local { state: given.one("--state").map(PathBuf::from) },
            "cloudflare" => Place::Cloudflare { namespace: given.one("--namespace-id").map(str::to_owned) },
            other => bail!("--target {other:?}: there are local and cloudflare"),
        };
        Ok(Self { user, place, exports: given.all("--export").map(PathBuf::from).collect() })
    }
}

/// A key as wrangler lists it.
#[derive(Debug, Deserialize)]
struct Key {
    name: String,
    #[serde(default)]
    metadata: Option<serde_json::Value>,
}

/// Carries it out.
pub(super) fn run(workspace: &Workspace, erase: &Erase) -> Result<()> {
    node::ensure(workspace)?;
    let store = Store { workspace, erase };
    let found = store.of_user()?;
    if !found.is_empty() {
        let list = workspace.build.join(format!("erase-{}.json", std::process::id()));
        files::make_dir(&workspace.build)?;
        files::write(&list, serde_json::to_string(&found)?)?;
        let deleted = process::run(store.wrangler(&["bulk", "delete"]).arg(&list).arg("--force"));
        files::remove_file(&list)?;
        deleted.context("deleting the keys")?;
    }
    for export in &erase.exports {
        let (mut before, after) = (0, replace(export, &[export], |line| line.user_id != erase.user)?);
        for line in lines(&beside(export, ".partial"))? {
            line?;
            before += 1;
        }
        if before > 0 {
            let partial = beside(export, ".partial");
            replace(&partial, &[&partial], |line| line.user_id != erase.user)?;
        }
        println!("{}: {after} choices of others stay", export.display());
    }
    let left = store.of_user()?.len();
    println!("{}: {} records found and deleted, {left} left", erase.user, found.len());
    match (&erase.place, left) {
        (_, 0) => Ok(()),
        (Place::Local { .. }, _) => bail!("{left} records are still there; run it again"),
        (Place::Cloudflare { .. }, _) => {
            bail!(
                "{left} records are still listed: a deployed store shows a deletion everywhere after a minute or more; run it again then"
            )
        }
    }
}

struct Store<'a> {
    workspace: &'a Workspace,
    erase: &'a Erase,
}

impl Store<'_> {
    /// `wrangler kv …` on the store.
    fn wrangler(&self, words: &[&str]) -> Command {
        let mut command = node::command(self.workspace, "wrangler");
        command.arg("kv").args(words).env("WRANGLER_SEND_METRICS", "false");
        match &self.erase.place {
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

    /// The keys of the user's records.
    fn of_user(&self) -> Result<Vec<String>> {
        let printed = process::output(&mut self.wrangler(&["key", "list", "--prefix", PREFIX]))
            .context("listing the store")?;
        let keys: Vec<Key> = serde_json::from_str(json_of(&printed)).context("wrangler lists no JSON")?;
        let mut found = Vec::new();
        for key in keys {
            let record = match key.metadata {
                Some(metadata) if metadata.get("user_id").is_some() => metadata,
                // Too long for the metadata: the record is the value.
                _ => match self.value(&key.name)? {
                    Some(record) => record,
                    None => continue,
                },
            };
            if record.get("user_id").and_then(serde_json::Value::as_str) == Some(&self.erase.user) {
                found.push(key.name);
            }
        }
        Ok(found)
    }

    /// A key's value; none when it has expired meanwhile or is no record.
    fn value(&self, key: &str) -> Result<Option<serde_json::Value>> {
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
