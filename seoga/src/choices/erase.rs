//! `seoga choices erase`: every record of one user id, out of the store and out of exports.
//!
//! KV is asked through wrangler, so one code path serves the local store and the deployed one. A user id is not part of a
//! key there: all keys are listed and their records read. In the table of AWS it is. Invariant: it says that all is erased only
//! when a second listing shows none.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::file::{beside, lines, replace};
use super::store::{Kv, Place};
use super::table::{Choices, TableOptions};
use crate::target::Target;

/// Options of `choices erase`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The user id: 1 to 64 of A-Z a-z 0-9 _ -.
    #[arg(long, value_name = "ID", value_parser = user_id)]
    user: String,
    /// The store.
    #[arg(long, value_enum, default_value_t = Target::Local)]
    target: Target,
    /// Where a development server keeps its store [default: .wrangler/state].
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// The deployed store's id [default: that of wrangler.toml].
    #[arg(long, value_name = "ID")]
    namespace_id: Option<String>,
    /// The folder of a package, whose wrangler.toml names the store [default: the current folder].
    #[arg(long, value_name = "DIR")]
    package: Option<PathBuf>,
    /// An export to take the records out of as well; may be given several times.
    #[arg(long, value_name = "FILE")]
    pub(crate) export: Vec<PathBuf>,
    #[command(flatten)]
    table: TableOptions,
}

/// Checks a user id.
fn user_id(text: &str) -> Result<String, String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    if (1..=64).contains(&text.len()) && text.bytes().all(plain) {
        Ok(text.to_owned())
    } else {
        Err("a user id is 1 to 64 of A-Z a-z 0-9 _ -".to_owned())
    }
}

/// Carries out `seoga choices erase`.
pub(crate) fn run(options: &Options) -> Result<()> {
    let store = Store::open(options)?;
    let user = &options.user;
    let found = store.of_user(user)?;
    if !found.is_empty() {
        store.delete(user, &found)?;
    }
    for export in &options.export {
        let (mut before, after) = (0, replace(export, &[export], |line| line.user_id != *user)?);
        for line in lines(&beside(export, ".partial"))? {
            line?;
            before += 1;
        }
        if before > 0 {
            let partial = beside(export, ".partial");
            replace(&partial, &[&partial], |line| line.user_id != *user)?;
        }
        println!("{}: {after} choices of others stay", export.display());
    }
    let left = store.of_user(user)?.len();
    println!("{user}: {} records found and deleted, {left} left", found.len());
    match (options.target, left) {
        (_, 0) => Ok(()),
        (Target::Aws | Target::Local, _) => bail!("{left} records are still there; run it again"),
        (Target::Cloudflare, _) => bail!(
            "{left} records are still listed: a deployed store shows a deletion everywhere after a minute or more; run it again then"
        ),
    }
}

/// A store.
enum Store {
    Kv(Kv),
    Table(Box<Choices>),
}

impl Store {
    fn open(options: &Options) -> Result<Self> {
        let place = match options.target {
            Target::Local => {
                let state = options.state.clone().unwrap_or_else(|| Path::new(".wrangler").join("state"));
                Place::Local { state: std::path::absolute(state)? }
            }
            Target::Cloudflare => Place::Cloudflare { namespace: options.namespace_id.clone() },
            Target::Aws => return Ok(Self::Table(Box::new(Choices::for_erasing(&options.table)?))),
        };
        Ok(Self::Kv(Kv::open(place, options.package.as_deref())?))
    }

    /// Lists the keys of a user's records.
    fn of_user(&self, user: &str) -> Result<Vec<String>> {
        let store = match self {
            Self::Kv(store) => store,
            Self::Table(choices) => return choices.of_user(user),
        };
        let mut found = Vec::new();
        for key in store.keys()? {
            let Some(record) = store.record(&key)? else { continue };
            if record.get("user_id").and_then(serde_json::Value::as_str) == Some(user) {
                found.push(key.name);
            }
        }
        Ok(found)
    }

    fn delete(&self, user: &str, keys: &[String]) -> Result<()> {
        match self {
            Self::Kv(store) => store.delete(keys),
            Self::Table(choices) => choices.delete(user, keys),
        }
    }
}
