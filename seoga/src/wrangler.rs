//! The program `wrangler`, by which Workers are reached.
//!
//! Invariant: it runs in the folder whose wrangler.toml is meant, and asks the network for nothing of its own but who is signed in.

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

/// By this variable wrangler is given a token instead of a login.
const TOKEN: &str = "CLOUDFLARE_API_TOKEN";

/// Checks that wrangler is there and signed in; asked before anything is built or changed. A token is taken at its word, as
/// one that may deploy need not have the right to say whose it is.
pub(crate) fn signed_in() -> Result<()> {
    needed()?;
    if std::env::var_os(TOKEN).is_some_and(|token| !token.is_empty()) {
        return Ok(());
    }
    let asked = command(Path::new(".")).arg("whoami").output()?;
    let said = [asked.stdout, asked.stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat();
    // Whoever is nobody is told so, with exit code 0.
    ensure!(
        asked.status.success() && !said.contains("not authenticated"),
        "--target cloudflare: wrangler is not signed in: {}; sign in (npx wrangler login, or {TOKEN}) and run this again; \
         nothing was done",
        said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default().trim()
    );
    Ok(())
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
