//! `cargo xtask package`: what `seoga` deploys to a platform, as a folder and as zips that are the same bytes for the same sources.
//!
//! Nothing is uploaded here. Invariant: what carries test hooks is not packed, and a zip that the platform would refuse for its
//! size is an error.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use seoga_host::files;
use seoga_host::limits::Limits;
use seoga_host::mirror::{Files, mirror, take};
use seoga_host::process;
use seoga_index::pointer::CHANGING;

use crate::build::{self, POINTER, index, lambda, worker};
use crate::flavour::Flavour;
use crate::packaged::Packaged;
use crate::programs::programs;
use crate::workspace::Workspace;
use crate::zip;

/// Bytes of an index that still goes into the functions' zips; a larger one they fetch from the distribution. Lambda takes more
/// (infra/limits.toml), but what an instance starts with it unpacks first.
const BUNDLED_INDEX_BYTES: u64 = 30_000_000;

/// Options of `package`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The platform.
    #[arg(long, value_enum)]
    target: Target,
    /// The catalogue to index.
    #[arg(long, value_name = "DIR")]
    catalogue: Option<PathBuf>,
    /// The release that it says it is [default: the tag of this commit, else what git describes it as].
    #[arg(long, value_name = "NAME")]
    release: Option<String>,
    /// The kind of machine of `--target programs`, as Rust names it [default: this one's].
    #[arg(long, value_name = "TRIPLE")]
    triple: Option<String>,
}

/// A platform.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Target {
    Aws,
    Cloudflare,
    /// Any file server: what `index-builder site --program` takes.
    Files,
    /// No platform: `seoga` and `index-builder` as an archive for one kind of machine, with checksums and a list of parts.
    Programs,
}

/// Carries out `cargo xtask package`.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let catalogue = options.catalogue.as_deref().map(build::absolute).transpose()?;
    ensure!(
        options.triple.is_none() || matches!(options.target, Target::Programs),
        "--triple says for which machines programs are made: it goes with --target programs alone"
    );
    let release = options.release.clone().map_or_else(|| described(workspace), Ok)?;
    let packaged = match options.target {
        Target::Aws => aws(workspace, catalogue.as_deref(), &release)?,
        Target::Cloudflare => vec![cloudflare(workspace, catalogue.as_deref(), &release)?],
        Target::Files => vec![file_server(workspace)?],
        Target::Programs => programs(workspace, &release, options.triple.as_deref())?,
    };
    for Packaged { file, bytes, sha256 } in packaged {
        println!("{sha256}  {bytes:>9}  {}", workspace.short(&file));
    }
    Ok(())
}

/// Makes the folder from which `seoga` deploys to AWS, `dist/aws`: the functions' zips, `search.zip` and `choice.zip`, with the
/// index of a catalogue, or the published one, where it is small enough; and the static files.
pub(crate) fn aws(workspace: &Workspace, catalogue: Option<&Path>, release: &str) -> Result<Vec<Packaged>> {
    let functions = lambda::build(workspace)?;
    let limits = Limits::read()?;
    let published = build::published(workspace);
    let index = match catalogue {
        Some(_) => Some(index::build(workspace, catalogue, Flavour::Plain)?),
        None => published.join(POINTER).is_file().then_some(published),
    };
    let index = match index {
        Some(folder) => bundled(&folder)?,
        None => BTreeMap::new(),
    };
    let folder = workspace.root.join("dist").join("aws");
    lay_out(&folder, &[("assets", &build::static_files(workspace, catalogue, Flavour::Production)?)])?;
    say_release(&folder.join("assets"), release)?;
    let write = |(name, _): &(&str, _)| {
        let mut contents = contents(&functions.join(name))?;
        contents.extend(index.clone());
        let zip = write(&folder.join(format!("{name}.zip")), &contents)?;
        limits.zip(&zip.file)?;
        Ok(zip)
    };
    lambda::FUNCTIONS.iter().map(write).collect()
}

