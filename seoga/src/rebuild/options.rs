//! Options of `rebuild` and `rollback`.

use std::path::{Path, PathBuf};

use crate::target::Target;

/// Options of `rebuild`.
#[derive(Debug, clap::Args)]
pub(crate) struct Rebuild {
    /// The catalogue.
    #[arg(long, value_name = "DIR", value_parser = existing)]
    pub(super) catalogue: PathBuf,
    /// Where the index is served.
    #[arg(long, value_enum)]
    pub(super) target: Target,
    /// An export of choices to learn from; may be given several times.
    #[arg(long, value_name = "FILE", value_parser = existing)]
    pub(super) choices: Vec<PathBuf>,
    /// People's judgements, besides the queries made of the index's own books.
    #[arg(long, value_name = "FILE.tsv", value_parser = existing)]
    pub(super) judged: Option<PathBuf>,
    /// The lowest mean MRR@10 with which an index is published, 0 to 1.
    #[arg(long, value_name = "N", default_value = "0.9", value_parser = share)]
    pub(super) floor: String,
    /// Generations kept, the one in force included: pages of the last two months still get theirs.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=100))]
    pub(super) keep: u16,
    /// A library that may go, or lose more than a fifth of its books, by its name; `all` for every one. May be given several
    /// times; builds although no file changed.
    #[arg(long, value_name = "LIBRARY")]
    pub(crate) allow_loss: Vec<String>,
    /// The folder of the notices to those who sent files: `uploads/reports/` of the incoming bucket, fetched before and sent back
    /// after.
    #[arg(long, value_name = "DIR")]
    pub(super) uploads: Option<PathBuf>,
    /// Build although nothing changed.
    #[arg(long)]
    pub(crate) force: bool,
    /// Ship the package's release although an earlier one was gone back to, and keep to none.
    #[arg(long)]
    pub(super) unpin: bool,
    /// Stop before anything is published, and say what would be.
    #[arg(long)]
    pub(super) dry_run: bool,
    #[command(flatten)]
    pub(super) folders: Folders,
    /// Where it answers: asked for what is in force, and waited for [default on AWS: what the stacks say].
    #[arg(long, value_name = "URL")]
    pub(super) base: Option<String>,
    /// Regions and parameters of the stacks [default: infra/aws/settings.toml, where it is there].
    #[arg(long, value_name = "FILE")]
    pub(super) settings: Option<PathBuf>,
    /// The folder that `cargo xtask package` made, which is deployed [default: dist/cloudflare or dist/aws].
    #[arg(long, value_name = "DIR")]
    pub(super) package: Option<PathBuf>,
    /// The package for cloudflare, whose worker answers from the index before it is published [default: the one that is
    /// deployed, else dist/cloudflare]. Without any, a local index is published unasked, and that is said.
    #[arg(long, value_name = "DIR")]
    pub(super) worker: Option<PathBuf>,
}

/// Options of `rollback` for an index.
#[derive(Debug, clap::Args)]
pub(crate) struct IndexRollback {
    /// The generation or release to go back to [default: the one before].
    #[arg(long, value_name = "NAME")]
    pub(crate) to: Option<String>,
    /// Where it is in force.
    #[arg(long, value_enum, default_value_t = Target::Local)]
    pub(crate) target: Target,
    #[command(flatten)]
    pub(super) folders: Folders,
}

/// Folders of generations.
#[derive(Debug, clap::Args)]
pub(crate) struct Folders {
    /// Where generations are kept, without being served unless --package or --assets say where [default: published, which is
    /// served].
    #[arg(long, value_name = "DIR")]
    pub(super) published: Option<PathBuf>,
    /// The static files of a development server, whose index is replaced [default: dist/assets, where it is there].
    #[arg(long, value_name = "DIR")]
    pub(super) assets: Option<PathBuf>,
}

impl Folders {
    /// Gives the folder of published generations.
    pub(super) fn published(&self) -> std::io::Result<PathBuf> {
        std::path::absolute(self.published.as_deref().unwrap_or(Path::new("published")))
    }
}

/// Finds what must be there.
fn existing(path: &str) -> Result<PathBuf, String> {
    Path::new(path).canonicalize().map_err(|error| format!("there is no {path} ({error})"))
}

/// Checks a number from 0 to 1, which index-builder reads.
fn share(text: &str) -> Result<String, String> {
    match text.parse::<f64>() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(text.to_owned()),
        _ => Err("a number from 0 to 1".to_owned()),
    }
}
