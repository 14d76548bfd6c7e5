//! A folder of published generations: what is served under `/index/`, and what becomes of it.
//!
//! The pointer `current.json` names the generation in force and those before it that are kept, and the opening `current.bin`
//! says the same. [`publish`] adds a generation, [`rollback`] puts an earlier one in force; files that no named generation uses
//! go. Not a lock: one program at a time, the caller sees to that. Invariant: at any moment, also after a kill or a power cut,
//! pointer and opening are whole and every file of each generation that either names is there. Where a kill left them apart, the
//! pointer is right, and the opening is made anew before any file goes.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use seoga_index::block::Block;
use seoga_index::file::{self, FileName, Kind, ORIGIN_BYTES};
use seoga_index::manifest::Manifest;
use seoga_index::opening;
use seoga_index::pointer::{self, Pointer, PointerError};

use super::lost::refuse_loss;
use super::verify;
use crate::local::{ToolError, overlay_files, pointer};
use crate::loss::Allowed;

/// The outcome of a change to a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The generations the pointer names, the one in force first.
    pub generations: Vec<String>,
    /// Files that were not there before.
    pub new_files: usize,
    /// Their bytes.
    pub new_bytes: u64,
    /// Files of the generation in force.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Files that no generation used any more.
    pub removed: usize,
}

/// A step after which a kill would leave the folder as it is then. Tests stop at each.
type Step<'a> = &'a mut dyn FnMut() -> io::Result<()>;

/// Adds the generation in force of the index `candidate` to the folder `into`, puts it in force and keeps `keep`
/// generations in all. The same generation again mends its files and changes nothing else.
///
/// # Errors
/// [`ToolError`], with the folder's generations as they were: when a file of the candidate is damaged; when it lost a
/// library, a library more than a fifth of its books, or all together more than a tenth, and `allowed` does not name the library;
/// when a file cannot be written.
pub fn publish(
    candidate: &Path,
    into: &Path,
    keep: usize,
    allowed: &Allowed,
) -> Result<Published, ToolError> {
    publish_by_steps(candidate, into, keep, allowed, &mut || Ok(()))
}

fn publish_by_steps(
    candidate: &Path,
    into: &Path,
    keep: usize,
    allowed: &Allowed,
    step: Step<'_>,
) -> Result<Published, ToolError> {
    verify::run(candidate)?;
    let new = Generation::open(candidate, pointer(candidate)?.current)?;
    fs::create_dir_all(into).map_err(|error| write_error(into, error))?;
    let before = published(into)?;
    if let Some(kept) = &before {
        // A run that was killed may have left it naming files that are not kept for it.
        set_opening(into, kept, step)?;
    }
    // What is known of loans is of the generation that was there.
    let availability =
        before.as_ref().filter(|kept| kept.current == new.name).and_then(|kept| kept.availability);
    let before: Vec<FileName> = before.iter().flat_map(Pointer::generations).collect();
    if let Some(current) = before.first().filter(|_| !allowed.has_all())
        && let Ok(current) = Generation::open(into, *current)
    {
        refuse_loss(&current.manifest, &new.manifest, allowed)?;
    }
    let mut published = Published {
        generations: Vec::new(),
        new_files: 0,
        new_bytes: 0,
        files: new.names().count(),
        bytes: 0,
        removed: 0,
    };
    for name in new.names() {
        let bytes = read(&candidate.join(name.to_string()))?;
        published.bytes += bytes.len() as u64;
        let place = into.join(name.to_string());
        if let Ok(there) = fs::read(&place) {
            if there == bytes {
                continue;
            }
            refuse_same_name(name, &there)?;
        }
        place.parent().map_or(Ok(()), fs::create_dir_all).map_err(|error| write_error(&place, error))?;
        replace(&place, &bytes, step)?;
        published.new_files += 1;
        published.new_bytes += bytes.len() as u64;
    }
    // An older one with a file missing would be no help to anybody.
    let older = before.into_iter().filter(|name| *name != new.name && is_there(into, *name));
    let previous = older.take(keep.saturating_sub(1)).collect();
    let kept = Pointer { current: new.name, previous, bytes: Some(published.bytes), availability };
    set_pointer(into, &kept, step)?;
    published.removed = clear_up(into, &kept, step)?;
    published.generations = kept.generations().map(|name| name.letters()).collect();
    Ok(published)
}

