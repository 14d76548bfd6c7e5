//! The folder of an index: its files where they belong, the table of contents, the pointer, and their sizes.
//!
//! A file that the earlier index has is written where it has it. A new one lies in [`DRAFTS`], named by its content, until the
//! table of contents is written and the generation has a name; then it is told its place and moved there. Invariant: two
//! generations never write other bytes to one path, as the generation in a path is made of all its files.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use seoga_index::block::Block;
use seoga_index::file::{self, FileName, Kind};
use seoga_index::limits::{MAX_DOCUMENTS, MAX_LIBRARIES};
use seoga_index::manifest::Manifest;
use seoga_index::opening;
use seoga_index::pointer::{self, Pointer};
use seoga_index::write::{self, UNNAMED};

/// The folder of new files within that of the index, while it is written.
const DRAFTS: &str = "drafts";

/// Why an index could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CompileError {
    /// Nothing to index.
    #[error("the catalogue has no books: nothing to index")]
    Empty,
    /// More libraries than a library mask may have.
    #[error("{0} libraries, an index holds at most {MAX_LIBRARIES}: build one index a region")]
    TooManyLibraries(usize),
    /// More books than a posting's document number can tell apart while compiling.
    #[error("{0} books, an index holds at most {MAX_DOCUMENTS}: build one index a region")]
    TooManyBooks(usize),
    /// A file could not be written.
    #[error("cannot write {path}: {source}; check space and permissions")]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// The finished index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The generation, by its 16 letters.
    pub generation: String,
    /// Where the table of contents lies.
    pub manifest: String,
    /// Books in the index.
    pub books: u32,
    /// Files and bytes by kind, as stored.
    pub sizes: BTreeMap<Kind, (usize, u64)>,
    /// Those of them that the earlier index does not have.
    pub new: BTreeMap<Kind, (usize, u64)>,
    /// Why books were numbered afresh though there was an earlier index, if they were.
    pub renumbered: Option<String>,
}

/// The files of an earlier index: where each lies, by the name of its content.
#[derive(Debug, Default)]
pub(super) struct Earlier {
    /// Its own name; none where there is no earlier index.
    pub(super) generation: Option<FileName>,
    pub(super) files: HashMap<FileName, FileName>,
}

/// Writes files as they are finished; the first failure is kept and told at the end.
pub(super) struct Folder<'a> {
    out: &'a Path,
    earlier: &'a Earlier,
    written: Mutex<Written>,
}

/// Counts what was written, and keeps the first failure.
#[derive(Default)]
struct Written {
    /// Files and bytes by kind, all and new ones.
    sizes: BTreeMap<Kind, (usize, u64)>,
    new: BTreeMap<Kind, (usize, u64)>,
    /// The content of each file, by the name of its content.
    contents: HashMap<FileName, [u8; 16]>,
    failed: Option<CompileError>,
}

impl<'a> Folder<'a> {
    pub(super) fn new(out: &'a Path, earlier: &'a Earlier) -> Self {
        Self { out, earlier, written: Mutex::default() }
    }

    /// Takes files; several may do so at a time.
    pub(super) fn sink(&self) -> impl FnMut(FileName, Vec<u8>) + use<'_, 'a> {
        |name, bytes| self.put(name, bytes)
    }

    /// Takes a file that is named by its content.
    fn put(&self, draft: FileName, mut bytes: Vec<u8>) {
        let content = file::content_in(&bytes).unwrap_or_default();
        let there = self.earlier.files.get(&draft);
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let Written { sizes, new, contents, .. } = &mut *written;
        contents.insert(draft, content);
        let new = there.is_none().then_some(new);
        for sizes in [Some(sizes), new].into_iter().flatten() {
            count(sizes, draft.kind, bytes.len());
        }
        drop(written);
        let path = match there {
            Some(name) => {
                let place = file::place_bytes(name, content);
                let header = bytes.iter_mut().skip(file::PLACE_OFFSET);
                header.zip(place).for_each(|(byte, place)| *byte = place);
                self.out.join(name.to_string())
            }
            None => self.draft(&draft),
        };
        self.write(path, &bytes);
    }

