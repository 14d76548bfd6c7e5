//! Replays transcripts against a server: `transcripts --base URL [--beside URL] [--differs FILE] PATH…`, each path a file
//! or a folder of `.http` files (its folders are not entered).
//!
//! With `--beside`, every step of the suite is sent to that server too, and both must give the same status and the same
//! bytes; transcripts in the folder of the list of differences are the first server's alone. Steps on the list
//! (`FILE: TITLE | WHY`) are left out. It starts no server. Invariant: it exits 0 only when a step ran and every step fitted.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use seoga_tests::transcript::{Differs, File, replay_all};

fn main() -> ExitCode {
    match run(std::env::args().skip(1)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("transcripts: {error:#}");
            ExitCode::from(2)
        }
    }
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
                let text =
                    std::fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
                differs = Differs::parse(&text).with_context(|| file.display().to_string())?;
                own = file.parent().map(Path::to_path_buf);
            }
            path => files.extend(File::all_at(Path::new(path))?),
        }
    }
    let base = base.context("usage: transcripts --base URL [--beside URL] [--differs FILE] PATH…")?;
    let other = |file: &File| beside.clone().filter(|_| own.as_deref() != file.name.parent());
    let counts = replay_all(&files, &base, other, &mut differs, &mut |line| println!("{line}"));
    if counts.failed == 0 {
        // After a failure, steps were skipped that the list may name.
        differs.all_met()?;
    }
    println!("transcripts: {} passed, {} failed, {} skipped", counts.passed, counts.failed, counts.skipped);
    if beside.is_some() {
        println!(
            "beside: {} answers with the same bytes, {} steps that the platform answers otherwise",
            counts.compared, counts.differing
        );
    }
    Ok(if counts.are_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
