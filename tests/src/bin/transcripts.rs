//! Replays transcripts against a server: `transcripts --base URL [--beside URL] [--differs FILE] PATH…`, each path a file
//! or a folder of `.http` files (its folders are not entered).
//!
//! With `--beside`, every step of the suite is sent to that server too, and both must give the same status and the same
//! bytes; transcripts in the folder of the list of differences are the first server's alone. Steps on the list
//! (`FILE: TITLE | WHY`) are left out. It starts no server. Invariant: it exits 0 only when a step ran and every step fitted.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use seoga_tests::transcript::{Differs, Replay, Transcript};

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
    compared: usize,
    differing: usize,
}

fn run(mut arguments: impl Iterator<Item = String>) -> Result<ExitCode> {
    let (mut base, mut beside, mut differs, mut own) = (None, None, Differs::default(), None);
    let mut files = Vec::new();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--base" => base = Some(arguments.next().context("--base wants a URL")?),
            "--beside" => beside = Some(arguments.next().context("--beside wants a URL")?),
            "--differs" => {
                let file = PathBuf::from(arguments.next().context("--differs wants a file")?);
                differs = Differs::parse(&read(&file)?).with_context(|| file.display().to_string())?;
                own = file.parent().map(Path::to_path_buf);
            }
            path => files.extend(transcripts(Path::new(path))?),
        }
    }
    let base = base.context("usage: transcripts --base URL [--beside URL] [--differs FILE] PATH…")?;
    let mut counts = Counts::default();
    for file in &files {
        let transcript = Transcript::parse(&read(file)?).with_context(|| format!("{}", file.display()))?;
        let beside = beside.as_deref().filter(|_| own.as_deref() != file.parent());
        replay(file, &transcript, &base, beside, &mut differs, &mut counts);
    }
    if counts.failed == 0 {
        // After a failure, steps were skipped that the list may name.
        differs.all_met()?;
    }
    println!("transcripts: {} passed, {} failed, {} skipped", counts.passed, counts.failed, counts.skipped);
    if beside.is_some() {
        let Counts { compared, differing, .. } = counts;
        println!(
            "beside: {compared} answers with the same bytes, {differing} steps that the platform answers otherwise"
        );
    }
    Ok(if counts.failed == 0 && counts.passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn read(file: &Path) -> Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))
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
fn replay(
    file: &Path,
    transcript: &Transcript,
    base: &str,
    beside: Option<&str>,
    differs: &mut Differs,
    counts: &mut Counts,
) {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let mut replay = Replay::new(base);
    let mut other = beside.map(Replay::new);
    for (at, step) in transcript.steps.iter().enumerate() {
        if differs.names(&name, &step.title) {
            counts.differing += 1;
            continue;
        }
        let outcome = replay.step(step).and_then(|here| match (here, &mut other) {
            (Ok(()), Some(other)) => {
                let there = other.step(step)?;
                let same = replay.last_comparable() == other.last_comparable();
                counts.compared += usize::from(same);
                let differ = || vec![format!("beside it came: {:?}", other.last_comparable())];
                Ok(there
                    .map_err(|mismatch| mismatch.0)
                    .and_then(|()| if same { Ok(()) } else { Err(differ()) }))
            }
            (here, _) => Ok(here.map_err(|mismatch| mismatch.0)),
        });
        let wrong = match outcome {
            Ok(Ok(())) => {
                counts.passed += 1;
                continue;
            }
            Ok(Err(wrong)) => wrong,
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
