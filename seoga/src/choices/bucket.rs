//! A user's choices erased out of the bucket of exports (infra/aws/analysis.yaml), out of every version of every object in it.
//!
//! Invariant: an object is written without the user before a version with the user is deleted, so nobody else's choice is ever
//! lost; what could not be read as an export is named and counts as not erased.

use std::path::PathBuf;

use anyhow::{Context, Result};

use super::redact::redact;
use crate::aws::bucket::{Bucket, OBJECT_BYTES, Version};
use crate::aws::credentials::Credentials;
use crate::deploy::settings::Settings;

/// Where Athena puts what queries found. All of it goes: it is had again by asking again.
const RESULTS: &str = "results/";

/// The bucket of exports.
#[derive(Debug, clap::Args)]
pub(crate) struct BucketOptions {
    /// A bucket of exports to take the records out of as well, out of every version of every object.
    #[arg(long, value_name = "NAME")]
    bucket: Option<String>,
    /// Its region [default: that of the settings].
    #[arg(long, value_name = "NAME", requires = "bucket")]
    bucket_region: Option<String>,
    /// Another store of objects than AWS's own.
    #[arg(long, value_name = "URL", requires = "bucket")]
    bucket_endpoint: Option<String>,
}

impl BucketOptions {
    /// Opens the bucket that is named, if one is.
    pub(super) fn open(&self, settings: Option<&PathBuf>) -> Result<Option<Exports>> {
        let Some(name) = &self.bucket else { return Ok(None) };
        let settings = Settings::read(settings.map(PathBuf::as_path))?;
        let region = self.bucket_region.as_deref().unwrap_or(settings.home()).to_owned();
        let bucket =
            Bucket::new(name.clone(), region, self.bucket_endpoint.as_deref(), Credentials::of_operator()?);
        Ok(Some(Exports { name: name.clone(), bucket }))
    }
}

/// A bucket of exports.
pub(super) struct Exports {
    pub(super) name: String,
    bucket: Bucket,
}

/// Counts of a user's records in a bucket.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// Versions of objects that had records of the user.
    pub(super) versions: usize,
    pub(super) records: usize,
    /// Results of queries that are there.
    pub(super) results: usize,
    /// Versions that could not be read as an export, each with why.
    pub(super) unreached: Vec<String>,
}

impl Found {
    /// Whether nothing of the user is there, as far as could be read, and everything could.
    pub(super) fn nothing(&self) -> bool {
        *self == Self::default()
    }
}

impl Exports {
    /// Takes a user's records out of every version; gives what was found.
    pub(super) fn erase(&self, user: &str) -> Result<Found> {
        self.walk(user, true)
    }

    /// Looks for a user's records and changes nothing.
    pub(super) fn look(&self, user: &str) -> Result<Found> {
        self.walk(user, false)
    }

    fn walk(&self, user: &str, erases: bool) -> Result<Found> {
        let mut found = Found::default();
        for version in self.bucket.versions()?.iter().filter(|version| !version.marker) {
            if version.key.starts_with(RESULTS) {
                found.results += 1;
                if erases {
                    self.bucket.delete(version)?;
                }
                continue;
            }
            let Version { key, id, .. } = version;
            if version.bytes > OBJECT_BYTES {
                found.unreached.push(format!("{key} (version {id}): longer than a gigabyte"));
                continue;
            }
            let Some(bytes) = self.bucket.read(version)? else {
                // While erasing it may have ended meanwhile; when it is listed again afterwards it has not.
                found.unreached.push(format!("{key} (version {id}): listed, and not there"));
                continue;
            };
            let redacted = match redact(bytes, user) {
                Ok(redacted) => redacted,
                Err(why) => {
                    found.unreached.push(format!("{key} (version {id}): {why:#}"));
                    continue;
                }
            };
            if redacted.removed == 0 {
                continue;
            }
            found.versions += 1;
            found.records += redacted.removed;
            if erases {
                self.replace(version, &redacted.bytes)
                    .with_context(|| format!("{key}: run it again to go on"))?;
            }
        }
        Ok(found)
    }

    /// Puts an object without the user in place of a version; an older version goes without one.
    fn replace(&self, version: &Version, bytes: &[u8]) -> Result<()> {
        if version.latest {
            // Without versions, or with versions suspended, the new content takes the place of the version `null`.
            let fresh = self.bucket.put(&version.key, bytes)?;
            if fresh == version.id {
                return Ok(());
            }
        }
        self.bucket.delete(version)
    }
}
