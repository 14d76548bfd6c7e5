//! Locks that keep two runs from setting up the same thing at once.

use std::fs::File;

use anyhow::{Context, Result};

use crate::progress::announce;
use crate::workspace::Workspace;
use seoga_host::files;

/// Takes the lock of a part; freed when dropped. Parts are set up side by side.
pub(super) fn lock(workspace: &Workspace, part: &str) -> Result<File> {
    files::make_dir(&workspace.tools)?;
    let file = workspace.tools.join(format!("{part}.lock"));
    let lock = File::create(&file).with_context(|| format!("making {}", file.display()))?;
    if lock.try_lock().is_err() {
        announce(&format!("waiting for another set-up of {part} to end"));
        lock.lock().with_context(|| format!("locking {}", file.display()))?;
    }
    Ok(lock)
}
