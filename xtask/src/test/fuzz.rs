//! The fuzz stage: every target of `fuzz/` for a while, on libFuzzer and the stable compiler.
//!
//! `cargo fuzz` drives the same targets; here the few flags it passes are passed by hand, which spares
//! compiling it. Invariant: a target that finds something fails the stage, and the input is kept in
//! `build/fuzz`.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::stage::{Context, Outcome};
use crate::setup::debian;
use seoga_host::files;
use seoga_host::process::{self, Group};

/// Makes the compiler count which edges run and which comparisons fail, for libFuzzer to steer by; the same as
/// `cargo fuzz --sanitizer none` (its source, 0.13, `src/project.rs`).
const COVERAGE: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Cdebug-assertions -Coverflow-checks -Ccodegen-units=1";

/// Runs the targets, as many at a time as there are cores.
pub(super) fn run(context: &Context<'_>) -> Result<Outcome> {
    let fuzz = context.workspace.root.join("fuzz");
    let mut names: Vec<String> = files::list(&fuzz.join("fuzz_targets"))?
        .iter()
        .filter(|file| file.extension().is_some_and(|extension| extension == "rs"))
        .filter_map(|file| Some(file.file_stem()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    let programs = compile(context, &fuzz)?;
    let out = context.workspace.build.join("fuzz");
    let mut found = Vec::new();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    for batch in names.chunks(cores) {
        let mut running = Vec::new();
        for name in batch {
            running.push((name, start(&programs, &fuzz, &out, name, context.fuzz_seconds)?));
        }
        for (name, group) in running {
            let status = group.wait()?;
            let log = files::read_text(&out.join(format!("{name}.log")))?;
            let last =
                log.lines().rev().find(|line| line.starts_with("Done ") || line.starts_with("SUMMARY"));
            println!("{name}: {}", last.unwrap_or("no closing line"));
            if !status.success() {
                println!("{log}");
                found.push(name.as_str());
            }
        }
    }
    if !found.is_empty() {
        bail!("found something in {}; the inputs are in build/fuzz", found.join(" "));
    }
    Ok(Outcome::Passed)
}

/// Compiles every target; gives the folder of the programs.
fn compile(context: &Context<'_>, fuzz: &Path) -> Result<PathBuf> {
    if files::on_path(&["c++", "g++", "clang++"]).is_none() {
        debian::install(&["g++"], "libFuzzer is C++")?;
    }
    let version = process::output(Command::new("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc says no host")?;
    let target = context.workspace.target.join("fuzz");
    // Naming the target keeps the flags from build scripts and macros.
    let mut command = Command::new("cargo");
    command.args(["build", "--locked", "--release", "--bins", "--target", host]);
    command.current_dir(fuzz).env("CARGO_TARGET_DIR", &target).env("RUSTFLAGS", COVERAGE);
    process::run(&mut command).context("compiling the fuzz targets")?;
    Ok(target.join(host).join("release"))
}

/// Starts one target on its committed seeds and what earlier runs learned.
fn start(programs: &Path, fuzz: &Path, out: &Path, name: &str, seconds: u32) -> Result<Group> {
    let learned = out.join(name);
    files::make_dir(&learned)?;
    let log = out.join(format!("{name}.log"));
    let log = File::create(&log).with_context(|| format!("making {}", log.display()))?;
    let both = log.try_clone().context("writing a log")?;
    let mut command = Command::new(programs.join(name));
    command.arg(&learned);
    let seeds = fuzz.join("corpus").join(name);
    if seeds.is_dir() {
        command.arg(seeds);
    }
    command.arg(format!("-max_total_time={seconds}")).args(["-timeout=10", "-rss_limit_mb=2048"]);
    command.arg(format!("-artifact_prefix={}/{name}-", out.display()));
    command.stdout(log).stderr(both);
    Group::start(&mut command)
}
