//! The index, by `index-builder`. What is in it is index-builder's business.
//!
//! Invariant: the folder of the index holds a whole index or none; a build that fails leaves the old one.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::flavour::Flavour;
use crate::progress::timed;
use crate::setup::tools;
use crate::stamp::{Fingerprint, Stamp};
use crate::workspace::Workspace;
use seoga_host::{files, process};

/// Books of the sample catalogue: enough for every page to show something, built in a second.
const SAMPLE_BOOKS: &str = "2000";
const SAMPLE_SEED: &str = "1";

/// Options of `index`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The catalogue.
    #[arg(long, value_name = "DIR")]
    catalogue: Option<PathBuf>,
}

/// Carries out `cargo xtask index`.
pub(crate) fn run_command(workspace: &Workspace, options: &Options) -> Result<()> {
    let absolute = |dir: &PathBuf| dir.canonicalize().with_context(|| format!("no folder {}", dir.display()));
    let catalogue = options.catalogue.as_ref().map(absolute).transpose()?;
    println!("{}", workspace.short(&build(workspace, catalogue.as_deref(), Flavour::Plain)?));
    Ok(())
}

/// Builds the index of a catalogue, or of a generated sample without one; gives its folder.
pub(crate) fn build(workspace: &Workspace, catalogue: Option<&Path>, flavour: Flavour) -> Result<PathBuf> {
    let builder = match catalogue {
        Some(_) => compile(workspace)?,
        None => tools::compile(workspace)?.index_builder,
    };
    let program = Fingerprint::default().content(&builder)?.finish();
    let catalogue = match catalogue {
        Some(dir) => dir.to_path_buf(),
        None => sample(workspace, &builder, &program)?,
    };
    let name = if flavour.for_tests() { "index-test" } else { "index" };
    let index = workspace.build.join(name);
    let stamp = Stamp::new(&workspace.build, name);
    let fingerprint = Fingerprint::default().text(&program).listing(&catalogue)?.finish();
    if index.is_dir() && stamp.holds(&fingerprint) {
        return Ok(index);
    }
    let fresh = workspace.build.join(format!("{name}-fresh"));
    files::remove_dir(&fresh)?;
    let report = workspace.build.join(format!("{name}-report.json"));
    timed("building the index", || run(&builder, &catalogue, &[], None, &fresh, &report))?;
    stamp.lift()?;
    files::move_dir(&fresh, &index)?;
    stamp.set(&fingerprint)?;
    Ok(index)
}

/// Builds the index of a catalogue, and of choices where there are any, into a folder of its own; the report on both
/// goes to a file. What did not change since the index in `previous` keeps its files' names.
pub(crate) fn run(
    builder: &Path,
    catalogue: &Path,
    choices: &[PathBuf],
    previous: Option<&Path>,
    out: &Path,
    report: &Path,
) -> Result<()> {
    let mut command = Command::new(builder);
    command.arg("build").arg("--catalogue").arg(catalogue).arg("--out").arg(out).arg("--report").arg(report);
    for file in choices {
        command.arg("--choices").arg(file);
    }
    if let Some(previous) = previous {
        command.arg("--previous").arg(previous);
    }
    process::run(to_stderr(&mut command)).context("building the index")
}

/// Compiles index-builder, optimised for catalogues of any size; gives its program.
pub(crate) fn compile(workspace: &Workspace) -> Result<PathBuf> {
    let mut command = Command::new("cargo");
    command.args(["build", "--quiet", "--release", "--package", "index-builder", "--bin", "index-builder"]);
    command.current_dir(&workspace.root).env("CARGO_TARGET_DIR", &workspace.target);
    timed("compiling index-builder", || process::run(&mut command)).context("compiling index-builder")?;
    Ok(workspace.target.join("release").join("index-builder"))
}

/// Generates the sample catalogue, once for each index-builder.
fn sample(workspace: &Workspace, builder: &Path, program: &str) -> Result<PathBuf> {
    let dir = workspace.build.join("sample");
    let stamp = Stamp::new(&workspace.build, "sample");
    let fingerprint = Fingerprint::default().text(program).text(SAMPLE_BOOKS).text(SAMPLE_SEED).finish();
    if dir.is_dir() && stamp.holds(&fingerprint) {
        return Ok(dir);
    }
    stamp.lift()?;
    files::remove_dir(&dir)?;
    files::make_dir(&workspace.build)?;
    let mut command = Command::new(builder);
    command.args(["generate", "--books", SAMPLE_BOOKS, "--seed", SAMPLE_SEED, "--out"]).arg(&dir);
    process::run(to_stderr(&mut command)).context("generating the sample catalogue")?;
    stamp.set(&fingerprint)?;
    Ok(dir)
}

/// Keeps our stdout for what other programs read from it.
fn to_stderr(command: &mut Command) -> &mut Command {
    command.stdout(std::io::stderr())
}
