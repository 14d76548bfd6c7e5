//! The folders of static assets that servers are started on, one for each scenario.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use index_builder::compile::compile;
use index_builder::generate::{Sample, generate};
use index_builder::progress::Quiet;
use index_builder::sources::{Inputs, read};
use seoga_index::file::FileName;
use seoga_index::opening;
use seoga_index::pointer::{self, Pointer};

use super::index::Index;
use super::plan::{Damage, Plan};

/// Folders of a deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scenario {
    /// A generation with damaged files, and no other.
    Damaged,
    /// That generation, and the one before it, whole.
    Older,
    /// A generation whose manifest is damaged, the opening with it, and the one before it.
    Manifest,
    /// An opening and a pointer that break off, and so nothing.
    Pointer,
}

impl Scenario {
    /// All of them, by name.
    pub const ALL: [(&str, Self); 4] = [
        ("damaged", Self::Damaged),
        ("older", Self::Older),
        ("manifest", Self::Manifest),
        ("pointer", Self::Pointer),
    ];
}

/// Where the generation before the damaged one lies.
#[must_use]
pub fn older_index(out: &Path) -> PathBuf {
    out.join("older-index")
}

/// Makes a folder for each scenario below `out`, out of a whole index.
///
/// # Errors
/// When a file cannot be read or written, or the index is too small.
pub fn lay_out(index: &Index, out: &Path) -> Result<()> {
    let plan = Plan::of(index)?;
    let older = make_older(out)?;
    for (name, scenario) in Scenario::ALL {
        let folder = out.join(name).join("index");
        copy(&index.folder, &folder)?;
        if matches!(scenario, Scenario::Older | Scenario::Manifest) {
            copy(&older.folder, &folder)?;
            point(index, Some(&older), &folder)?;
        }
        match scenario {
            Scenario::Damaged | Scenario::Older => damage(index, &plan, &folder)?,
            Scenario::Manifest => {
                let manifest = FileName::manifest_of(&index.generation)?.to_string();
                for file in [manifest.as_str(), opening::FILE_NAME].map(|name| folder.join(name)) {
                    let bytes = Damage::Flipped.apply(read_file(&file)?, Vec::new());
                    write(&file, &bytes.unwrap_or_default())?;
                }
            }
            Scenario::Pointer => {
                for file in pointer::CHANGING.map(|name| folder.join(name)) {
                    let bytes = Damage::Truncated.apply(read_file(&file)?, Vec::new());
                    write(&file, &bytes.unwrap_or_default())?;
                }
            }
        }
    }
    Ok(())
}

/// Another, smaller index, as if of the month before.
fn make_older(out: &Path) -> Result<Index> {
    let (catalogue, folder) = (out.join("older-catalogue"), older_index(out));
    generate(Sample { books: 300, seed: 2 }, &catalogue, &Quiet)
        .map_err(|error| anyhow::anyhow!("inventing the older catalogue: {error}"))?;
    let inputs = Inputs::in_catalogue(&catalogue).map_err(|error| anyhow::anyhow!("{error}"))?.files;
    let read = read(&inputs, &Quiet).map_err(|_| anyhow::anyhow!("the older catalogue does not read"))?;
    std::fs::create_dir_all(&folder)?;
    compile(&read.catalogue, &folder, &Quiet).map_err(|error| anyhow::anyhow!("{error}"))?;
    Index::open(&folder)
}

/// Writes what names a generation and the one before it.
fn point(current: &Index, previous: Option<&Index>, folder: &Path) -> Result<()> {
    let manifest = |index: &Index| FileName::manifest_of(&index.generation);
    let previous = previous.into_iter().map(manifest).collect::<Result<_, _>>()?;
    let pointer = Pointer { current: manifest(current)?, previous, bytes: None, availability: None };
    let contents = read_file(&folder.join(pointer.current.to_string()))?;
    write(&folder.join(opening::FILE_NAME), &opening::seal(&pointer, &contents)?)?;
    write(&folder.join(pointer::FILE_NAME), pointer.to_json().as_bytes())
}

fn damage(index: &Index, plan: &Plan, folder: &Path) -> Result<()> {
    for broken in &plan.broken {
        let file = folder.join(broken.file.to_string());
        let other = read_file(&index.folder.join(broken.other.to_string()))?;
        match broken.damage.apply(read_file(&file)?, other) {
            Some(bytes) => write(&file, &bytes)?,
            None => std::fs::remove_file(&file).with_context(|| format!("removing {}", file.display()))?,
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to).with_context(|| format!("making {}", to.display()))?;
    for entry in std::fs::read_dir(from).with_context(|| format!("listing {}", from.display()))? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to)?;
        } else {
            // A copy, not a link: what is damaged here must not be damaged there.
            write(&to, &read_file(&from)?)?;
        }
    }
    Ok(())
}

fn read_file(file: &Path) -> Result<Vec<u8>> {
    std::fs::read(file).with_context(|| format!("reading {}", file.display()))
}

fn write(file: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(file, bytes).with_context(|| format!("writing {}", file.display()))
}
