//! `cargo xtask package`: what is uploaded to a platform, as zips that are the same bytes for the same sources.
//!
//! Nothing is uploaded here. Invariant: what carries test hooks is not packed, and a zip that the platform would refuse for its
//! size is an error.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::build::{self, POINTER, index, lambda, worker};
use crate::limits::Limits;
use crate::options::{Flavour, Given};
use crate::workspace::Workspace;
use crate::{files, zip};

/// Bytes of an index that still goes into the functions' zips; a larger one they fetch from the distribution. Lambda takes more
/// (infra/limits.toml), but what an instance starts with it unpacks first.
const BUNDLED_INDEX_BYTES: u64 = 30_000_000;

/// A zip that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Packaged {
    pub(crate) file: PathBuf,
    pub(crate) bytes: usize,
    /// In hexadecimal.
    pub(crate) sha256: String,
}

/// Carries out `cargo xtask package`.
pub(crate) fn run(workspace: &Workspace, given: &Given) -> Result<()> {
    let catalogue = given.one("--catalogue").map(|dir| build::absolute(Path::new(dir))).transpose()?;
    let packaged = match given.need("--target")? {
        "aws" => aws(workspace, catalogue.as_deref())?,
        "cloudflare" => vec![cloudflare(workspace, catalogue.as_deref())?],
        other => bail!("--target takes aws or cloudflare, not {other:?}"),
    };
    for Packaged { file, bytes, sha256 } in packaged {
        println!("{sha256}  {bytes:>9}  {}", workspace.short(&file));
    }
    Ok(())
}

/// The zips of the functions, `dist/aws/search.zip` and `dist/aws/choice.zip`, with the index of a catalogue, or the published
/// one, where it is small enough.
pub(crate) fn aws(workspace: &Workspace, catalogue: Option<&Path>) -> Result<Vec<Packaged>> {
    let functions = lambda::build(workspace)?;
    let limits = Limits::read(workspace)?;
    let published = build::published(workspace);
    let index = match catalogue {
        Some(_) => Some(index::build(workspace, catalogue, Flavour::Plain)?),
        None => published.join(POINTER).is_file().then_some(published),
    };
    let index = match index {
        Some(folder) => bundled(&folder)?,
        None => BTreeMap::new(),
    };
    let write = |(name, _): &(&str, _)| {
        let mut contents = contents(&functions.join(name))?;
        contents.extend(index.clone());
        let zip = write(&workspace.root.join("dist").join("aws").join(format!("{name}.zip")), &contents)?;
        limits.zip(&zip.file)?;
        Ok(zip)
    };
    lambda::FUNCTIONS.iter().map(write).collect()
}

/// The zip of what wrangler deploys: the worker as it ships, its settings and its static files.
pub(crate) fn cloudflare(workspace: &Workspace, catalogue: Option<&Path>) -> Result<Packaged> {
    build::everything(workspace, catalogue, Flavour::Production)?;
    let root = &workspace.root;
    let mut all = BTreeMap::from([("wrangler.toml".to_owned(), files::read(&root.join("wrangler.toml"))?)]);
    for folder in ["build/worker", "dist/assets"] {
        let contents = contents(&root.join(folder))?;
        all.extend(contents.into_iter().map(|(name, content)| (format!("{folder}/{name}"), content)));
    }
    write(&root.join("dist").join("cloudflare").join("seoga.zip"), &all)
}

/// The files of a folder by their place in it; none may carry test hooks.
fn contents(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    worker::refuse_hooks(folder)?;
    let mut contents = BTreeMap::new();
    for file in files::list(folder)? {
        let place = file.strip_prefix(folder).context("a listed file lies in its folder")?;
        contents.insert(place.to_string_lossy().into_owned(), files::read(&file)?);
    }
    Ok(contents)
}

/// The files of an index as the functions find them, or none when they are too many bytes.
fn bundled(index: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut bytes = 0;
    for file in files::list(index)? {
        bytes += file.metadata().with_context(|| format!("reading {}", file.display()))?.len();
    }
    if bytes > BUNDLED_INDEX_BYTES {
        eprintln!("the index has {bytes} bytes, over {BUNDLED_INDEX_BYTES}: the functions will fetch it");
        return Ok(BTreeMap::new());
    }
    Ok(contents(index)?.into_iter().map(|(name, content)| (format!("index/{name}"), content)).collect())
}

fn write(file: &Path, contents: &BTreeMap<String, Vec<u8>>) -> Result<Packaged> {
    let zip = zip::pack(contents)?;
    if let Some(folder) = file.parent() {
        files::make_dir(folder)?;
    }
    files::write(file, &zip)?;
    let sha256 = Sha256::digest(&zip).iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Packaged { file: file.to_path_buf(), bytes: zip.len(), sha256 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_carries_test_hooks_is_not_packed() {
        let dir = tempfile::tempdir().unwrap();
        let wasm = dir.path().join("deep").join("x.wasm");
        files::make_dir(wasm.parent().unwrap()).unwrap();
        files::write(&wasm, b"\0asm seoga-test-hooks.").unwrap();
        let refused = contents(dir.path()).unwrap_err().to_string();
        assert!(refused.contains("carries test hooks"), "{refused}");
        files::write(&wasm, b"\0asm").unwrap();
        assert_eq!(
            contents(dir.path()).unwrap(),
            BTreeMap::from([("deep/x.wasm".to_owned(), b"\0asm".to_vec())])
        );
    }

    #[test]
    fn the_same_files_are_the_same_zip_whenever_they_are_written() {
        let (dir, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let pack = |name: &str| {
            files::write(&dir.path().join("a"), "one").unwrap();
            files::write(&dir.path().join("b"), "two").unwrap();
            let contents = contents(dir.path()).unwrap();
            write(&out.path().join(name), &contents).unwrap().sha256
        };
        let first = pack("1");
        std::thread::sleep(std::time::Duration::from_millis(20));
        assert_eq!(pack("2"), first);
    }

    #[test]
    fn a_large_index_stays_out() {
        let dir = tempfile::tempdir().unwrap();
        let large = std::fs::File::create(dir.path().join("p-a.bin")).unwrap();
        large.set_len(BUNDLED_INDEX_BYTES).unwrap();
        assert_eq!(bundled(dir.path()).unwrap().keys().collect::<Vec<_>>(), ["index/p-a.bin"]);
        large.set_len(BUNDLED_INDEX_BYTES + 1).unwrap();
        assert!(bundled(dir.path()).unwrap().is_empty());
    }
}
