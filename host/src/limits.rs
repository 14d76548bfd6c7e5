//! Artefacts against the platforms' limits, which stand in infra/limits.toml alone.
//!
//! Our own tighter limits are where they belong, such as the script's in `build::worker`. Invariant: nothing is deployed
//! that its platform would refuse for its size.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use toml::Value;

use crate::files;

/// The file, so that no checkout is needed where it is asked.
const LIMITS: &str = include_str!("../../infra/limits.toml");

/// The limits, read.
pub struct Limits(Value);

impl Limits {
    /// Reads them, as they are compiled in.
    ///
    /// # Errors
    /// When the file is no TOML.
    pub fn read() -> Result<Self> {
        Ok(Self(Value::Table(toml::from_str(LIMITS).context("reading infra/limits.toml")?)))
    }

    /// A limit by its path, such as `aws.edge_function.zip_bytes`.
    fn at(&self, path: &str) -> Result<u64> {
        let value = path.split('.').try_fold(&self.0, |value, key| value.get(key));
        let number = value.and_then(Value::as_integer).and_then(|number| u64::try_from(number).ok());
        number.with_context(|| format!("infra/limits.toml has no number {path}"))
    }

    fn within(&self, what: &str, size: u64, path: &str) -> Result<()> {
        let limit = self.at(path)?;
        ensure!(size <= limit, "{what}: {size} is over {path} = {limit} (infra/limits.toml)");
        Ok(())
    }

    /// Static files of Workers; gives how many there are and the bytes of the largest.
    ///
    /// # Errors
    /// When a file is larger or there are more files than the platform takes, or the folder cannot be read.
    pub fn assets(&self, dir: &Path) -> Result<(u64, u64)> {
        let (mut count, mut largest) = (0, 0);
        for file in files::list(dir)? {
            let bytes = file.metadata().with_context(|| format!("reading {}", file.display()))?.len();
            self.within(&file.display().to_string(), bytes, "cloudflare.assets.file_bytes")?;
            (count, largest) = (count + 1, largest.max(bytes));
        }
        self.within(&format!("files in {}", dir.display()), count, "cloudflare.assets.files_free")?;
        Ok((count, largest))
    }

    /// A Worker's script: every file of it, not compressed. Gives its bytes.
    ///
    /// # Errors
    /// When it is larger than the platform takes, or a file cannot be read.
    pub fn script(&self, files: &[&Path]) -> Result<u64> {
        let mut bytes = 0;
        for file in files {
            bytes += file.metadata().with_context(|| format!("reading {}", file.display()))?.len();
        }
        self.within("the worker's script", bytes, "cloudflare.worker.script_bytes")?;
        Ok(bytes)
    }

    /// The zip of an edge function.
    ///
    /// # Errors
    /// When it is larger than the platform takes, or cannot be read.
    pub fn zip(&self, file: &Path) -> Result<()> {
        let bytes = file.metadata().with_context(|| format!("reading {}", file.display()))?.len();
        self.within(&file.display().to_string(), bytes, "aws.edge_function.zip_bytes")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_large_or_too_many_is_refused() {
        let limits = Limits(Value::Table(
            toml::from_str(
                "[cloudflare.assets]\nfile_bytes = 3\nfiles_free = 2\n[aws.edge_function]\nzip_bytes = 3\n",
            )
            .unwrap(),
        ));
        let dir = tempfile::tempdir().unwrap();
        let file = |name: &str, bytes: &str| files::write(&dir.path().join(name), bytes).unwrap();
        file("a", "123");
        assert_eq!(limits.assets(dir.path()).unwrap(), (1, 3));
        assert!(limits.zip(&dir.path().join("a")).is_ok());
        file("b", "1234");
        assert!(limits.assets(dir.path()).unwrap_err().to_string().contains("file_bytes"));
        assert!(limits.zip(&dir.path().join("b")).is_err());
        file("b", "1");
        file("c", "1");
        assert!(limits.assets(dir.path()).unwrap_err().to_string().contains("files_free"));
        assert!(limits.script(&[]).is_err(), "a limit that is not in the file is no limit to be within");
    }
}
