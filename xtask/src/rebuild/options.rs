//! What `rebuild` and `rollback` were told to do, with the defaults.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::build;
use crate::options::Given;
use crate::workspace::Workspace;

/// The lowest mean MRR@10 with which an index is published.
const FLOOR: &str = "0.9";
/// Generations kept, the one in force included: pages of the last two months still get theirs.
const KEEP: &str = "3";

/// Where an index is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// The folder that `cargo xtask dev` serves.
    Local,
    /// The production environment of wrangler.toml.
    Cloudflare,
    /// The bucket behind `CloudFront`, of the stacks in infra/aws.
    Aws,
}

impl Target {
    fn parse(text: &str) -> Result<Self> {
        match text {
            "local" => Ok(Self::Local),
            "cloudflare" => Ok(Self::Cloudflare),
            "aws" => Ok(Self::Aws),
            other => bail!("--target {other:?}: there are local, cloudflare and aws"),
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Cloudflare => "cloudflare",
            Self::Aws => "aws",
        }
    }
}

/// What to rebuild.
#[derive(Debug)]
pub(super) struct Rebuild {
    pub(super) catalogue: PathBuf,
    /// Exports of choices to learn from.
    pub(super) choices: Vec<PathBuf>,
    pub(super) target: Target,
    /// People's judgements, besides the queries made of the index's own books.
    pub(super) judged: Option<PathBuf>,
    pub(super) floor: String,
    pub(super) keep: String,
    /// Whether libraries, or more than a tenth of the books, may go.
    pub(super) allow_loss: bool,
    /// Whether to build although nothing changed.
    pub(super) force: bool,
    /// Whether to stop before anything is published, and to say what would be.
    pub(super) dry_run: bool,
    pub(super) published: PathBuf,
    /// The deployment to wait for.
    pub(super) base: Option<String>,
}

impl Rebuild {
    pub(super) fn from(workspace: &Workspace, given: &Given) -> Result<Self> {
        let target = Target::parse(given.need("--target")?)?;
        let floor = given.one("--floor").unwrap_or(FLOOR);
        if !floor.parse::<f64>().is_ok_and(|floor| (0.0..=1.0).contains(&floor)) {
            bail!("--floor {floor:?}: a number from 0 to 1");
        }
        let keep = given.one("--keep").unwrap_or(KEEP);
        if !keep.parse::<u16>().is_ok_and(|keep| (1..=100).contains(&keep)) {
            bail!("--keep {keep:?}: a number from 1 to 100");
        }
        let choices = given.all("--choices").map(existing);
        Ok(Self {
            choices: choices.collect::<Result<_>>()?,
            catalogue: build::absolute(given.need("--catalogue")?.as_ref())?,
            target,
            judged: given.one("--judged").map(existing).transpose()?,
            floor: floor.to_owned(),
            keep: keep.to_owned(),
            allow_loss: given.has("--allow-loss"),
            force: given.has("--force"),
            dry_run: given.has("--dry-run"),
            published: published(workspace, given)?,
            base: given.one("--base").map(|base| base.trim_end_matches('/').to_owned()),
        })
    }
}

/// What to go back to.
#[derive(Debug)]
pub(super) struct Rollback {
    pub(super) to: Option<String>,
    pub(super) target: Target,
    pub(super) published: PathBuf,
}

impl Rollback {
    pub(super) fn from(workspace: &Workspace, given: &Given) -> Result<Self> {
        Ok(Self {
            to: given.one("--to").map(str::to_owned),
            target: Target::parse(given.one("--target").unwrap_or("local"))?,
            published: published(workspace, given)?,
        })
    }
}

/// A file that must be there.
fn existing(file: &str) -> Result<PathBuf> {
    PathBuf::from(file).canonicalize().with_context(|| format!("no file {file}"))
}

/// The folder of published generations.
fn published(workspace: &Workspace, given: &Given) -> Result<PathBuf> {
    let dir = match given.one("--published") {
        Some(dir) => PathBuf::from(dir),
        None => workspace.root.join("published"),
    };
    std::path::absolute(&dir).with_context(|| format!("no folder {}", dir.display()))
}
