//! `cargo xtask choices erase`: every record of one user id, out of the store and out of exports.
//!
//! KV is asked through wrangler, so one code path serves the local store and the deployed one. A user id is not part of a
//! key there: all keys are listed and their records read. In the table of AWS it is. Invariant: it says that all is erased only
//! when a second listing shows none.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use super::file::{beside, lines, replace};
use super::store::{Place, Store};
use super::table::Choices;
use crate::files;
use crate::options::Given;
use crate::process;
use crate::setup::node;
use crate::workspace::Workspace;

/// Whose records, and from where.
pub(super) struct Erase {
    user: String,
    target: Target,
    /// Exports to take the records out of as well.
    exports: Vec<PathBuf>,
}

/// Where records are erased.
enum Target {
    Kv(Place),
    Table(Box<Choices>),
}

impl Erase {
    /// Reads the command line.
    pub(super) fn from(workspace: &Workspace, given: &Given) -> Result<Self> {
        let user = given.need("--user")?.to_owned();
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        if !(1..=64).contains(&user.len()) || !user.bytes().all(plain) {
            bail!("--user {user:?}: a user id is 1 to 64 of A-Z a-z 0-9 _ -");
        }
        let target = match given.one("--target").unwrap_or("local") {
            "local" => Target::Kv(Place::Local { state: given.one("--state").map(PathBuf::from) }),
            "cloudflare" => {
                Target::Kv(Place::Cloudflare { namespace: given.one("--namespace-id").map(str::to_owned) })
            }
            "aws" => Target::Table(Box::new(Choices::for_erasing(workspace, given)?)),
            other => bail!("--target {other:?}: there are local, cloudflare and aws"),
        };
        Ok(Self { user, target, exports: given.all("--export").map(PathBuf::from).collect() })
    }
}

/// Carries it out.
pub(super) fn run(workspace: &Workspace, erase: &Erase) -> Result<()> {
    let found = erase.target.of_user(workspace, &erase.user)?;
    if !found.is_empty() {
        erase.target.delete(workspace, &erase.user, &found)?;
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
    let left = erase.target.of_user(workspace, &erase.user)?.len();
    println!("{}: {} records found and deleted, {left} left", erase.user, found.len());
    match (&erase.target, left) {
        (_, 0) => Ok(()),
        (Target::Table(_) | Target::Kv(Place::Local { .. }), _) => {
            bail!("{left} records are still there; run it again")
        }
        (Target::Kv(Place::Cloudflare { .. }), _) => {
            bail!(
                "{left} records are still listed: a deployed store shows a deletion everywhere after a minute or more; run it again then"
            )
        }
    }
}

impl Target {
    /// The keys of a user's records.
    fn of_user(&self, workspace: &Workspace, user: &str) -> Result<Vec<String>> {
        let place = match self {
            Self::Kv(place) => place,
            Self::Table(choices) => return choices.of_user(user),
        };
        node::ensure(workspace)?;
        let store = Store { workspace, place };
        let mut found = Vec::new();
        for key in store.keys()? {
            let Some(record) = store.record(&key)? else { continue };
            if record.get("user_id").and_then(serde_json::Value::as_str) == Some(user) {
                found.push(key.name);
            }
        }
        Ok(found)
    }

    fn delete(&self, workspace: &Workspace, user: &str, keys: &[String]) -> Result<()> {
        let place = match self {
            Self::Kv(place) => place,
            Self::Table(choices) => return choices.delete(user, keys),
        };
        let store = Store { workspace, place };
        let list = workspace.build.join(format!("erase-{}.json", std::process::id()));
        files::make_dir(&workspace.build)?;
        files::write(&list, serde_json::to_string(keys)?)?;
        let deleted = process::run(store.wrangler(&["bulk", "delete"]).arg(&list).arg("--force"));
        files::remove_file(&list)?;
        deleted.context("deleting the keys")
    }
}
