//! The files of `site` as they are served.

use std::path::Path;

use anyhow::Result;
use seoga_host::files;
use seoga_host::mirror::{Files, take};

use super::lean;
use crate::workspace::Workspace;

/// Lists the site's files by their paths under the root of static files. Scripts are those of a folder in `build`, without their comments.
///
/// # Errors
/// When a file cannot be read or written.
pub(crate) fn take_site(workspace: &Workspace) -> Result<Files> {
    let mut found = Files::new();
    take(&workspace.root.join("site"), Path::new(""), &mut found)?;
    for (path, file) in &mut found {
        if !path.to_str().is_some_and(lean::is_script) {
            continue;
        }
        let served = lean::script(&files::read(file)?);
        *file = workspace.build.join("site").join(path);
        if !file.is_file() || files::read(file)? != served {
            files::make_dir(file.parent().unwrap_or(file))?;
            files::write(file, served)?;
        }
    }
    Ok(found)
}