/// Puts an earlier generation in force: the one named, else the one before. The one in force until now goes to the end
/// of the list, where it is the last to stand in for a damaged file.
///
/// # Errors
/// [`ToolError`], with the folder as it was: when there is no such generation, or one of its files is damaged.
pub fn rollback(folder: &Path, to: Option<&str>) -> Result<Published, ToolError> {
    let mut generations = generations(folder)?;
    let at = match to {
        None if generations.len() > 1 => 1,
        None => return Err(ToolError::Request("no earlier generation is kept here".to_owned())),
        Some(to) => generations.iter().position(|name| name.letters() == to).ok_or_else(|| {
            let kept: Vec<String> = generations.iter().map(FileName::letters).collect();
            ToolError::Request(format!("no generation {to} is kept here; there are {}", kept.join(", ")))
        })?,
    };
    let target = Generation::open(folder, generations[at])?;
    let bytes = target.prove(folder)?;
    let name = generations.remove(at);
    if at > 0 {
        let until_now = generations.remove(0);
        generations.push(until_now);
    }
    let availability = pointer(folder)?.availability.filter(|_| at == 0);
    let turned = Pointer { current: name, previous: generations, bytes: Some(bytes), availability };
    set_pointer(folder, &turned, &mut || Ok(()))?;
    Ok(Published {
        generations: turned.generations().map(|name| name.letters()).collect(),
        new_files: 0,
        new_bytes: 0,
        files: target.names().count(),
        bytes,
        removed: 0,
    })
}

/// Puts an overlay of loans, whose files are `files`, in force over the generation in force of a folder, or none; gives how many files of
/// the one before went.
///
/// # Errors
/// [`ToolError`], with the overlay as it was, when the folder has no index or a file cannot be written.
pub(crate) fn overlay(
    folder: &Path,
    overlay: Option<[u8; ORIGIN_BYTES]>,
    files: &[(FileName, Vec<u8>)],
) -> Result<usize, ToolError> {
    overlay_by_steps(folder, overlay, files, &mut || Ok(()))
}

fn overlay_by_steps(
    folder: &Path,
    overlay: Option<[u8; ORIGIN_BYTES]>,
    files: &[(FileName, Vec<u8>)],
    step: Step<'_>,
) -> Result<usize, ToolError> {
    for (name, bytes) in files {
        let place = folder.join(name.to_string());
        place.parent().map_or(Ok(()), fs::create_dir_all).map_err(|error| write_error(&place, error))?;
        replace(&place, bytes, step)?;
    }
    let laid = Pointer { availability: overlay, ..pointer(folder)? };
    set_pointer(folder, &laid, step)?;
    clear_up(folder, &laid, step)
}

/// Removes what no generation of the pointer uses: what a killed [`publish`] left. Gives how many files.
///
/// # Errors
/// [`ToolError`] when the pointer or a manifest it names cannot be read; then nothing is removed.
pub fn tidy(folder: &Path) -> Result<usize, ToolError> {
    let Some(pointer) = published(folder)? else { return Ok(0) };
    set_opening(folder, &pointer, &mut || Ok(()))?;
    clear_up(folder, &pointer, &mut || Ok(()))
}

/// A manifest of a folder.
struct Generation {
    name: FileName,
    manifest: Manifest,
}

impl Generation {
    fn open(folder: &Path, name: FileName) -> Result<Self, ToolError> {
        let path = folder.join(name.to_string());
        let manifest =
            Manifest::open(&name, &read(&path)?).map_err(|source| ToolError::Open { path, source })?;
        Ok(Self { name, manifest })
    }

