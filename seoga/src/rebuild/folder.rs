//! The folder that rebuilds work in: the published index, what was last published out of what, a lock, work under way.
//!
//! ```text
//! published/index/       what is served under /index/: the generations of current.json, by index-builder
//!           last.json    by target: the fingerprint of the inputs and the generation they gave
//!           report.json  what was wrong with the catalogue of the last build, and report.txt in Korean
//!           lock         held by the run under way
//!           work-PID/    of the run under way
//! ```
//! Invariant: `last.json` is written when all else is done; what it names was published.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use seoga_host::files;
use seoga_index::pointer::{FILE_NAME as POINTER, Pointer};

use crate::deployed::Last;

/// The folder.
#[derive(Debug)]
pub(super) struct Folder {
    dir: PathBuf,
}

impl Folder {
    pub(super) fn open(dir: &Path) -> Result<Self> {
        files::make_dir(dir)?;
        Ok(Self { dir: dir.to_owned() })
    }

    /// Keeps others out until it is dropped, or this program ends in whatever way; clears up after a killed run.
    pub(super) fn lock(&self) -> Result<File> {
        let path = self.dir.join("lock");
        let failed = || format!("locking {}", path.display());
        let mut lock = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .with_context(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => {
                let holder = std::fs::read_to_string(&path).unwrap_or_default();
                bail!(
                    "another rebuild or rollback is under way in {} (process {}); this one did nothing",
                    self.dir.display(),
                    holder.trim()
                );
            }
            Err(std::fs::TryLockError::Error(error)) => return Err(error).with_context(failed),
        }
        lock.set_len(0).and_then(|()| writeln!(lock, "{}", std::process::id())).with_context(failed)?;
        for entry in std::fs::read_dir(&self.dir).with_context(failed)? {
            let entry = entry.with_context(failed)?;
            if entry.file_name().to_string_lossy().starts_with("work-") {
                files::remove_dir(&entry.path())?;
            }
        }
        Ok(lock)
    }

    /// Gives the folder that is served under `/index/`.
    pub(super) fn index(&self) -> PathBuf {
        self.dir.join("index")
    }

    pub(super) fn report(&self) -> PathBuf {
        self.dir.join("report.json")
    }

    /// The generation in force; none before the first.
    pub(super) fn generation(&self) -> Result<Option<String>> {
        Self::generation_of(&self.index())
    }

    /// The generation in force in the folder of an index.
    pub(super) fn generation_of(index: &Path) -> Result<Option<String>> {
        let path = index.join(POINTER);
        if !path.exists() {
            return Ok(None);
        }
        let pointer = Pointer::parse(&files::read(&path)?).with_context(|| path.display().to_string())?;
        Ok(Some(pointer.current.letters()))
    }

    /// Reads what was last published to a target.
    pub(super) fn last(&self, target: &str) -> Result<Option<Last>> {
        Ok(self.lasts()?.remove(target))
    }

    /// Notes what was published to a target.
    pub(super) fn note(&self, target: &str, last: Last) -> Result<()> {
        let mut lasts = self.lasts()?;
        lasts.insert(target.to_owned(), last);
        files::replace(&self.dir.join("last.json"), serde_json::to_string_pretty(&lasts)?.as_bytes())
    }

    fn lasts(&self) -> Result<BTreeMap<String, Last>> {
        let path = self.dir.join("last.json");
        if !path.exists() {
            return Ok(BTreeMap::new());
        }
        serde_json::from_str(&files::read_text(&path)?).with_context(|| {
            format!("{} does not read; remove it, and the next rebuild builds", path.display())
        })
    }

    /// A folder for this run, gone when it is dropped. It bears the number of this process: what a killed one started
    /// and left running cannot write into it.
    pub(super) fn work(&self) -> Result<Work> {
        let dir = self.dir.join(format!("work-{}", std::process::id()));
        files::make_dir(&dir)?;
        Ok(Work { dir })
    }
}

/// A folder of this run.
#[derive(Debug)]
pub(super) struct Work {
    dir: PathBuf,
}

impl Work {
    pub(super) fn path(&self) -> &Path {
        &self.dir
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        if let Err(error) = files::remove_dir(&self.dir) {
            eprintln!("seoga: {error:#}; the next run will try again");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_run_at_a_time_and_the_next_clears_up() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::open(dir.path()).unwrap();
        let lock = folder.lock().unwrap();
        let refused = folder.lock().unwrap_err().to_string();
        assert!(refused.contains(&std::process::id().to_string()), "{refused}");
        let left = dir.path().join("work-1");
        std::fs::create_dir(&left).unwrap();
        drop(lock);
        let _lock = folder.lock().unwrap();
        assert!(!left.exists());
    }

    #[test]
    fn what_was_published_is_kept_by_target() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::open(dir.path()).unwrap();
        let last = |text: &str| Last { inputs: text.to_owned(), generation: "g".to_owned() };
        assert_eq!(folder.last("local").unwrap(), None);
        folder.note("local", last("a")).unwrap();
        folder.note("cloudflare", last("b")).unwrap();
        assert_eq!(folder.last("local").unwrap(), Some(last("a")));
        assert_eq!(folder.last("cloudflare").unwrap(), Some(last("b")));
    }
}
