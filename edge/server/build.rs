//! Collects what the server carries along of the checkout: the site's files and the API's description.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

#[path = "../../xtask/src/build/description.rs"]
mod description;
#[path = "../../xtask/src/build/lean.rs"]
mod lean;
#[path = "../../xtask/src/build/light.rs"]
mod light;

/// The root of the checkout, from this crate.
const ROOT: &str = "../..";

fn main() -> Result<()> {
    let root = Path::new(&std::env::var("CARGO_MANIFEST_DIR")?).join(ROOT).canonicalize()?;
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let (site, yaml) = (root.join("site"), root.join("docs/openapi.yaml"));
    for read in [&site, &yaml] {
        println!("cargo::rerun-if-changed={}", read.display());
    }
    let mut files = Vec::new();
    list(&site, &site, &mut files)?;
    files.sort();
    for (path, file) in &mut files {
        if lean::is_script(path) {
            *file = lean_script(file, &out.join("site").join(path.trim_start_matches('/')))?;
        }
    }
    let light = out.join("light.js");
    std::fs::write(&light, light_worker(&files)?)?;
    files.retain(|(path, _)| *path != format!("/{}", light::PLACE));
    files.push((format!("/{}", light::PLACE), light));
    let json = out.join("openapi.json");
    let text = std::fs::read_to_string(&yaml).with_context(|| format!("reading {}", yaml.display()))?;
    std::fs::write(&json, description::json(&text)?)?;
    files.push(("/openapi.json".to_owned(), json));
    let mut table = String::from("&[\n");
    for (path, file) in files {
        writeln!(table, "    ({path:?}, include_bytes!({:?})),", file.display().to_string())?;
    }
    table.push(']');
    std::fs::write(out.join("site.rs"), table)?;
    Ok(())
}

/// Writes the light service worker for the site's files.
fn light_worker(files: &[(String, PathBuf)]) -> Result<Vec<u8>> {
    let read = |file: &Path| std::fs::read(file).with_context(|| format!("reading {}", file.display()));
    let shell = files.iter().filter_map(|(path, file)| {
        let path = path.strip_prefix('/').filter(|path| light::is_shell(path))?;
        Some(read(file).map(|bytes| (path.to_owned(), bytes)))
    });
    let source = files.iter().find(|(path, _)| path.strip_prefix('/') == Some(light::PLACE));
    let (_, source) = source.context("the site has no light service worker")?;
    light::script(&read(source)?, &shell.collect::<Result<Vec<_>>>()?)
}

/// Writes a script as it is served; gives the file.
fn lean_script(source: &Path, to: &Path) -> Result<PathBuf> {
    let text = std::fs::read(source).with_context(|| format!("reading {}", source.display()))?;
    std::fs::create_dir_all(to.parent().unwrap_or(to))?;
    std::fs::write(to, lean::script(&text))?;
    Ok(to.to_owned())
}

/// Lists the files below a folder, each with its path below `root`.
fn list(root: &Path, folder: &Path, files: &mut Vec<(String, PathBuf)>) -> Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let file = entry?.path();
        if file.is_dir() {
            println!("cargo::rerun-if-changed={}", file.display());
            list(root, &file, files)?;
        } else if let Some(path) = file.strip_prefix(root)?.to_str() {
            files.push((format!("/{}", path.replace('\\', "/")), file));
        }
    }
    Ok(())
}
