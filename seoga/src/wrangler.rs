//! The program `wrangler`, by which Workers are reached.
//!
//! Invariant: it runs in the folder whose wrangler.toml is meant, and asks the network for nothing of its own.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail, ensure};

/// Where npm keeps the programs of a project.
const OF_PROJECT: &str = "node_modules/.bin";

/// Makes a command of wrangler in a folder: the project's own program, where the current folder has one, else the one on the PATH.
pub(crate) fn command(folder: &Path) -> Command {
    let own = std::path::absolute(OF_PROJECT).unwrap_or_default();
    let mut command = if own.join("wrangler").is_file() {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(own.clone()).chain(std::env::split_paths(&path).collect::<Vec<_>>());
        let mut command = Command::new(own.join("wrangler"));
        // The Node that it wants lies beside it.
        if let Ok(path) = std::env::join_paths(folders) {
            command.env("PATH", path);
        }
        command
    } else {
        Command::new("wrangler")
    };
    command.current_dir(folder);
    command.env("WRANGLER_SEND_METRICS", "false").env("CLOUDFLARE_CF_FETCH_ENABLED", "false");
    command
}

/// Checks that wrangler is there; asked before anything is done.
pub(crate) fn needed() -> Result<()> {
    match command(Path::new(".")).arg("--version").output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => {
            bail!("wrangler does not work: {}", String::from_utf8_lossy(&output.stderr).trim())
        }
        Err(error) => {
            bail!("the program wrangler is missing ({error}); install it: npm install --global wrangler")
        }
    }
}

/// Finds the folder of a wrangler.toml: the one given, else the current one.
pub(crate) fn settings_folder(package: Option<&Path>) -> Result<&Path> {
    let folder = package.unwrap_or(Path::new("."));
    ensure!(
        folder.join("wrangler.toml").is_file(),
        "there is no wrangler.toml in {}: name the folder of a package by --package",
        folder.display()
    );
    Ok(folder)
}
