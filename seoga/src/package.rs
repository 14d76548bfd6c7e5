//! The folder of what is deployed, as `cargo xtask package` makes it. Nothing is changed here but its index,
//! and what it says of itself.
//!
//! ```text
//! dist/cloudflare/  wrangler.toml, build/worker/, dist/assets/ with the index below index/
//! dist/aws/         search.zip, choice.zip, assets/ with the index below index/
//! ```
//! Invariant: a folder that lacks a part is refused before anything is changed anywhere.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use seoga_host::files;
use seoga_host::mirror::{Files, mirror, take};
use seoga_index::manifest::Manifest;
use seoga_index::pointer::{CHANGING, FILE_NAME as POINTER, Pointer};

use crate::deployed::Deployed;
use crate::target::Platform;

/// The folder of the index below that of the static files.
const INDEX: &str = "index";

/// A package of a platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Package {
    folder: PathBuf,
    platform: Platform,
}

impl Package {
    /// Opens a folder, by default the one that `cargo xtask package` makes in the current folder.
    pub(crate) fn open(platform: Platform, folder: Option<&Path>) -> Result<Self> {
        let (name, parts): (_, &[&str]) = match platform {
            Platform::Cloudflare => {
                ("cloudflare", &["wrangler.toml", "build/worker/index.js", "build/worker/index_bg.wasm"])
            }
            Platform::Aws => ("aws", &["search.zip", "choice.zip"]),
        };
        let folder = folder.map_or_else(|| Path::new("dist").join(name), Path::to_path_buf);
        let package = Self { folder: std::path::absolute(folder)?, platform };
        for part in parts.iter().map(|part| package.folder.join(part)).chain([package.assets()]) {
            ensure!(
                part.exists(),
                "there is no {}: name the folder of a package by --package, or make one in a checkout: \
                 cargo xtask package --target {name}",
                part.display()
            );
        }
        Ok(package)
    }

    /// Gives the folder in which its platform's program runs.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Gives a file of it.
    pub(crate) fn file(&self, place: &str) -> PathBuf {
        self.folder.join(place)
    }

    /// Gives the folder of static files.
    pub(crate) fn assets(&self) -> PathBuf {
        match self.platform {
            Platform::Cloudflare => self.folder.join("dist").join("assets"),
            Platform::Aws => self.folder.join("assets"),
        }
    }

    /// Reads what it says of itself: the release that it was made of.
    pub(crate) fn deployed(&self) -> Result<Deployed> {
        Deployed::of_assets(&self.assets())
    }

    /// Refuses to show the public an index of invented books, which nobody asked for by its name, or none at all.
    pub(crate) fn is_for_the_public(&self, sample: bool) -> Result<()> {
        let index = self.assets().join(INDEX);
        let (platform, again) = match self.platform {
            Platform::Cloudflare => (
                "cloudflare",
                "seoga rebuild --catalogue DIR --target cloudflare, which deploys worker, site and index",
            ),
            Platform::Aws => (
                "aws",
                "seoga rebuild --catalogue DIR --target local and then cargo xtask package --target aws, and deploy that",
            ),
        };
        let instead = format!("give it your own catalogue: {again}; nothing was done");
        ensure!(index.join(POINTER).is_file(), "{} has no index: {instead}", self.folder.display());
        let pointer = Pointer::parse(&files::read(&index.join(POINTER))?)
            .with_context(|| format!("{}: {instead}", index.join(POINTER).display()))?;
        let file = index.join(pointer.current.to_string());
        let manifest = Manifest::open(&pointer.current, &files::read(&file)?)
            .with_context(|| format!("{}: {instead}", file.display()))?;
        ensure!(
            sample || !manifest.invented,
            "{} has the sample, {} invented books, which the public would take for real: {instead}. To show the sample on \
             purpose: seoga deploy --target {platform} --sample",
            self.folder.display(),
            manifest.documents
        );
        Ok(())
    }

    /// Makes a folder hold the package's static files with another index.
    pub(crate) fn lay_out(&self, index: &Path, to: &Path) -> Result<()> {
        let mut wanted = Files::new();
        take(&self.assets(), Path::new(""), &mut wanted)?;
        wanted.retain(|place, _| !place.starts_with(INDEX));
        take(index, Path::new(INDEX), &mut wanted)?;
        mirror(&wanted, &CHANGING, to)
    }
}

/// Makes an index what is served below `assets`: its files, then what points to them; what it does not name goes.
pub(crate) fn serve_index(index: &Path, assets: &Path) -> Result<()> {
    let mut wanted = Files::new();
    take(index, Path::new(""), &mut wanted)?;
    mirror(&wanted, &CHANGING, &assets.join(INDEX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_that_lacks_a_part_is_refused_and_its_part_named() {
        let dir = tempfile::tempdir().unwrap();
        let refused = Package::open(Platform::Aws, Some(dir.path())).unwrap_err().to_string();
        assert!(refused.contains("search.zip") && refused.contains("--package"), "{refused}");
        for part in ["search.zip", "choice.zip"] {
            files::write(&dir.path().join(part), "").unwrap();
        }
        assert!(Package::open(Platform::Aws, Some(dir.path())).unwrap_err().to_string().contains("assets"));
        files::make_dir(&dir.path().join("assets")).unwrap();
        assert!(Package::open(Platform::Aws, Some(dir.path())).is_ok());
        assert!(Package::open(Platform::Cloudflare, Some(dir.path())).is_err());
    }

    #[test]
    fn an_index_takes_the_place_of_the_one_before_and_the_site_stays() {
        let dir = tempfile::tempdir().unwrap();
        let (index, assets) = (dir.path().join("i"), dir.path().join("assets"));
        for (folder, name) in [(&index, POINTER), (&index, "b.bin"), (&assets, "a.css")] {
            files::make_dir(folder).unwrap();
            files::write(&folder.join(name), name).unwrap();
        }
        files::make_dir(&assets.join("index")).unwrap();
        files::write(&assets.join("index").join("a.bin"), "old").unwrap();
        serve_index(&index, &assets).unwrap();
        let names: Vec<_> = files::list(&assets)
            .unwrap()
            .iter()
            .map(|file| file.strip_prefix(&assets).unwrap().display().to_string())
            .collect();
        assert_eq!(names, ["a.css", "index/b.bin", "index/current.json"]);
    }
}