    /// Opens a file that was written, by the name of its content.
    pub(super) fn open(&self, draft: &FileName) -> Option<Block> {
        let (name, path) = match self.earlier.files.get(draft) {
            Some(name) => (name, self.out.join(name.to_string())),
            None => (draft, self.draft(draft)),
        };
        Block::open(name, fs::read(path).ok()?).ok()
    }

    fn draft(&self, draft: &FileName) -> PathBuf {
        self.out.join(DRAFTS).join(format!("{}-{}", draft.letters(), char::from(draft.kind.letter())))
    }

    fn write(&self, path: PathBuf, bytes: &[u8]) {
        let folder = path.parent().unwrap_or(self.out);
        if let Err(source) = fs::create_dir_all(folder).and_then(|()| fs::write(&path, bytes)) {
            let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
            written.failed.get_or_insert(CompileError::Write { path, source });
        }
    }

    /// Names the generation, moves its own files to their places, and writes the table of contents and last of all what
    /// points to it.
    pub(super) fn finish(
        self,
        mut manifest: Manifest,
        renumbered: Option<String>,
    ) -> Result<Summary, CompileError> {
        let written = std::mem::take(&mut *self.written.lock().unwrap_or_else(PoisonError::into_inner));
        if let Some(error) = written.failed {
            return Err(error);
        }
        let Written { mut sizes, mut new, contents, .. } = written;
        let (mut in_order, mut places) = (Vec::new(), BTreeMap::new());
        manifest.directory = manifest.directory.renamed(|(number, draft)| {
            in_order.push((draft.kind, number, contents.get(&draft).copied().unwrap_or_default()));
            if let Some(name) = self.earlier.files.get(&draft) {
                return *name;
            }
            *places.entry(draft).or_insert(FileName { origin: UNNAMED, number, ..draft })
        });
        in_order.sort_unstable_by_key(|(kind, number, _)| (*kind, *number));
        let digests = || in_order.iter().map(|(.., content)| *content);
        let again = self.earlier.generation.filter(|_| places.is_empty()).and_then(|same| {
            // Nothing is new: it may be the earlier generation itself.
            let sealed = write::generation(&manifest, same.origin, digests());
            (sealed.0 == same).then_some(sealed)
        });
        let is_new = again.is_none();
        let (name, bytes) = again.unwrap_or_else(|| write::generation(&manifest, UNNAMED, digests()));
        let failed = |path: &Path| {
            let path = path.to_owned();
            |source| CompileError::Write { path, source }
        };
        for (draft, place) in &places {
            let content = contents.get(draft).copied().unwrap_or_default();
            let (from, place) = (self.draft(draft), FileName { origin: name.origin, ..*place });
            let to = self.out.join(place.to_string());
            settle(&from, &to, &place, content).map_err(failed(&to))?;
        }
        let drafts = self.out.join(DRAFTS);
        if drafts.exists() {
            fs::remove_dir(&drafts).map_err(failed(&drafts))?;
        }
        count(&mut sizes, Kind::Manifest, bytes.len());
        if is_new {
            count(&mut new, Kind::Manifest, bytes.len());
        }
        self.write(self.out.join(name.to_string()), &bytes);
        let all = sizes.values().map(|(_, bytes)| *bytes).sum();
        let pointer = Pointer { current: name, previous: Vec::new(), bytes: Some(all), availability: None };
        self.write(self.out.join(opening::FILE_NAME), &opening::seal(&pointer, &bytes).unwrap_or_default());
        self.write(self.out.join(pointer::FILE_NAME), pointer.to_json().as_bytes());
        match self.written.into_inner().unwrap_or_else(PoisonError::into_inner).failed {
            Some(error) => Err(error),
            None => Ok(Summary {
                generation: name.letters(),
                manifest: name.to_string(),
                books: manifest.documents,
                sizes,
                new,
                renumbered,
            }),
        }
    }
}

fn count(sizes: &mut BTreeMap<Kind, (usize, u64)>, kind: Kind, bytes: usize) {
    let (files, total) = sizes.entry(kind).or_default();
    *files += 1;
    *total += bytes as u64;
}