    /// Every file of it, the manifest last.
    fn names(&self) -> impl Iterator<Item = FileName> {
        let files: BTreeSet<FileName> = self.manifest.files().into_iter().collect();
        files.into_iter().chain([self.name])
    }

    /// Opens every file; gives the bytes of all.
    fn prove(&self, folder: &Path) -> Result<u64, ToolError> {
        let mut total = 0;
        for name in self.names() {
            let path = folder.join(name.to_string());
            let bytes = read(&path)?;
            total += bytes.len() as u64;
            if name.kind != Kind::Manifest {
                Block::open(&name, bytes).map_err(|source| ToolError::Open { path, source })?;
            }
        }
        Ok(total)
    }
}

fn is_there(folder: &Path, name: FileName) -> bool {
    Generation::open(folder, name)
        .is_ok_and(|generation| generation.names().all(|name| folder.join(name.to_string()).is_file()))
}

/// Refuses to put another file in place of a whole one: what others hold of it under its name is taken for good.
fn refuse_same_name(name: FileName, there: &[u8]) -> Result<(), ToolError> {
    match file::is_whole(&name, there) {
        false => Ok(()),
        true => Err(ToolError::Request(format!(
            "refused: the published {name} has other content than the new one, and caches keep what was published: build \
             again, without --previous"
        ))),
    }
}

