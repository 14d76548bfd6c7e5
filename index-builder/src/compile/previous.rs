//! Reads the state an index takes over from the one before it, so that what did not change keeps its bytes and its names.
//!
//! Read from the earlier index's own files: which book had which document number, the numbers of classes, publishers and
//! related words, where lists of titles began, and where files did. Not a source of anything that is answered: every list,
//! record and count comes from the catalogue. Invariant: of the same catalogue and the same earlier index comes the same
//! index, and of an unchanged catalogue the earlier one, byte for byte.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;
use seoga_index::block::Block;
use seoga_index::book_id::BookId;
use seoga_index::dictionary::Entry;
use seoga_index::file::{self, FileName, Kind};
use seoga_index::key::space;
use seoga_index::manifest::Manifest;
use seoga_index::phrases::Phrases;
use seoga_index::postings::FILE_HEAD;
use seoga_index::record::Record;
use seoga_index::related::{word_number, word_of};
use seoga_search::{Changes, History};

use super::files::Earlier;
use super::told;
use crate::catalogue::Catalogue;
use crate::local::{LocalIndex, ToolError};

/// How far books may on average lie from where their popularity would put them, in thousandths of all books, before all
/// are numbered afresh; a third of a thousand would be any order at all.
const MOST_DRIFT: u64 = 50;
/// Of the books of the earlier index so many hundredths must be left, or its files would be too many for what they hold.
const LEAST_LEFT: usize = 75;

/// Keys of lists that the dictionary does not lead to by their own begin with this, higher than any key.
const BEHIND_KEYS: u8 = 0xFF;

/// The state taken over from an earlier index.
#[derive(Debug, Default)]
pub struct Previous {
    /// Its generation.
    pub generation: String,
    /// The id of each document.
    pub(super) books: Vec<BookId>,
    /// A hash of what is told of each document, see [`told::told`].
    pub(super) told: Vec<u64>,
    /// When records last changed, and which books left.
    pub(super) changes: Changes,
    pub(super) classes: Vec<String>,
    pub(super) phrases: Phrases,
    pub(super) publishers: Vec<String>,
    /// The keys of its lists of titles.
    pub(super) titles: Vec<Vec<u8>>,
    /// The number of each word that was somebody's related word, by its key.
    pub(super) related: BTreeMap<Vec<u8>, u16>,
    /// Where files began.
    pub(super) records: Vec<u64>,
    pub(super) isbns: Vec<u64>,
    pub(super) dictionary: Vec<Vec<u8>>,
    pub(super) reversed: Vec<Vec<u8>>,
    pub(super) suggest: Vec<Vec<u8>>,
    pub(super) stretches: Vec<(Vec<u8>, u64)>,
    /// Its files.
    pub(super) files: Earlier,
}

/// The contents of one file that are taken over.
enum FileContents {
    Books(Vec<(BookId, u64)>),
    Publishers(Vec<String>),
    Keys(Keys),
    Nothing,
}

/// The keys of a shard that are taken over.
#[derive(Default)]
struct Keys {
    /// Of lists with their addresses, where a file begins with them.
    lists: Vec<(Vec<u8>, u64)>,
    /// Related words with their numbers.
    related: Vec<(Vec<u8>, u16)>,
    /// Of lists of titles.
    titles: Vec<Vec<u8>>,
}

