//! `index-builder publish` and `rollback`: a folder of published generations.

use std::path::PathBuf;

use crate::tools::publish::{self, Published};
use clap::Args;

use super::build::allowed;
use super::failure::Failure;

/// Options of `publish`.
#[derive(Debug, Args)]
pub(crate) struct Publish {
    /// The folder of the new index; without it, only what a killed run left is taken away.
    #[arg(value_name = "DIR")]
    index: Option<PathBuf>,
    /// The folder that is served.
    #[arg(long, value_name = "DIR")]
    into: PathBuf,
    /// Generations kept, the new one included.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=100))]
    keep: u16,
    /// A library that may go, or lose more than a fifth of its books, by its name; `all` for every one. May be given several
    /// times.
    #[arg(long, value_name = "LIBRARY")]
    allow_loss: Vec<String>,
}

pub(crate) fn publish(options: &Publish) -> Result<(), Failure> {
    let Some(index) = &options.index else {
        let removed = publish::tidy(&options.into)?;
        println!("{}: {removed} files of no generation removed", options.into.display());
        return Ok(());
    };
    let allowed = allowed(&options.allow_loss);
    let published = publish::publish(index, &options.into, usize::from(options.keep), &allowed)?;
    println!("{}", told(&published));
    Ok(())
}

/// Options of `rollback`.
#[derive(Debug, Args)]
pub(crate) struct Rollback {
    /// The folder that is served.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The generation [default: the one before].
    #[arg(long, value_name = "GENERATION")]
    to: Option<String>,
}

pub(crate) fn rollback(options: &Rollback) -> Result<(), Failure> {
    println!("{}", told(&publish::rollback(&options.folder, options.to.as_deref())?));
    Ok(())
}

fn told(published: &Published) -> String {
    let [in_force, kept @ ..] = published.generations.as_slice() else { return String::new() };
    let kept = if kept.is_empty() { "no earlier one".to_owned() } else { kept.join(", ") };
    format!(
        "generation {in_force} in force: {} of {} files new, {} of {} bytes; {} files removed; kept: {kept}",
        published.new_files, published.files, published.new_bytes, published.bytes, published.removed
    )
}
