//! The stages that cargo runs. The worker's crate compiles for WASM only where it is linked; it is linted too.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};

use super::failed;
use super::stage::{Context, Outcome};
use crate::setup::wasm::{self, Toolchain};
use crate::workspace::{Workspace, in_ci};
use seoga_host::process;

/// The crate that is linked for WASM alone.
const WORKER: &str = "seoga-worker";
const WASM: &str = "wasm32-unknown-unknown";
/// The members that are tested and documented: all but the one, and the one that has nothing to test.
pub(super) const MEMBERS: [&str; 6] =
    ["--locked", "--workspace", "--exclude", WORKER, "--exclude", "seoga-bind"];

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

/// Beginning of the names of tests that may be skipped in CI: they need data that a machine of CI may never have
/// (`index-builder/tests/machine/main.rs` gives them their names).
const MAY_BE_SKIPPED_IN_CI: &str = "[given data: ";

/// Runs unit, property and integration tests. A test that its runner skipped (for want of a catalogue or a right) is named; in CI
/// it fails the stage, unless CI never has what it needs.
pub(super) fn unit(context: &Context<'_>) -> Result<Outcome> {
    let test = ["test", "--no-fail-fast", "--lib", "--bins", "--tests"];
    let mut counts = Counts::default();
    let mut command = cargo(context);
    if context.long {
        // More questions of a larger catalogue (tests/tests/scan/shelves.rs).
        command.env("SEOGA_SCAN", "long").env("SEOGA_SERVE", "long");
    }
    let run = process::run_told(command.args(test).args(MEMBERS), |line| {
        println!("{line}");
        counts.take(line);
    });
    println!("{} passed, {} failed, {} skipped", counts.passed, counts.failed, counts.skipped.len());
    for skipped in &counts.skipped {
        println!("skipped: {skipped}");
    }
    run?;
    ensure!(counts.passed > 0, "no test ran");
    let missed: Vec<&String> =
        counts.skipped.iter().filter(|name| !name.starts_with(MAY_BE_SKIPPED_IN_CI)).collect();
    ensure!(!in_ci() || missed.is_empty(), "skipped, though CI must have what they need: {missed:?}");
    Ok(Outcome::Passed)
}

/// Counts of tests, by what cargo's runners said.
#[derive(Debug, Default)]
struct Counts {
    passed: u32,
    failed: u32,
    /// Names and reasons.
    skipped: Vec<String>,
}

impl Counts {
    /// Takes in a line of a runner: of a test that was skipped, or its closing line.
    fn take(&mut self, line: &str) {
        if let Some((name, verdict)) = line.strip_prefix("test ").and_then(|test| test.split_once(" ... "))
            && let Some(why) = verdict.strip_prefix("ignored")
        {
            self.skipped.push(format!("{name}{why}"));
        }
        let Some(result) = line.strip_prefix("test result: ") else { return };
        for part in result.split([';', '.']) {
            match part.trim().split_once(' ') {
                Some((number, "passed")) => self.passed += number.parse::<u32>().unwrap_or_default(),
                Some((number, "failed")) => self.failed += number.parse::<u32>().unwrap_or_default(),
                _ => {}
            }
        }
    }
}

/// Examples in the documentation run, and its links lead somewhere.
pub(super) fn doc(context: &Context<'_>) -> Result<Outcome> {
    process::run(cargo(context).args(["test", "--doc"]).args(MEMBERS))?;
    let mut doc = cargo(context);
    doc.args(["doc", "--quiet", "--no-deps", "--document-private-items"]).args(MEMBERS);
    // What is private is documented too, so links to it lead somewhere.
    let flags = "-D warnings -A rustdoc::private-intra-doc-links";
    process::run(doc.env("RUSTDOCFLAGS", flags)).map(|()| Outcome::Passed)
}

/// Compiles a program of the workspace.
pub(super) fn program(workspace: &Workspace, name: &str) -> Result<PathBuf> {
    // All members are named, so that each program is compiled with the same features of what they share.
    let mut build = Command::new("cargo");
    build.args(["build", "--bin", name]).args(MEMBERS);
    build.current_dir(&workspace.root).env("CARGO_TARGET_DIR", &workspace.target);
    process::run(&mut build).with_context(|| format!("compiling {name}"))?;
    let program = workspace.target.join("debug").join(name);
    if !program.is_file() {
        bail!("cargo compiled no {}", program.display());
    }
    Ok(program)
}

/// Compiles a program of the crate `tests` and gives a command that runs it.
pub(super) fn tests_program(context: &Context<'_>, name: &str) -> Result<Command> {
    let mut command = Command::new(program(context.workspace, name)?);
    command.current_dir(&context.workspace.root);
    Ok(command)
}

/// Replays transcripts by the program `transcripts` with these arguments; each line goes where ours go.
///
/// # Errors
/// When a step fails, with what failed of each file: whoever reads the closing line of the stage alone needs it.
pub(super) fn replay(context: &Context<'_>, arguments: &[&str]) -> Result<()> {
    failed::run(
        tests_program(context, "transcripts")?.args(arguments),
        "replaying transcripts",
        failed::in_replay,
    )
}

#[cfg(test)]
mod tests {
    use super::Counts;

    #[test]
    fn closing_lines_are_added_up_and_what_was_skipped_is_named() {
        let mut counts = Counts::default();
        for line in [
            "running 3 tests",
            "test one::works ... ok",
            "test [given data: ../shared/catalogue] two ... ignored",
            "test three ... ignored",
            "test result: ok. 1 passed; 0 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "test result: FAILED. 20 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.2s",
        ] {
            counts.take(line);
        }
        assert_eq!((counts.passed, counts.failed), (21, 1));
        assert_eq!(counts.skipped, ["[given data: ../shared/catalogue] two", "three"]);
    }
}
