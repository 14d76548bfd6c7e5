//! A folder that comes into being whole or not at all.
//!
//! The work is done in a sibling of the final place, on the same disk, and moved there at the end. Not a lock: two
//! programs that finish into the same place at once do not mix, the later one wins. Invariants: whatever happens
//! before [`NewFolder::finish`], the final place is as it was; on Linux it holds the old folder or the new one at
//! every moment, elsewhere there is a moment between two moves in which it holds none.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A folder under construction; taken away again when it is dropped unfinished.
#[derive(Debug)]
pub struct NewFolder {
    place: PathBuf,
    work: PathBuf,
}

impl NewFolder {
    /// Begins a folder that will end up at `place`.
    ///
    /// # Errors
    /// When the sibling cannot be made.
    pub fn begin(place: &Path) -> io::Result<Self> {
        let place = std::path::absolute(place)?;
        let work = sibling(&place, "partial")?;
        if let Some(parent) = place.parent() {
            fs::create_dir_all(parent)?;
            clear_up_after_killed(&place, parent)?;
        }
        fs::create_dir(&work)?;
        Ok(Self { place, work })
    }

    /// Where to write.
    pub fn path(&self) -> &Path {
        &self.work
    }

    /// Moves the folder to its place. What stood there is gone afterwards; callers ask first whether it may be.
    ///
    /// # Errors
    /// When it cannot be moved; then what stood there is back in its place.
    pub fn finish(self) -> io::Result<()> {
        if !self.place.exists() {
            return fs::rename(&self.work, &self.place);
        }
        if exchange(&self.work, &self.place) {
            // Now the old folder is where the work was.
            return fs::remove_dir_all(&self.work);
        }
        let old = sibling(&self.place, "old")?;
        fs::rename(&self.place, &old)?;
        if let Err(error) = fs::rename(&self.work, &self.place) {
            fs::rename(&old, &self.place)?;
            return Err(error);
        }
        fs::remove_dir_all(&old)
    }
}

impl Drop for NewFolder {
    fn drop(&mut self) {
        // After `finish` it is no longer there, and there is nobody to tell when it cannot be removed.
        let _ = fs::remove_dir_all(&self.work);
    }
}

/// Has two folders change places in one step; false where the system or the disk cannot, and nothing has changed.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn exchange(a: &Path, b: &Path) -> bool {
    use nix::fcntl::{AT_FDCWD, RenameFlags, renameat2};
    renameat2(AT_FDCWD, a, AT_FDCWD, b, RenameFlags::RENAME_EXCHANGE).is_ok()
}

/// As there is no such step here.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn exchange(_: &Path, _: &Path) -> bool {
    false
}

/// Whether nothing, or an empty folder, is at `place`.
///
/// # Errors
/// When the place cannot be looked at.
pub fn is_free(place: &Path) -> io::Result<bool> {
    match fs::read_dir(place) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

/// Takes away what processes killed in the midst of their work left beside `place`. One killed between the two moves
/// of [`NewFolder::finish`] left nothing at `place`; then what stood there before is put back.
fn clear_up_after_killed(place: &Path, parent: &Path) -> io::Result<()> {
    let name = place.file_name().unwrap_or_default().to_string_lossy().into_owned();
    for entry in fs::read_dir(parent)? {
        let entry = entry?;
        let sibling = entry.file_name().to_string_lossy().into_owned();
        let rest = sibling.strip_prefix('.').and_then(|rest| rest.strip_prefix(&name));
        let Some((why, process)) =
            rest.and_then(|rest| rest.strip_prefix('.')).and_then(|rest| rest.split_once('-'))
        else {
            continue;
        };
        if !matches!(why, "partial" | "old")
            || process.is_empty()
            || !process.bytes().all(|b| b.is_ascii_digit())
        {
            continue;
        }
        let own = process.parse() == Ok(std::process::id());
        if !own && is_running(process) {
            continue;
        }
        if why == "old" && !place.exists() {
            fs::rename(entry.path(), place)?;
        } else {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

/// Whether a process of that number runs; yes where the system does not say.
fn is_running(process: &str) -> bool {
    let processes = Path::new("/proc");
    !processes.join("self").exists() || processes.join(process).exists()
}

fn sibling(place: &Path, why: &str) -> io::Result<PathBuf> {
    let name = place.file_name().ok_or_else(|| io::Error::other("is not a folder that can be made"))?;
    Ok(place.with_file_name(format!(".{}.{why}-{}", name.to_string_lossy(), std::process::id())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unfinished_folder_leaves_nothing_behind() {
        let outer = tempfile::tempdir().unwrap();
        let place = outer.path().join("out");
        let folder = NewFolder::begin(&place).unwrap();
        fs::write(folder.path().join("a"), "a").unwrap();
        drop(folder);
        assert!(is_free(outer.path()).unwrap());
    }

    #[test]
    fn what_a_killed_process_left_is_cleared_up() {
        if is_running("999999999") {
            eprintln!("not checked: this system does not say which processes run");
            return;
        }
        let outer = tempfile::tempdir().unwrap();
        let place = outer.path().join("out");
        for left in
            [".out.partial-999999999", ".out.old-999999999", ".out.partial-1", ".output.partial-999999999"]
        {
            fs::create_dir(outer.path().join(left)).unwrap();
            fs::write(outer.path().join(left).join("a"), left).unwrap();
        }
        drop(NewFolder::begin(&place).unwrap());
        let mut names: Vec<_> =
            fs::read_dir(outer.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, [".out.partial-1", ".output.partial-999999999", "out"]);
        assert_eq!(
            fs::read_to_string(place.join("a")).unwrap(),
            ".out.old-999999999",
            "the old folder is back"
        );
    }

    #[test]
    fn a_place_is_never_empty_while_its_folder_is_replaced() {
        let outer = tempfile::tempdir().unwrap();
        let (a, b) = (outer.path().join("a"), outer.path().join("b"));
        fs::create_dir(&a).unwrap();
        fs::create_dir(&b).unwrap();
        if !exchange(&a, &b) {
            eprintln!("not checked: this system cannot swap two folders in one step");
            return;
        }
        let place = outer.path().join("out");
        NewFolder::begin(&place).unwrap().finish().unwrap();
        let done = std::sync::atomic::AtomicBool::new(false);
        let order = std::sync::atomic::Ordering::Relaxed;
        std::thread::scope(|scope| {
            let watch = scope.spawn(|| {
                let (mut looks, mut gone) = (0_u64, 0_u64);
                while !done.load(order) {
                    looks += 1;
                    gone += u64::from(!place.exists());
                }
                (looks, gone)
            });
            for n in 0..300 {
                let folder = NewFolder::begin(&place).unwrap();
                fs::write(folder.path().join("n"), n.to_string()).unwrap();
                folder.finish().unwrap();
            }
            done.store(true, order);
            let (looks, gone) = watch.join().unwrap();
            assert_eq!(gone, 0, "of {looks} looks");
        });
        assert_eq!(fs::read_to_string(place.join("n")).unwrap(), "299");
    }

    #[test]
    fn a_finished_folder_takes_the_place_of_the_old_one() {
        let outer = tempfile::tempdir().unwrap();
        let place = outer.path().join("out");
        for name in ["a", "b"] {
            let folder = NewFolder::begin(&place).unwrap();
            fs::write(folder.path().join(name), name).unwrap();
            folder.finish().unwrap();
        }
        assert!(place.join("b").exists() && !place.join("a").exists());
        assert_eq!(fs::read_dir(outer.path()).unwrap().count(), 1, "nothing is left beside it");
    }
}
