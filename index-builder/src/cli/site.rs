//! `index-builder site`: a site for any file server.

use std::path::PathBuf;

use clap::Args;

use super::failure::Failure;
use crate::place::{NewFolder, is_free};
use crate::tools::site;

/// Options of `site`.
#[derive(Debug, Args)]
pub(crate) struct Site {
    /// The folder of the index.
    #[arg(value_name = "INDEX")]
    index: PathBuf,
    /// The folder of the browser's host: `cargo xtask package --target files` makes it, and a release carries it.
    #[arg(long, value_name = "DIR")]
    program: PathBuf,
    /// The folder for the site.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Replace what is in that folder.
    #[arg(long)]
    force: bool,
}

pub(crate) fn run(options: &Site) -> Result<(), Failure> {
    let Site { index, program, out, force } = options;
    let failed =
        |source: std::io::Error| -> Failure { format!("cannot make {}: {source}", out.display()).into() };
    if !force && !is_free(out).map_err(failed)? {
        return Err(format!("{} is not empty; name another folder, or add --force", out.display()).into());
    }
    let folder = NewFolder::begin(out).map_err(failed)?;
    let made = site::run(index, program, folder.path())?;
    folder.finish().map_err(failed)?;
    println!(
        "{}: {} files, {} bytes, {} of them the index; serve it at the root of an https address, or on localhost",
        out.display(),
        made.files,
        made.bytes,
        made.index_bytes
    );
    Ok(())
}