/// Reads the pointer of a folder that has one. One of another version of the format counts as none: what it names goes.
fn published(folder: &Path) -> Result<Option<Pointer>, ToolError> {
    if !folder.join(pointer::FILE_NAME).exists() {
        return Ok(None);
    }
    match pointer(folder) {
        Ok(pointer) => Ok(Some(pointer)),
        Err(ToolError::Pointer { source: PointerError::Version(_), .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Lists the manifests that the pointer of a folder names, the one in force first.
fn generations(folder: &Path) -> Result<Vec<FileName>, ToolError> {
    Ok(pointer(folder)?.generations().collect())
}

fn set_pointer(folder: &Path, pointer: &Pointer, step: Step<'_>) -> Result<(), ToolError> {
    // What it names must be on the disk before it is.
    sync(folder)?;
    set_opening(folder, pointer, step)?;
    replace(&folder.join(pointer::FILE_NAME), pointer.to_json().as_bytes(), step)?;
    sync(folder)
}

/// Has the opening say what a pointer says, where it does not.
fn set_opening(folder: &Path, pointer: &Pointer, step: Step<'_>) -> Result<(), ToolError> {
    let path = folder.join(pointer.current.to_string());
    let opening = opening::seal(pointer, &read(&path)?);
    let opening = opening.map_err(|source| ToolError::Open { path, source })?;
    let place = folder.join(opening::FILE_NAME);
    if fs::read(&place).is_ok_and(|there| there == opening) {
        return Ok(());
    }
    replace(&place, &opening, step)
}

/// Removes every file that none of the generations uses.
fn clear_up(folder: &Path, pointer: &Pointer, step: Step<'_>) -> Result<usize, ToolError> {
    let mut used: BTreeSet<PathBuf> =
        [opening::FILE_NAME, pointer::FILE_NAME].map(|name| folder.join(name)).into();
    for name in pointer.generations() {
        let names = Generation::open(folder, name)?;
        used.extend(names.names().map(|name| folder.join(name.to_string())));
    }
    used.extend(overlay_files(folder, pointer)?.iter().map(|name| folder.join(name.to_string())));
    remove_unused(folder, &used, step)
}

/// Removes the files of a folder, and of the folders in it, that are not used, and folders that are left empty.
fn remove_unused(folder: &Path, used: &BTreeSet<PathBuf>, step: Step<'_>) -> Result<usize, ToolError> {
    let failed = |error| write_error(folder, error);
    let mut removed = 0;
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let path = entry.path();
        if entry.file_type().map_err(failed)?.is_dir() {
            removed += remove_unused(&path, used, step)?;
            // Whatever is used in it keeps it.
            let _ = fs::remove_dir(&path);
        } else if !used.contains(&path) {
            step().map_err(failed)?;
            fs::remove_file(&path).map_err(|error| write_error(&path, error))?;
            removed += 1;
        }
    }
    Ok(removed)
}

fn read(path: &Path) -> Result<Vec<u8>, ToolError> {
    fs::read(path).map_err(|source| ToolError::Read { path: path.to_owned(), source })
}

/// Puts a whole file in its place by a rename.
fn replace(place: &Path, bytes: &[u8], step: Step<'_>) -> Result<(), ToolError> {
    let mut name = place.as_os_str().to_owned();
    name.push(".new");
    let fresh = PathBuf::from(name);
    let (half, rest) = bytes.split_at(bytes.len() / 2);
    let mut write = || {
        step()?;
        let mut file = File::create(&fresh)?;
        file.write_all(half)?;
        step()?;
        file.write_all(rest)?;
        file.sync_all()?;
        step()?;
        fs::rename(&fresh, place)?;
        step()
    };
    write().map_err(|error| write_error(place, error))
}

/// Sees that the names in a folder, and in the folders in it, are on the disk.
fn sync(folder: &Path) -> Result<(), ToolError> {
    let failed = |error| write_error(folder, error);
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.file_type().map_err(failed)?.is_dir() {
            sync(&entry.path())?;
        }
    }
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)
}

fn write_error(path: &Path, source: io::Error) -> ToolError {
    ToolError::Write { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::{Previous, compile, compile_after};
    use crate::generate::{Sample, generate};
    use crate::learn::Learned;
    use crate::progress::Quiet;
    use crate::sources::{Inputs, read as read_sources};

    /// An index of so many invented books.
    fn index(dir: &Path, name: &str, books: u32, seed: u64) -> PathBuf {
        let (catalogue, out) = (dir.join(format!("{name}-catalogue")), dir.join(name));
        generate(Sample { books, seed }, &catalogue, &Quiet).unwrap();
        let inputs = Inputs::in_catalogue(&catalogue).unwrap().files;
        fs::create_dir_all(&out).unwrap();
        compile(&read_sources(&inputs, &Quiet).unwrap().catalogue, &out, &Quiet).unwrap();
        out
    }

    #[test]
    fn a_whole_file_is_never_replaced_by_another_of_its_name_but_a_damaged_one_is() {
        let (name, mut there) = file::seal(Kind::Names, b"published", false);
        assert!(refuse_same_name(name, &there).is_err());
        there.pop();
        assert!(refuse_same_name(name, &there).is_ok());
    }

    fn generation(folder: &Path) -> String {
        pointer(folder).unwrap().current.letters()
    }

    /// The files of a folder, by their paths in it.
    fn names(folder: &Path) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let name = entry.file_name().into_string().unwrap();
            if entry.path().is_dir() {
                let inner = self::names(&entry.path());
                assert!(!inner.is_empty(), "{name} is empty");
                names.extend(inner.into_iter().map(|file| format!("{name}/{file}")));
            } else {
                names.insert(name);
            }
        }
        names
    }

    /// Every generation that pointer or opening names is whole.
    fn each_whole(folder: &Path) {
        let (opened, _) = opening::open(&fs::read(folder.join(opening::FILE_NAME)).unwrap()).unwrap();
        for name in generations(folder).unwrap().into_iter().chain(opened.generations()) {
            Generation::open(folder, name).unwrap().prove(folder).unwrap();
        }
    }

    /// All that, and pointer and opening say the same.
    fn whole(folder: &Path) {
        each_whole(folder);
        verify::run(folder).unwrap();
    }

    fn none() -> Allowed {
        Allowed::default()
    }

    fn all() -> Allowed {
        Allowed::of(["all".to_owned()])
    }

    #[test]
    fn generations_come_stay_and_go() {
        let dir = tempfile::tempdir().unwrap();
        let [a, b, c] = [("a", 200), ("b", 210), ("c", 220)].map(|(name, n)| index(dir.path(), name, n, 7));
        let into = dir.path().join("published");
        let first = publish(&a, &into, 2, &none()).unwrap();
        assert_eq!((first.new_files, first.new_bytes), (first.files, first.bytes));
        publish(&b, &into, 2, &none()).unwrap();
        whole(&into);
        let again = publish(&b, &into, 2, &none()).unwrap();
        assert_eq!((again.new_files, again.removed), (0, 0), "the same again changes nothing");
        assert_eq!(again.generations, [generation(&b), generation(&a)]);

        let third = publish(&c, &into, 2, &none()).unwrap();
        assert_eq!(third.generations, [generation(&c), generation(&b)]);
        assert!(third.removed > 0, "{third:?}");
        whole(&into);
        let used: BTreeSet<String> = names(&b).union(&names(&c)).cloned().collect();
        assert_eq!(names(&into), used, "nothing but the two generations is left");

        let back = rollback(&into, None).unwrap();
        assert_eq!(back.generations, [generation(&b), generation(&c)]);
        let forth = rollback(&into, Some(&generation(&c))).unwrap();
        assert_eq!(forth.generations, [generation(&c), generation(&b)]);
        let unknown = rollback(&into, Some(&generation(&a))).unwrap_err().to_string();
        assert!(unknown.contains("there are"), "{unknown}");
        whole(&into);
    }

    #[test]
    fn stopped_at_any_step_the_old_or_the_new_generation_is_whole_and_the_next_run_ends_clean() {
        let dir = tempfile::tempdir().unwrap();
        let [a, b, c] = [("a", 20), ("b", 21), ("c", 22)].map(|(name, n)| index(dir.path(), name, n, 3));
        let into = dir.path().join("published");
        let mut seen = BTreeSet::new();
        for stop in 0.. {
            let _ = fs::remove_dir_all(&into);
            publish(&a, &into, 2, &none()).unwrap();
            publish(&b, &into, 2, &none()).unwrap();
            let mut steps = 0;
            let outcome = publish_by_steps(&c, &into, 2, &none(), &mut || {
                steps += 1;
                if steps > stop { Err(io::Error::other("stopped")) } else { Ok(()) }
            });
            each_whole(&into);
            seen.insert(generation(&into));
            assert_eq!(outcome.is_ok(), steps <= stop);
            let done = publish(&c, &into, 2, &none()).unwrap();
            assert_eq!(done.generations, [generation(&c), generation(&b)]);
            whole(&into);
            let used: BTreeSet<String> = names(&b).union(&names(&c)).cloned().collect();
            assert_eq!(names(&into), used, "stopped at step {stop}");
            if outcome.is_ok() {
                assert!(stop > 40, "only {stop} steps");
                break;
            }
        }
        assert_eq!(seen, BTreeSet::from([generation(&b), generation(&c)]));
    }

    #[test]
    fn what_is_damaged_or_lost_books_is_refused_and_the_old_one_stays() {
        let dir = tempfile::tempdir().unwrap();
        let [a, fewer] = [("a", 300), ("fewer", 200)].map(|(name, n)| index(dir.path(), name, n, 7));
        let into = dir.path().join("published");
        publish(&a, &into, 3, &none()).unwrap();
        let refused = publish(&fewer, &into, 3, &none()).unwrap_err().to_string();
        assert!(refused.contains("more than a fifth") && refused.contains("--allow-loss"), "{refused}");
        let before = names(&into);
        let victim = fewer.join(names(&fewer).iter().find(|name| name.contains("/r")).unwrap());
        let whole_file = fs::read(&victim).unwrap();
        let mut bytes = whole_file.clone();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(&victim, bytes).unwrap();
        assert!(publish(&fewer, &into, 3, &all()).is_err());
        assert_eq!(names(&into), before);
        whole(&into);
        fs::write(&victim, whole_file).unwrap();
        publish(&fewer, &into, 3, &all()).unwrap();
        assert_eq!(generation(&into), generation(&fewer));

        // A rollback to a generation that rotted is refused; publishing it again mends it.
        let rotten =
            into.join(names(&a).difference(&names(&fewer)).find(|name| name.contains("/r")).unwrap());
        fs::write(&rotten, b"rot").unwrap();
        assert!(rollback(&into, None).is_err());
        assert_eq!(generation(&into), generation(&fewer));
        publish(&a, &into, 3, &none()).unwrap();
        whole(&into);
    }

    #[test]
    fn what_a_killed_run_left_is_tidied_away() {
        let dir = tempfile::tempdir().unwrap();
        let a = index(dir.path(), "a", 100, 7);
        let into = dir.path().join("published");
        assert_eq!(tidy(&into).unwrap(), 0);
        publish(&a, &into, 3, &none()).unwrap();
        fs::write(into.join("r0.bin.new"), "half").unwrap();
        fs::create_dir(into.join("aaaaaaaaaaaaaaaa")).unwrap();
        fs::write(into.join("aaaaaaaaaaaaaaaa/r0.bin"), "of nobody").unwrap();
        assert_eq!(tidy(&into).unwrap(), 2);
        assert_eq!(names(&into), names(&a));
    }
    #[test]
    fn pointer_and_opening_that_a_kill_left_apart_are_mended_before_anything_goes() {
        let dir = tempfile::tempdir().unwrap();
        let [a, b] = [("a", 200), ("b", 210)].map(|(name, books)| index(dir.path(), name, books, 7));
        let into = dir.path().join("published");
        publish(&a, &into, 1, &none()).unwrap();
        let pointer_of_a = fs::read(into.join(pointer::FILE_NAME)).unwrap();
        publish(&b, &into, 2, &none()).unwrap();
        // The opening names b already, the pointer a still.
        fs::write(into.join(pointer::FILE_NAME), pointer_of_a).unwrap();
        assert!(verify::run(&into).unwrap_err().to_string().contains("says something else"));
        assert!(tidy(&into).unwrap() > 0, "the files of b go");
        whole(&into);
        assert_eq!(names(&into), names(&a));
    }

    #[test]
    fn an_index_of_an_older_version_is_not_named_as_the_one_before() {
        let dir = tempfile::tempdir().unwrap();
        let a = index(dir.path(), "a", 200, 7);
        let into = dir.path().join("published");
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden/v1/index");
        fs::create_dir_all(&into).unwrap();
        for name in names(&golden) {
            fs::copy(golden.join(&name), into.join(&name)).unwrap();
        }
        let refused = rollback(&into, None).unwrap_err().to_string();
        assert!(refused.contains("format version 1"), "{refused}");
        assert_eq!(publish(&a, &into, 3, &none()).unwrap().generations, [generation(&a)]);
        assert_eq!(names(&into), names(&a));
    }

    #[test]
    fn a_small_change_shares_what_did_not_change_with_the_generation_before() {
        let dir = tempfile::tempdir().unwrap();
        let a = index(dir.path(), "a", 2_000, 7);
        let inputs = Inputs::in_catalogue(&dir.path().join("a-catalogue")).unwrap().files;
        let mut catalogue = read_sources(&inputs, &Quiet).unwrap().catalogue;
        catalogue.books[1_000].loans = Some(4_321);
        let (b, into) = (dir.path().join("b"), dir.path().join("published"));
        fs::create_dir_all(&b).unwrap();
        let previous = Previous::read(&a).unwrap();
        compile_after(&previous, &catalogue, &Learned::default(), &b, &Quiet).unwrap();
        publish(&a, &into, 3, &none()).unwrap();
        let second = publish(&b, &into, 3, &none()).unwrap();
        // A record, two lists of books by their loans and the table of contents.
        assert_eq!((second.new_files, second.generations.len()), (4, 2), "{second:?}");
        whole(&into);
        rollback(&into, None).unwrap();
        whole(&into);
        // The earlier one goes, and what the later one has of it stays.
        publish(&b, &into, 1, &none()).unwrap();
        whole(&into);
        assert_eq!(names(&into), names(&b));
    }
}
