//! Lists the zips that were deployed, the newest first, in the bucket of releases.
//!
//! Zips are named by their hash and never removed by us, so going back is naming an earlier pair again. Invariant: the list
//! is written when the deployment is whole.

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// Releases that are remembered.
const KEPT: usize = 20;

/// A pair of zips.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Release {
    /// The release of its code: a tag, else what git makes of a commit.
    #[serde(default)]
    pub(super) release: String,
    /// Its name: the first letters of both hashes.
    pub(super) name: String,
    pub(super) search: Zip,
    pub(super) choice: Zip,
}

/// A function's zip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Zip {
    /// Its key in the bucket.
    pub(super) key: String,
    /// SHA-256 in Base64, as Lambda has it.
    pub(super) sha256: String,
}

/// The list.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Releases(pub(super) Vec<Release>);

impl Releases {
    pub(super) fn parse(json: &str) -> Result<Self> {
        serde_json::from_str(json).context("the list of releases does not read")
    }

    /// Puts a release at the top. One that is there already moves up.
    pub(super) fn with(mut self, release: Release) -> Self {
        self.0.retain(|one| one.name != release.name);
        self.0.insert(0, release);
        self.0.truncate(KEPT);
        self
    }

    /// The one to go back to: the one named, else the one before the newest.
    pub(super) fn back(&self, to: Option<&str>) -> Result<&Release> {
        let named = |name: &str| self.0.iter().find(|one| one.name == name || one.release == name);
        let full = |one: &Release| format!("{} ({})", one.release, one.name);
        let names = || self.0.iter().map(full).collect::<Vec<_>>().join(", ");
        match to {
            Some(name) => named(name).with_context(|| format!("no release {name}; there are: {}", names())),
            None => self
                .0
                .get(1)
                .with_context(|| format!("there is none before the newest; there are: {}", names())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn release(name: &str) -> Release {
        let zip = Zip { key: format!("releases/{name}/x.zip"), sha256: String::new() };
        Release { release: format!("v-{name}"), name: name.to_owned(), search: zip.clone(), choice: zip }
    }

    #[test]
    fn one_goes_back_to_the_one_before_or_the_one_named() {
        let releases = Releases::default().with(release("a")).with(release("b")).with(release("c"));
        assert_eq!(releases.back(None).unwrap().name, "b");
        assert_eq!(releases.back(Some("a")).unwrap().name, "a");
        assert_eq!(releases.back(Some("v-a")).unwrap().name, "a");
        assert!(releases.back(Some("z")).unwrap_err().to_string().contains("v-c (c), v-b (b), v-a (a)"));
        let again = releases.with(release("a"));
        assert_eq!(again.0.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["a", "c", "b"]);
        assert!(Releases::default().with(release("a")).back(None).is_err());
    }

    #[test]
    fn the_list_stays_short_and_reads_back() {
        let releases = (0..30).fold(Releases::default(), |list, n| list.with(release(&format!("r{n}"))));
        assert_eq!((releases.0.len(), releases.0[0].name.as_str()), (KEPT, "r29"));
        assert_eq!(Releases::parse(&serde_json::to_string(&releases).unwrap()).unwrap(), releases);
    }
}
