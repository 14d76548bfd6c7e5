//! The stages that cargo runs. The worker's crate compiles for WASM only where it is linked; it is linted too.

use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::{Context, Outcome};
use crate::audit;
use crate::setup::wasm::{self, Toolchain};
use seoga_host::process;

/// The crate that is linked for WASM alone.
const WORKER: &str = "seoga-worker";
const WASM: &str = "wasm32-unknown-unknown";

fn cargo(context: &Context<'_>) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(&context.workspace.root).env("CARGO_TARGET_DIR", &context.workspace.target);
    command
}

/// Whether cargo has a command; else, how to get it.
fn lacks(context: &Context<'_>, command: &str, get: &str) -> Option<Outcome> {
    let asked = cargo(context).args([command, "--version"]).output();
    let has = asked.is_ok_and(|output| output.status.success());
    (!has).then(|| Outcome::NotRun(format!("cargo has no {command}; run: {get}")))
}

/// Formatting, of the fuzz targets too.
pub(super) fn fmt(context: &Context<'_>) -> Result<Outcome> {
    if let Some(lacking) = lacks(context, "fmt", "rustup component add rustfmt") {
        return Ok(lacking);
    }
    let workspace = process::run(cargo(context).args(["fmt", "--all", "--check"]));
    let fuzz = context.workspace.root.join("fuzz").join("Cargo.toml");
    if fuzz.is_file() {
        process::run(cargo(context).args(["fmt", "--check", "--manifest-path"]).arg(fuzz))?;
    }
    workspace.map(|()| Outcome::Passed)
}

/// Lints, each a failure.
pub(super) fn clippy(context: &Context<'_>) -> Result<Outcome> {
    if let Some(lacking) = lacks(context, "clippy", "rustup component add clippy") {
        return Ok(lacking);
    }
    let members = ["clippy", "--locked", "--workspace", "--exclude", WORKER, "--all-targets"];
    process::run(cargo(context).args(members).args(["--", "-D", "warnings"]))?;
    let mut worker = cargo(context);
    worker.args(["clippy", "--locked", "--package", WORKER, "--all-features"]);
    match wasm::ensure(context.workspace)? {
        Toolchain::Active => {
            worker.args(["--target", WASM]);
        }
        // Debian has no clippy for its own compiler; the lints are the same for this machine's target.
        Toolchain::Debian(_) => {
            println!("clippy reads {WORKER} for this machine, as its toolchain has no {WASM}");
        }
    }
    process::run(worker.args(["--", "-D", "warnings"])).map(|()| Outcome::Passed)
}

/// Every package is under a licence that is allowed and from its registry; no network is needed.
pub(super) fn licences(context: &Context<'_>) -> Result<Outcome> {
    println!("{}", audit::offline(context.workspace)?);
    Ok(Outcome::Passed)
}

/// Unit, property and integration tests.
pub(super) fn unit(context: &Context<'_>) -> Result<Outcome> {
    let members = ["--locked", "--workspace", "--exclude", WORKER];
    if lacks(context, "nextest", "").is_none() {
        let nextest = ["nextest", "run", "--no-fail-fast"];
        return process::run(cargo(context).args(nextest).args(members)).map(|()| Outcome::Passed);
    }
    let test = ["test", "--no-fail-fast", "--lib", "--bins", "--tests"];
    process::run(cargo(context).args(test).args(members)).map(|()| Outcome::Passed)
}

/// Examples in the documentation run, and its links lead somewhere.
pub(super) fn doc(context: &Context<'_>) -> Result<Outcome> {
    let members = ["--locked", "--workspace", "--exclude", WORKER];
    process::run(cargo(context).args(["test", "--doc"]).args(members))?;
    let mut doc = cargo(context);
    doc.args(["doc", "--quiet", "--no-deps", "--document-private-items"]).args(members);
    // What is private is documented too, so links to it lead somewhere.
    let flags = "-D warnings -A rustdoc::private-intra-doc-links";
    process::run(doc.env("RUSTDOCFLAGS", flags)).map(|()| Outcome::Passed)
}

/// Compiles a program of the crate `tests` and gives a command that runs it.
pub(super) fn tests_program(context: &Context<'_>, name: &str) -> Result<Command> {
    process::run(cargo(context).args(["build", "--locked", "--package", "seoga-tests", "--bin", name]))
        .with_context(|| format!("compiling {name}"))?;
    let program = context.workspace.target.join("debug").join(name);
    if !program.is_file() {
        bail!("cargo compiled no {}", program.display());
    }
    let mut command = Command::new(program);
    command.current_dir(&context.workspace.root);
    Ok(command)
}
