//! Replaying files of transcripts against a deployment, and beside another one, with a line for each file.
//!
//! It starts no server. Invariant: after a step that failed the rest of its file is skipped and counted as skipped, and what is
//! left out for a list of differences is counted too.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::differs::Differs;
use crate::parse::Transcript;
use crate::replay::Replay;

/// A transcript and the name that messages call it by.
#[derive(Debug, Clone, PartialEq)]
pub struct File {
    /// Its path, or its bare name where it is compiled in.
    pub name: PathBuf,
    /// Its steps.
    pub transcript: Transcript,
}

/// Numbers of steps.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Steps whose answer fitted.
    pub passed: usize,
    /// Steps whose answer did not, or did not come.
    pub failed: usize,
    /// Steps behind a failed one of their file.
    pub skipped: usize,
    /// Steps whose answers were the same bytes on both deployments.
    pub compared: usize,
    /// Steps left out for the list of differences.
    pub differing: usize,
}

impl Counts {
    /// Tells whether a step ran and none failed.
    #[must_use]
    pub fn are_good(&self) -> bool {
        self.failed == 0 && self.passed > 0
    }
}

impl File {
    /// Reads a transcript's text.
    ///
    /// # Errors
    /// Names the file and the line that is not understood.
    pub fn parse(name: &Path, text: &str) -> Result<Self> {
        let transcript = Transcript::parse(text).with_context(|| name.display().to_string())?;
        Ok(Self { name: name.to_owned(), transcript })
    }

    /// Reads the transcripts at a path, a file or the `.http` files of a folder by their names; its folders are not entered.
    ///
    /// # Errors
    /// When one does not read, or there is none.
    pub fn all_at(path: &Path) -> Result<Vec<Self>> {
        let read = |file: &PathBuf| {
            let text =
                std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
            Self::parse(file, &text)
        };
        if path.is_file() {
            return Ok(vec![read(&path.to_path_buf())?]);
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
        files.iter().map(read).collect()
    }
}

/// Replays files against a deployment. `beside` names, for each file, the deployment whose answers must be the same bytes.
/// Lines go to `say`.
pub fn replay_all(
    files: &[File],
    base: &str,
    beside: impl Fn(&File) -> Option<String>,
    differs: &mut Differs,
    say: &mut dyn FnMut(&str),
) -> Counts {
    let mut counts = Counts::default();
    for file in files {
        replay(file, base, beside(file).as_deref(), differs, &mut counts, say);
    }
    counts
}

/// Replays one transcript. After a step that failed the rest would fail for its sake: it is skipped.
fn replay(
    file: &File,
    base: &str,
    beside: Option<&str>,
    differs: &mut Differs,
    counts: &mut Counts,
    say: &mut dyn FnMut(&str),
) {
    let name = file.name.file_name().unwrap_or_default().to_string_lossy();
    let steps = &file.transcript.steps;
    let mut replay = Replay::new(base);
    let mut other = beside.map(Replay::new);
    for (at, step) in steps.iter().enumerate() {
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
        say(&format!("FAILED {}:{} {}", file.name.display(), step.line, step.title));
        for line in wrong {
            say(&format!("    {line}"));
        }
        counts.failed += 1;
        counts.skipped += steps.len() - at - 1;
        return;
    }
    say(&format!("ok     {} ({} steps)", file.name.display(), steps.len()));
}