/// Says in a new file where it lies, and moves it there.
fn settle(from: &Path, to: &Path, place: &FileName, content: [u8; 16]) -> io::Result<()> {
    let mut file = File::options().write(true).open(from)?;
    file.seek(SeekFrom::Start(file::PLACE_OFFSET as u64))?;
    file.write_all(&file::place_bytes(place, content))?;
    drop(file);
    fs::create_dir_all(to.parent().unwrap_or(to))?;
    fs::rename(from, to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    use seoga_index::block::Block;
    use seoga_index::directory::PlacedFiles;
    use seoga_index::manifest::Directory;

    /// Writes an index of these names files.
    fn written(folder: &Path, earlier: &Earlier, files: &[&[u8]]) -> Manifest {
        let folder_of = Folder::new(folder, earlier);
        let sealed: Vec<_> = files.iter().map(|payload| file::seal(Kind::Names, payload, false)).collect();
        sealed.iter().for_each(|(name, bytes)| folder_of.put(*name, bytes.clone()));
        let names: Vec<_> = (0..).zip(sealed).map(|(first, (name, _))| (first, name)).collect();
        let directory = Directory { names: PlacedFiles::new(&names), ..Directory::default() };
        let summary = folder_of.finish(Manifest { directory, ..Manifest::default() }, None).unwrap();
        let bytes = fs::read(folder.join(&summary.manifest)).unwrap();
        let manifest = Manifest::open(&summary.manifest.parse().unwrap(), &bytes).unwrap();
        for (name, payload) in manifest.files().iter().zip(files) {
            let file = fs::read(folder.join(name.to_string())).unwrap();
            assert!(file.ends_with(payload) && file::is_whole(name, &file), "{name}");
        }
        assert!(Block::open(&manifest.files()[0], bytes).is_err());
        manifest
    }

    fn earlier(folder: &Path, manifest: &Manifest) -> Earlier {
        let pointer = Pointer::parse(&fs::read(folder.join(pointer::FILE_NAME)).unwrap()).unwrap();
        let files = manifest.files().into_iter().map(|name| {
            let content = file::content_in(&fs::read(folder.join(name.to_string())).unwrap()).unwrap();
            (FileName::of_content(name.kind, content), name)
        });
        Earlier { generation: Some(pointer.current), files: files.collect() }
    }

    #[test]
    fn files_keep_the_place_in_which_an_index_first_had_them() {
        let place = tempfile::tempdir().unwrap();
        let [first, second, third, same] = ["1", "2", "3", "4"].map(|name| place.path().join(name));
        let a = written(&first, &Earlier::default(), &[b"a", b"b", b"c", b"b"]);
        let numbers =
            |manifest: &Manifest| manifest.files().iter().map(|name| name.number).collect::<Vec<_>>();
        assert_eq!(numbers(&a), [0, 1, 2, 1], "the same file twice is one");
        let after = earlier(&first, &a);
        let b = written(&second, &after, &[b"a", b"new", b"c", b"b"]);
        assert_eq!(numbers(&b), [0, 1, 2, 1]);
        assert_eq!([a.files()[0], a.files()[2], a.files()[1]], [b.files()[0], b.files()[2], b.files()[3]]);
        assert_ne!(a.files()[1].origin, b.files()[1].origin);
        // Nothing is new, but the order is: another generation, without a file of its own.
        let c = written(&third, &after, &[b"c", b"a"]);
        assert_eq!(c.files(), [a.files()[2], a.files()[0]]);
        // All of it again, after the second index: that one itself.
        let again = written(&same, &earlier(&second, &b), &[b"a", b"new", b"c", b"b"]);
        assert_eq!(again, b);
        let pointer = |folder: &Path| fs::read(folder.join(pointer::FILE_NAME)).unwrap();
        assert_eq!(pointer(&same), pointer(&second));
        assert_ne!(pointer(&third), pointer(&first));
    }

    #[test]
    fn another_content_in_the_same_place_is_another_generation() {
        let place = tempfile::tempdir().unwrap();
        let origin = |name: &str, files: &[&[u8]]| {
            written(&place.path().join(name), &Earlier::default(), files).files()[0].origin
        };
        let origins = [origin("1", &[b"a", b"b"]), origin("2", &[b"a", b"c"]), origin("3", &[b"b", b"a"])];
        assert_eq!(BTreeSet::from(origins).len(), 3);
        assert_eq!(origin("4", &[b"a", b"b"]), origins[0]);
    }
}
