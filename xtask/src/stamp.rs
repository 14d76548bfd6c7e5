//! Remembers what was done for which inputs, so that it is not done twice.
//!
//! A stamp is a file beside the result that holds a fingerprint of the inputs. Invariant: the stamp is written
//! after the result, so a result that was left half-done has none.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use anyhow::{Context, Result};

use seoga_host::files;

/// A fingerprint of inputs in the making.
#[derive(Debug, Default)]
pub(crate) struct Fingerprint(DefaultHasher);

impl Fingerprint {
    /// Takes in a text, such as an option or a version.
    pub(crate) fn text(mut self, text: &str) -> Self {
        text.hash(&mut self.0);
        self
    }

    /// Takes in a file by its content.
    pub(crate) fn content(mut self, file: &Path) -> Result<Self> {
        file.hash(&mut self.0);
        files::read(file)?.hash(&mut self.0);
        Ok(self)
    }

    /// Takes in every file below a folder by its content.
    pub(crate) fn contents(mut self, dir: &Path) -> Result<Self> {
        for file in files::list(dir)? {
            self = self.content(&file)?;
        }
        Ok(self)
    }

    /// Takes in every file below a folder by its path, length and time of change: for inputs too large to read
    /// each time.
    pub(crate) fn listing(mut self, dir: &Path) -> Result<Self> {
        for file in files::list(dir)? {
            let metadata = file.metadata().with_context(|| format!("reading {}", file.display()))?;
            file.hash(&mut self.0);
            metadata.len().hash(&mut self.0);
            let changed = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
            changed.map(|time| time.as_nanos()).hash(&mut self.0);
        }
        Ok(self)
    }

    /// The fingerprint as text.
    pub(crate) fn finish(self) -> String {
        format!("{:016x}", self.0.finish())
    }
}

/// The place of a stamp.
#[derive(Debug)]
pub(crate) struct Stamp {
    file: PathBuf,
}

impl Stamp {
    /// The stamp `name` in a folder.
    pub(crate) fn new(dir: &Path, name: &str) -> Self {
        Self { file: dir.join(format!("{name}.stamp")) }
    }

    /// Whether the result was made for this fingerprint.
    pub(crate) fn holds(&self, fingerprint: &str) -> bool {
        std::fs::read_to_string(&self.file).is_ok_and(|text| text.trim() == fingerprint)
    }

    /// Says that the result is about to change.
    pub(crate) fn lift(&self) -> Result<()> {
        files::remove_file(&self.file)
    }

    /// Says that the result is made for this fingerprint.
    pub(crate) fn set(&self, fingerprint: &str) -> Result<()> {
        if let Some(dir) = self.file.parent() {
            files::make_dir(dir)?;
        }
        files::write(&self.file, fingerprint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_holds_only_for_its_own_fingerprint() {
        let dir = std::env::temp_dir().join(format!("seoga-stamp-{}", std::process::id()));
        let stamp = Stamp::new(&dir, "index");
        let one = Fingerprint::default().text("one").finish();
        assert!(!stamp.holds(&one));
        stamp.set(&one).unwrap();
        assert!(stamp.holds(&one));
        assert!(!stamp.holds(&Fingerprint::default().text("two").finish()));
        stamp.lift().unwrap();
        assert!(!stamp.holds(&one));
        files::remove_dir(&dir).unwrap();
    }
}
