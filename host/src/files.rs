//! File operations whose errors name the file. No decisions.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Makes a folder and those above it.
///
/// # Errors
/// When it cannot be made, with its path.
pub fn make_dir(dir: &Path) -> Result<()> {
    fs::create_dir_all(dir).with_context(|| format!("making {}", dir.display()))
}

/// Removes a folder with everything in it, when it is there.
///
/// # Errors
/// When it is there and cannot be removed, with its path.
pub fn remove_dir(dir: &Path) -> Result<()> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("removing {}", dir.display()))
        }
        _ => Ok(()),
    }
}

/// Removes a file, when it is there.
///
/// # Errors
/// When it is there and cannot be removed, with its path.
pub fn remove_file(file: &Path) -> Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("removing {}", file.display()))
        }
        _ => Ok(()),
    }
}

/// Puts bytes into a file so that it is there as it was or whole, whenever this program or the machine ends.
///
/// # Errors
/// When the new file cannot be written beside the old one or put in its place; the old one is then as it was.
pub fn replace(file: &Path, bytes: &[u8]) -> Result<()> {
    let fresh = fresh(file);
    let out = fs::File::create(&fresh).with_context(|| format!("making {}", fresh.display()))?;
    fill(out, &fresh, file, bytes)
}

/// Names the file that is written beside another before it takes its place.
fn fresh(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".new");
    name.into()
}

/// Writes the new file and puts it into its place.
fn fill(mut out: fs::File, fresh: &Path, file: &Path, bytes: &[u8]) -> Result<()> {
    out.write_all(bytes)
        .and_then(|()| out.sync_all())
        .with_context(|| format!("writing {}", fresh.display()))?;
    fs::rename(fresh, file).with_context(|| format!("moving {} into place", fresh.display()))
}

/// Makes a folder that its owner alone may read, and those above it as usual. One that is there gets the same rights.
///
/// # Errors
/// When it cannot be made or its rights not be set, with its path.
pub fn make_private_dir(dir: &Path) -> Result<()> {
    make_dir(dir)?;
    let owner = fs::Permissions::from_mode(0o700);
    fs::set_permissions(dir, owner).with_context(|| format!("setting the rights of {}", dir.display()))
}

/// Makes an empty file that its owner alone may read and write, whatever was there.
///
/// # Errors
/// When it cannot be made, with its path.
pub fn create_private(file: &Path) -> Result<fs::File> {
    remove_file(file)?;
    let mut options = fs::OpenOptions::new();
    let made = options.write(true).create_new(true).mode(0o600).open(file);
    made.with_context(|| format!("making {}", file.display()))
}

/// Does as [`replace`]; the file is its owner's alone to read and write.
///
/// # Errors
/// As [`replace`].
pub fn replace_private(file: &Path, bytes: &[u8]) -> Result<()> {
    let fresh = fresh(file);
    fill(create_private(&fresh)?, &fresh, file, bytes)
}

/// Reads a file.
///
/// # Errors
/// When it cannot be read, with its path.
pub fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("reading {}", file.display()))
}

/// Reads a text file.
///
/// # Errors
/// When it cannot be read or is no UTF-8, with its path.
pub fn read_text(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))
}

/// Writes a file.
///
/// # Errors
/// When it cannot be written, with its path.
pub fn write(file: &Path, bytes: impl AsRef<[u8]>) -> Result<()> {
    fs::write(file, bytes).with_context(|| format!("writing {}", file.display()))
}

/// Puts `to` in the place of `from`; a folder that stood there goes.
///
/// # Errors
/// When the old folder cannot be removed or the new one not moved.
pub fn move_dir(from: &Path, to: &Path) -> Result<()> {
    remove_dir(to)?;
    fs::rename(from, to).with_context(|| format!("moving {} to {}", from.display(), to.display()))
}

/// Every file below a folder, in the order of their paths.
///
/// # Errors
/// When a folder cannot be read, with its path.
pub fn list(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![dir.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).with_context(|| format!("listing {}", folder.display()))?;
        for entry in entries {
            let path = entry.with_context(|| format!("listing {}", folder.display()))?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Puts the same file at a second place, without a copy of its bytes where the file system can.
///
/// # Errors
/// When it can be neither linked nor copied, with both paths.
pub fn link(from: &Path, to: &Path) -> Result<()> {
    if let Some(parent) = to.parent() {
        make_dir(parent)?;
    }
    if fs::hard_link(from, to).is_ok() {
        return Ok(());
    }
    fs::copy(from, to).map(|_| ()).with_context(|| format!("copying {} to {}", from.display(), to.display()))
}

/// The first of these programs on the PATH.
pub fn on_path(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    names.iter().find_map(|name| folders.iter().map(|folder| folder.join(name)).find(|file| file.is_file()))
}
