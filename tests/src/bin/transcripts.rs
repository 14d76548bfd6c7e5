//! Replays transcripts against a server: `transcripts --base URL PATH…`, each path a file or a folder of
//! `.http` files (its folders are not entered).
//!
//! It starts no server. Invariant: it exits 0 only when a step ran and every step fitted.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use seoga_tests::transcript::{Replay, Transcript};

fn main() -> ExitCode {
    match run(std::env::args().skip(1)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("transcripts: {error:#}");
            ExitCode::from(2)
        }
    }
}

#[derive(Default)]
struct Counts {
    passed: usize,
    failed: usize,
    skipped: usize,
}

fn run(mut arguments: impl Iterator<Item = String>) -> Result<ExitCode> {
    let mut base = None;
    let mut files = Vec::new();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--base" => base = Some(arguments.next().context("--base wants a URL")?),
            path => files.extend(transcripts(Path::new(path))?),
        }
    }
    let base = base.context("usage: transcripts --base URL PATH…")?;
    let mut counts = Counts::default();
    for file in &files {
        let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
        let transcript = Transcript::parse(&text).with_context(|| format!("{}", file.display()))?;
        replay(file, &transcript, &base, &mut counts);
    }
    println!("transcripts: {} passed, {} failed, {} skipped", counts.passed, counts.failed, counts.skipped);
    Ok(if counts.failed == 0 && counts.passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The transcripts at a path, in the order of their names.
fn transcripts(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_path_buf()]);
    }
    let entries = std::fs::read_dir(path).with_context(|| format!("listing {}", path.display()))?;
    let mut files = Vec::new();
    for entry in entries {
        let file = entry.with_context(|| format!("listing {}", path.display()))?.path();
        if file.extension().is_some_and(|extension| extension == "http") {
            files.push(file);
        }
    }
    if files.is_empty() {
        bail!("{} holds no .http file", path.display());
    }
    files.sort();
    Ok(files)
}

/// Replays one transcript. After a step that failed the rest would fail for its sake: it is skipped.
fn replay(file: &Path, transcript: &Transcript, base: &str, counts: &mut Counts) {
    let mut replay = Replay::new(base);
    for (at, step) in transcript.steps.iter().enumerate() {
        let wrong = match replay.step(step) {
            Ok(Ok(())) => {
                counts.passed += 1;
                continue;
            }
            Ok(Err(mismatch)) => mismatch.0,
            Err(error) => vec![format!("{error:#}")],
        };
        println!("FAILED {}:{} {}", file.display(), step.line, step.title);
        for line in wrong {
            println!("    {line}");
        }
        counts.failed += 1;
        counts.skipped += transcript.steps.len() - at - 1;
        return;
    }
    println!("ok     {} ({} steps)", file.display(), transcript.steps.len());
}