impl Previous {
    /// Reads what an index in a folder has to hand on.
    ///
    /// # Errors
    /// [`ToolError`] when a file of it is missing, damaged, or of another version of the format.
    pub fn read(folder: &Path) -> Result<Self, ToolError> {
        let index = LocalIndex::open(folder, 0)?;
        let manifest = &index.manifest;
        let files = &manifest.directory;
        let starts: HashSet<u64> = files.postings.starts().collect();
        let read = |name: FileName| -> Result<_, ToolError> {
            let path = folder.join(name.to_string());
            let bytes =
                std::fs::read(&path).map_err(|source| ToolError::Read { path: path.clone(), source })?;
            let content = FileName::of_content(name.kind, file::content_in(&bytes).unwrap_or_default());
            let told = match name.kind {
                Kind::Records | Kind::Names | Kind::Dictionary => {
                    let block = Block::open(&name, bytes);
                    let block = block.map_err(|source| ToolError::Open { path, source })?;
                    told(&block, &starts, manifest, folder, &name)?
                }
                // One that is damaged is not one that is there already.
                _ if file::is_whole(&name, &bytes) => FileContents::Nothing,
                _ => return Ok((None, FileContents::Nothing)),
            };
            Ok((Some((content, name)), told))
        };
        let read: Vec<_> = manifest.files().into_par_iter().map(read).collect::<Result<_, _>>()?;
        let (there, told): (Vec<_>, Vec<_>) = read.into_iter().unzip();

        let mut previous = Self {
            generation: index.generation.clone(),
            changes: index.ask(History::new(Arc::clone(manifest)))?,
            classes: manifest.classes.clone(),
            phrases: manifest.phrases.clone(),
            records: files.records.starts().collect(),
            isbns: files.isbns.starts().collect(),
            dictionary: files.dictionary.starts().collect(),
            reversed: files.reversed.starts().collect(),
            suggest: files.suggest.starts().collect(),
            files: Earlier {
                generation: FileName::manifest_of(&index.generation).ok(),
                files: there.into_iter().flatten().collect(),
            },
            ..Self::default()
        };
        let mut firsts: BTreeMap<u64, Vec<u8>> = library_lists(manifest);
        // Files come kind by kind in the order of what they hold.
        for told in told {
            match told {
                FileContents::Books(books) => {
                    for (id, told) in books {
                        previous.books.push(id);
                        previous.told.push(told);
                    }
                }
                FileContents::Publishers(names) => previous.publishers.extend(names),
                FileContents::Keys(keys) => {
                    firsts.extend(keys.lists.into_iter().map(|(key, address)| (address, key)));
                    previous.related.extend(keys.related);
                    previous.titles.extend(keys.titles);
                }
                FileContents::Nothing => {}
            }
        }
        previous.stretches = firsts
            .into_iter()
            .filter_map(|(address, key)| Some((key, address.checked_sub(FILE_HEAD)?)))
            .filter(|(_, start)| starts.contains(start))
            .collect();
        previous.stretches.sort_unstable();
        Ok(previous)
    }

    /// The places of the books in the catalogue, document by document: a book keeps its number, a new one gets that of one
    /// that is gone, or the next. `likeliest` is the order of an index of its own. Nothing where books lie so far from
    /// where they belong that they are better numbered afresh: then why.
    pub(super) fn order(&self, catalogue: &Catalogue, likeliest: &[u32]) -> Result<Vec<u32>, String> {
        let (before, now) = (self.books.len(), likeliest.len());
        if before == 0 {
            return Ok(likeliest.to_vec());
        }
        if now * 100 < before * LEAST_LEFT {
            return Err(format!("{now} books are left of {before}"));
        }
        let number: HashMap<BookId, u32> = self.books.iter().copied().zip(0..).collect();
        let mut slots: Vec<Option<u32>> = vec![None; now];
        let mut homeless = Vec::new();
        for place in likeliest {
            let id = catalogue.books.get(*place as usize).map(|book| book.id);
            let kept = id.and_then(|id| number.get(&id));
            match kept.and_then(|number| slots.get_mut(*number as usize)) {
                Some(slot @ None) => *slot = Some(*place),
                _ => homeless.push(*place),
            }
        }
        let mut homeless = homeless.into_iter();
        let order: Vec<u32> = slots.into_iter().filter_map(|slot| slot.or_else(|| homeless.next())).collect();
        let mut ranks = vec![0u32; now];
        for (rank, place) in (0..).zip(likeliest) {
            if let Some(slot) = ranks.get_mut(*place as usize) {
                *slot = rank;
            }
        }
        let far = |(number, place): (u32, &u32)| {
            u64::from(ranks.get(*place as usize).map_or(0, |rank| rank.abs_diff(number)))
        };
        let all: u64 = (0..).zip(&order).map(far).sum();
        let drift = all.saturating_mul(1000) / (now as u64).pow(2).max(1);
        if drift > MOST_DRIFT {
            return Err(format!("books lie {drift} thousandths of all books from their places on average"));
        }
        Ok(order)
    }
}

