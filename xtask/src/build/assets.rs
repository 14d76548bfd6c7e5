//! The folder that wrangler serves as static assets: the site's files at its root, the index under `/index/`.
//!
//! Invariant: when this returns, the folder holds those files and no other; until then a server on it finds every file
//! that the pointer there names.

use std::path::{Path, PathBuf};

use anyhow::Result;
use seoga_host::mirror::{Files, mirror, take};

use seoga_index::pointer::FILE_NAME as POINTER;

use crate::flavour::Flavour;
use crate::workspace::Workspace;

/// Where the index lies under the root of the assets.
const INDEX: &str = "index";

/// Lays the folder out; gives it.
pub(crate) fn lay_out(workspace: &Workspace, index: &Path, flavour: Flavour) -> Result<PathBuf> {
    let assets = workspace.root.join("dist").join(if flavour.for_tests() { "test" } else { "assets" });
    lay_out_at(workspace, index, &assets)?;
    Ok(assets)
}

/// Lays out any folder in the same way.
pub(crate) fn lay_out_at(workspace: &Workspace, index: &Path, assets: &Path) -> Result<()> {
    let mut wanted = Files::new();
    take(&workspace.root.join("site"), Path::new(""), &mut wanted)?;
    take(index, Path::new(INDEX), &mut wanted)?;
    mirror(&wanted, POINTER, assets)
}
