//! `seoga choices erase`: every record of one user id, out of the store and out of exports.
//!
//! KV is asked through wrangler, so one code path serves the local store and the deployed one. A user id is not part of a
//! key there, nor in the file of `seoga serve`: all keys are listed and their records read. In the table of AWS it is. Invariant: it says that all is erased only
//! when a second listing shows none.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::bucket::{BucketOptions, Exports, Found};
use super::file::{beside, lines, replace};
use super::partition::days_files;
use super::redact::redact;
use super::store::{Kv, Place};
use super::table::{Choices, TableOptions};
use crate::serve::STORE;
use crate::target::Target;
use seoga_host::files;
use seoga_server::ChoicesFile;

/// Options of `choices erase`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The user id: 1 to 64 of A-Z a-z 0-9 _ -.
    #[arg(long, value_name = "ID", value_parser = user_id)]
    user: String,
    /// The store.
    #[arg(long, value_enum, default_value_t = Target::Local)]
    target: Target,
    /// The folder that was the --state of `seoga serve`, which must be stopped, instead of a target.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["target", "state", "namespace_id", "package"])]
    served: Option<PathBuf>,
    /// Where a development server keeps its store [default: .wrangler/state].
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// The deployed store's id [default: that of wrangler.toml].
    #[arg(long, value_name = "ID")]
    namespace_id: Option<String>,
    /// The folder of a package, whose wrangler.toml names the store [default: the current folder].
    #[arg(long, value_name = "DIR")]
    package: Option<PathBuf>,
    /// An export to take the records out of as well, a file of NDJSON or a folder of Parquet; may be given several times.
    #[arg(long, value_name = "PATH")]
    pub(crate) export: Vec<PathBuf>,
    #[command(flatten)]
    bucket: BucketOptions,
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
    let exports = options.bucket.open(options.table.settings.as_ref())?;
    let user = &options.user;
    let found = store.of_user(user)?;
    if !found.is_empty() {
        store.delete(user, &found)?;
    }
    for export in &options.export {
        if export.is_dir() { of_folder(export, user)? } else { of_file(export, user)? }
    }
    let in_bucket = exports.map_or(Ok(false), |exports| of_bucket(&exports, user));
    let left = store.of_user(user)?.len();
    println!("{user}: {} records found and deleted, {left} left", found.len());
    let in_bucket = in_bucket?;
    match (options.target, left) {
        (_, 0) if in_bucket => {
            bail!("the bucket still has something of the user, or what could not be read: see above")
        }
        (_, 0) => Ok(()),
        (Target::Aws | Target::Local, _) => bail!("{left} records are still there; run it again"),
        (Target::Cloudflare, _) => bail!(
            "{left} records are still listed: a deployed store shows a deletion everywhere after a minute or more; run it again then"
        ),
    }
}

/// Takes a user's records out of an export in NDJSON, and out of the pages of one that is under way.
fn of_file(export: &Path, user: &str) -> Result<()> {
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
    Ok(())
}

/// Takes a user's records out of a folder of Parquet.
fn of_folder(folder: &Path, user: &str) -> Result<()> {
    let mut stay = 0;
    for file in days_files(folder)? {
        let redacted = redact(files::read(&file)?, user).with_context(|| file.display().to_string())?;
        stay += redacted.kept;
        if redacted.removed > 0 {
            files::replace_private(&file, &redacted.bytes)?;
        }
    }
    println!("{}: {stay} choices of others stay", folder.display());
    Ok(())
}

/// Takes a user's records out of a bucket; gives whether something is left or could not be read.
fn of_bucket(exports: &Exports, user: &str) -> Result<bool> {
    let Found { versions, records, results, .. } = exports.erase(user)?;
    println!(
        "{}: {records} records taken out of {versions} objects or versions, {results} results of queries deleted",
        exports.name
    );
    let left = exports.look(user)?;
    for unreached in &left.unreached {
        println!("{}: not reached: {unreached}", exports.name);
    }
    Ok(!left.nothing())
}

/// A store.
enum Store {
    Kv(Kv),
    Served(ChoicesFile),
    Table(Box<Choices>),
}

impl Store {
    fn open(options: &Options) -> Result<Self> {
        if let Some(state) = &options.served {
            return Ok(Self::Served(ChoicesFile::open(&state.join(STORE))?));
        }
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
        let is_of_user = |record: &serde_json::Value| {
            record.get("user_id").and_then(serde_json::Value::as_str) == Some(user)
        };
        let store = match self {
            Self::Kv(store) => store,
            Self::Served(file) => {
                return file
                    .keys(|record| serde_json::from_str(record).is_ok_and(|record| is_of_user(&record)));
            }
            Self::Table(choices) => return choices.of_user(user),
        };
        let mut found = Vec::new();
        for key in store.keys()? {
            let Some(record) = store.record(&key)? else { continue };
            if is_of_user(&record) {
                found.push(key.name);
            }
        }
        Ok(found)
    }

    fn delete(&self, user: &str, keys: &[String]) -> Result<()> {
        match self {
            Self::Kv(store) => store.delete(keys),
            Self::Served(file) => file.delete(keys),
            Self::Table(choices) => choices.erase(user, keys),
        }
    }
}