fn told(
    block: &Block,
    starts: &HashSet<u64>,
    manifest: &Manifest,
    folder: &Path,
    name: &FileName,
) -> Result<FileContents, ToolError> {
    let damaged = |source: seoga_index::bytes::Damaged| ToolError::Open {
        path: folder.join(name.to_string()),
        source: source.into(),
    };
    Ok(match block {
        Block::Records(records) => {
            let records = records.all(manifest.shared()).map_err(damaged)?;
            let library =
                |number: u16| manifest.libraries.get(usize::from(number)).map(|known| known.name.as_str());
            let told = |record: &Record| (record.id, told::told(record, &library));
            FileContents::Books(records.iter().map(told).collect())
        }
        Block::Names(names) => FileContents::Publishers(names.iter().map(str::to_owned).collect()),
        Block::Dictionary(shard) => {
            let is_start =
                |address: u64| address.checked_sub(FILE_HEAD).is_some_and(|start| starts.contains(&start));
            let Keys { mut lists, mut related, mut titles } = Keys::default();
            let of_titles = seoga_search::title_order_key(&[]);
            shard
                .range(&[], None, &mut |key, entry| {
                    titles.extend(key.starts_with(&of_titles).then(|| key.to_vec()));
                    let Entry::List { address, .. } = entry else { return true };
                    match key.first() {
                        Some(&space::RELATED) => {
                            related.extend(
                                word_number(key)
                                    .zip(word_of(key))
                                    .map(|(number, word)| (word.to_vec(), number)),
                            );
                        }
                        Some(&space::COMPLETION) => {}
                        Some(&space::INITIALS) if key.last() == Some(&0) => {
                            lists.extend(is_start(address).then(|| (initials_key(key), address)));
                        }
                        Some(&space::ARRIVALS) => {
                            lists.extend(is_start(address).then(|| (arrivals_key(key), address)));
                        }
                        Some(&space::ORDER) => {
                            lists.extend(is_start(address).then(|| (orders_key(key), address)));
                        }
                        Some(&space::CHANGED) => {
                            lists.extend(is_start(address).then(|| (changes_key(key), address)));
                        }
                        Some(&space::WORK) => {
                            lists.extend(is_start(address).then(|| (seoga_search::works_key(key), address)));
                        }
                        _ => lists.extend(is_start(address).then(|| (key.to_vec(), address))),
                    }
                    true
                })
                .map_err(damaged)?;
            FileContents::Keys(Keys { lists, related, titles })
        }
        _ => FileContents::Nothing,
    })
}

/// The key by which the list of a short run of initials is added, behind all of the others.
pub(super) fn initials_key(key: &[u8]) -> Vec<u8> {
    [&[BEHIND_KEYS, 0], key].concat()
}

/// The key by which a list of arrivals is added, behind those.
pub(super) fn arrivals_key(key: &[u8]) -> Vec<u8> {
    [&[BEHIND_KEYS, 1], key].concat()
}

/// The key by which a list of an order is added, behind those.
pub(super) fn orders_key(key: &[u8]) -> Vec<u8> {
    [&[BEHIND_KEYS, 2], key].concat()
}

/// The key by which the list of a day's changes is added, behind those.
pub(super) fn changes_key(key: &[u8]) -> Vec<u8> {
    [&[BEHIND_KEYS, 3], key].concat()
}

/// The key by which the list of a library is added, behind those of works ([`seoga_search::works_key`]), last of all.
pub(super) fn library_key(number: usize) -> Vec<u8> {
    [[BEHIND_KEYS, 5].as_slice(), &(number as u32).to_be_bytes()].concat()
}

fn library_lists(manifest: &Manifest) -> BTreeMap<u64, Vec<u8>> {
    manifest
        .libraries
        .iter()
        .enumerate()
        .map(|(number, library)| (library.postings, library_key(number)))
        .collect()
}