/// Makes the folder from which `seoga` deploys to Workers, `dist/cloudflare`, and a zip of it: the worker as it ships, wrangler's
/// settings without our build commands, and the static files.
pub(crate) fn cloudflare(workspace: &Workspace, catalogue: Option<&Path>, release: &str) -> Result<Packaged> {
    build::everything(workspace, catalogue, Flavour::Production)?;
    let dist = workspace.root.join("dist");
    let folder = dist.join("cloudflare");
    lay_out_worker(workspace, &dist.join("assets"), &folder)?;
    say_release(&folder.join("dist").join("assets"), release)?;
    let mut all = BTreeMap::new();
    for part in ["build", "dist"] {
        let contents = contents(&folder.join(part))?;
        all.extend(contents.into_iter().map(|(name, content)| (format!("{part}/{name}"), content)));
    }
    all.insert("wrangler.toml".to_owned(), files::read(&folder.join("wrangler.toml"))?);
    write(&folder.join("seoga.zip"), &all)
}

/// Makes the folder of which `index-builder site` makes a site for any file server, `dist/files`, and a zip of it.
pub(crate) fn file_server(workspace: &Workspace) -> Result<Packaged> {
    let folder = workspace.root.join("dist").join("files");
    lay_out(&folder, &[("program", &build::browser::build(workspace)?.program)])?;
    write(&folder.join("program.zip"), &contents(&folder.join("program"))?)
}

/// Describes this commit as git does: by its tag, else by the one before it and the commit.
fn described(workspace: &Workspace) -> Result<String> {
    let mut git = Command::new("git");
    git.args(["describe", "--tags", "--always", "--dirty", "--abbrev=12"]).current_dir(&workspace.root);
    let described = process::output(&mut git).context("not a git checkout? name the release by --release")?;
    Ok(described.trim().to_owned())
}

/// Says among the static files which release they are of, as `seoga` reads it (`seoga/src/deployed.rs`).
fn say_release(assets: &Path, release: &str) -> Result<()> {
    let folder = assets.join("assets");
    files::make_dir(&folder)?;
    files::write(&folder.join("deployed.json"), format!("{}\n", serde_json::json!({ "release": release })))
}

/// Lays out a package of the worker that was built, with these static files.
pub(crate) fn lay_out_worker(workspace: &Workspace, assets: &Path, to: &Path) -> Result<()> {
    let settings = without_builds(&files::read_text(&workspace.root.join("wrangler.toml"))?)?;
    lay_out(to, &[("build/worker", &workspace.build.join("worker")), ("dist/assets", assets)])?;
    files::write(&to.join("wrangler.toml"), settings)
}

/// Makes folders below `to` hold the files of others; what else lies there stays.
fn lay_out(to: &Path, parts: &[(&str, &Path)]) -> Result<()> {
    for (part, from) in parts {
        let mut wanted = Files::new();
        take(from, Path::new(""), &mut wanted)?;
        mirror(&wanted, &CHANGING, &to.join(part))?;
    }
    Ok(())
}

/// Takes the tables of build commands out of wrangler's settings: where a package is deployed, no compiler need be.
fn without_builds(settings: &str) -> Result<String> {
    let is_build = |header: &str| header == "[build]" || header.ends_with(".build]");
    let mut kept = String::new();
    let mut skipping = false;
    for line in settings.lines() {
        if line.starts_with('[') {
            skipping = is_build(line.trim());
        } else if line.starts_with('#') {
            skipping = false;
        }
        if !skipping {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    let read: toml::Table = kept.parse().context("wrangler.toml without its build commands")?;
    let environments = read.get("env").and_then(toml::Value::as_table).into_iter().flatten();
    let builds = environments.filter(|(_, environment)| environment.get("build").is_some());
    ensure!(
        !read.contains_key("build") && builds.count() == 0,
        "wrangler.toml has a build command in a form that is not known here"
    );
    Ok(kept)
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
    Packaged::of(file.to_path_buf())
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
    fn settings_are_packed_without_build_commands_and_otherwise_as_they_are() {
        let settings = "name = \"a\"\n[build]\ncommand = \"c\"\n\n[assets]\nb = 1\n[env.x.build]\ncommand = \"c\"\n# x\n[env.x]\nd = 2\n";
        let kept = without_builds(settings).unwrap();
        assert_eq!(kept, "name = \"a\"\n[assets]\nb = 1\n# x\n[env.x]\nd = 2\n");
        assert!(without_builds("[env]\nx = { build = { command = \"c\" } }\n").is_err());
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
