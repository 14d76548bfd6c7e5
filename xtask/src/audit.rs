//! `cargo xtask audit`: licences, sources and known vulnerabilities of all that we build with, and lists of it (SBOM).
//!
//! Tools judge: cargo-deny and cargo-sbom for crates, npm and licensee for npm's packages; what is allowed stands in
//! `deny.toml` and `.licensee.json`. They are set up here alone, as nothing else needs them. Invariant: a part that could not be
//! checked is said to be unchecked and fails the command; nothing passes in silence.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use seoga_host::{files, process};
use serde_json::Value;

use crate::sbom;
use crate::setup::crates::{self, Program};
use crate::setup::node;
use crate::workspace::Workspace;

/// Compiled from crates.io for this command, a few minutes, once.
const CARGO_DENY: Program = Program::of("cargo-deny", "0.20.2", "cargo-deny");
/// The judge of npm's licences, of npm.
const LICENSEE: &str = "licensee@12.0.2";
/// Folders of workspaces, each with a lock file of its own.
const WORKSPACES: [&str; 3] = ["", "fuzz", "tests/peer"];

/// Options of `audit`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The folder for the lists of parts, cargo.cdx.json and npm.cdx.json [default: build/sbom].
    #[arg(long, value_name = "DIR")]
    sbom: Option<PathBuf>,
}

/// Carries out `cargo xtask audit`.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    node::ensure(workspace)?;
    let deny = crates::ensure(workspace, &CARGO_DENY)?;
    for folder in WORKSPACES {
        process::run(in_workspace(workspace, &deny, folder).args(["check", "licenses", "bans", "sources"]))
            .with_context(|| format!("crates of {}", Path::new("/").join(folder).display()))?;
    }
    println!("licences, sources, crates: as deny.toml wants them");
    let mut npx = node::command(workspace, "npx");
    process::run(npx.args(["--yes", LICENSEE, "--errors-only"])).context("licences of npm's packages")?;
    println!("licences, npm: as .licensee.json wants them");

    let out = options.sbom.clone().unwrap_or_else(|| workspace.build.join("sbom"));
    files::make_dir(&out)?;
    sbom::write(workspace, None, &out.join("cargo.cdx.json"))?;
    let mut npm = Command::new("npm");
    npm.args(["sbom", "--sbom-format=cyclonedx", "--package-lock-only"]).current_dir(&workspace.root);
    files::write(&out.join("npm.cdx.json"), process::output(&mut npm)?)?;
    println!("lists of parts: {} (CycloneDX)", workspace.short(&out));

    let advisories =
        [("crates", advisories_of_crates(workspace, &deny)?), ("npm", advisories_of_npm(workspace)?)];
    let mut unchecked = Vec::new();
    for (name, outcome) in advisories {
        match outcome {
            Outcome::Clean => println!("advisories, {name}: none is known"),
            Outcome::Unchecked(why) => {
                println!("advisories, {name}: NOT CHECKED: {why}");
                unchecked.push(name);
            }
        }
    }
    ensure!(
        unchecked.is_empty(),
        "known vulnerabilities were not looked up for: {}; all else passed",
        unchecked.join(", ")
    );
    Ok(())
}

/// Makes a command of cargo-deny on a workspace, by the rules of the repository.
fn in_workspace(workspace: &Workspace, deny: &Path, folder: &str) -> Command {
    let mut command = Command::new(deny);
    command.arg("--manifest-path").arg(workspace.root.join(folder).join("Cargo.toml"));
    command.arg("--config").arg(workspace.root.join("deny.toml"));
    command
}

/// An outcome of asking those who keep advisories, which goes over the network.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    /// Asked, and nothing is known.
    Clean,
    /// Not asked, and why.
    Unchecked(String),
}

/// Asks `RustSec`'s database for the crates; fails when one has an advisory.
fn advisories_of_crates(workspace: &Workspace, deny: &Path) -> Result<Outcome> {
    let mut fetch = in_workspace(workspace, deny, "");
    let fetched = fetch.args(["fetch", "db"]).stdin(Stdio::null()).output().context("starting cargo-deny")?;
    if !fetched.status.success() {
        let said = String::from_utf8_lossy(&fetched.stderr);
        let why = said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default().to_owned();
        return Ok(Outcome::Unchecked(format!("the database cannot be had: {why}")));
    }
    for folder in WORKSPACES {
        process::run(in_workspace(workspace, deny, folder).args(["check", "--disable-fetch", "advisories"]))
            .context("an advisory holds for a crate")?;
    }
    Ok(Outcome::Clean)
}

/// Asks npm's registry for its packages; fails when one has an advisory.
fn advisories_of_npm(workspace: &Workspace) -> Result<Outcome> {
    let mut npm = Command::new("npm");
    let output = npm.args(["audit", "--json", "--package-lock-only"]).current_dir(&workspace.root).output();
    of_npm(&output.context("starting npm")?.stdout)
}

/// Reads what npm printed; a registry that does not answer the question gives no counts.
fn of_npm(printed: &[u8]) -> Result<Outcome> {
    let answer: Value = serde_json::from_slice(printed).unwrap_or_default();
    let counts = &answer["metadata"]["vulnerabilities"];
    match counts["total"].as_u64() {
        Some(0) => Ok(Outcome::Clean),
        Some(total) => bail!("npm audit knows of {total} vulnerabilities: {counts}; see npm audit"),
        None => {
            let why = answer["message"].as_str().or(answer["error"]["summary"].as_str());
            Ok(Outcome::Unchecked(why.unwrap_or("npm audit gave no counts").to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registry_that_does_not_answer_is_unchecked_and_never_clean() {
        let refused =
            r#"{"message":"405 Method Not Allowed","method":"POST","uri":"https://registry.example"}"#;
        for printed in ["", "not json", refused, "{}"] {
            assert!(matches!(of_npm(printed.as_bytes()).unwrap(), Outcome::Unchecked(_)), "{printed}");
        }
    }

    #[test]
    fn a_known_vulnerability_fails_and_none_known_is_clean() {
        let npm = |total: u64| format!(r#"{{"metadata":{{"vulnerabilities":{{"total":{total}}}}}}}"#);
        assert!(of_npm(npm(1).as_bytes()).is_err());
        assert_eq!(of_npm(npm(0).as_bytes()).unwrap(), Outcome::Clean);
    }
}
