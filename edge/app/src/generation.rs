//! The generations of the index: the opening, the pointer, their manifests, their blocks, and the way back to an older one.
//!
//! An isolate that knows of none reads the opening, which is pointer and manifest in one; one that knows of some looks at the
//! pointer again. Where the opening cannot be had, the pointer and the manifest it names stand in.
//!
//! Everything fetched passes the door of `seoga-index` before it is kept; what does not is fetched once more
//! and then given up for this request, a manifest for a moment ([`limits::POINTER_RETRY_SECONDS`]). Invariant: an answer comes from the files of one
//! generation alone, it says which, and a generation that is open is let go for one that has opened, never for one that is named.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use seoga_index::block::Block;
use seoga_index::file::{FileName, ORIGIN_BYTES};
use seoga_index::manifest::Manifest;
use seoga_index::opening;
use seoga_index::pointer::{self, Pointer};
use seoga_search::{Cache, FileId, Machine, PinnedBlocks, SearchError, Step, Store};

use crate::config::Config;
use crate::exchange::{Boxed, Port};
use crate::limits;

/// A file that kept a request from its answer, for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The file's name.
    pub(crate) file: String,
    /// The generation it belongs to, where known.
    pub(crate) generation: Option<String>,
    /// The reason, in words for an operator.
    pub(crate) what: String,
}

/// An opened generation.
#[derive(Debug)]
pub(crate) struct Generation {
    /// Its name by its letters, with that of the overlay of loans behind a point, where there is one: what answers of it are the same by.
    pub(crate) name: String,
    pub(crate) file: FileName,
    pub(crate) manifest: Arc<Manifest>,
    cache: RefCell<Cache>,
    /// The path before the names of its files.
    prefix: String,
}

/// The generations of an isolate.
#[derive(Debug, Default)]
pub(crate) struct Generations {
    state: RefCell<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The last one that could be read.
    pointer: Option<Rc<Pointer>>,
    /// When it was last read, or last tried.
    read_at: Option<u64>,
    /// Whether anything failed since: then it is read again soon.
    doubted: bool,
    /// The pointer that could not be read then, and manifests that did not open since; they are not tried again until the
    /// pointer is.
    failed: Vec<Fault>,
    /// An overlay under which something failed; it is not used until the pointer is read again.
    left_out: Option<[u8; ORIGIN_BYTES]>,
    /// The most recently used last.
    open: Vec<Rc<Generation>>,
}

/// Generations kept open at once: the current one and those of pages still in use.
const OPEN: usize = 3;
/// An older generation's share of the cache budget, as a divisor.
const OLDER_SHARE: usize = 8;
/// Rounds of fetching after which a machine is taken to run in circles (any query needs five at most).
const ROUNDS: usize = 32;

impl Generations {
    /// Gives the pointer, read again when it is old. One that cannot be read leaves the last good one in force.
    pub(crate) async fn pointer(
        &self,
        port: &Port,
        config: &Config,
        now: u64,
    ) -> (Option<Rc<Pointer>>, Option<Fault>) {
        if let Some(known) = self.known(now) {
            return known;
        }
        let mut unopened = None;
        if self.state.borrow().pointer.is_none() {
            match self.begin(port, config, now).await {
                Ok(pointer) => return (Some(pointer), None),
                Err(fault) => unopened = Some(fault),
            }
        }
        let parsed = fetch(port, config, pointer::FILE_NAME, |file| {
            Pointer::parse(file).map_err(|error| error.to_string())
        });
        let parsed = parsed.await;
        let mut state = self.state.borrow_mut();
        state.read_at = Some(now);
        state.doubted = parsed.is_err();
        state.failed.clear();
        state.left_out = None;
        match parsed {
            Ok(pointer) => {
                let pointer = Rc::new(pointer);
                state.pointer = Some(Rc::clone(&pointer));
                (Some(pointer), unopened)
            }
            Err(fault) => {
                state.failed.push(fault.clone());
                (state.pointer.clone(), Some(fault))
            }
        }
    }

    /// Reads the opening: pointer and manifest in one round. Gives the pointer.
    async fn begin(&self, port: &Port, config: &Config, now: u64) -> Result<Rc<Pointer>, Fault> {
        let open = |file: &[u8]| opening::open(file).map_err(|error| error.to_string());
        let (pointer, manifest) = fetch(port, config, opening::FILE_NAME, open).await?;
        let pointer = Rc::new(pointer);
        let mut state = self.state.borrow_mut();
        // Another exchange may have read it meanwhile, and more by now.
        if let Some(known) = &state.pointer {
            return Ok(Rc::clone(known));
        }
        state.read_at = Some(now);
        state.doubted = false;
        state.failed.clear();
        state.pointer = Some(Rc::clone(&pointer));
        drop(state);
        self.keep(config, pointer.current, manifest, true);
        Ok(pointer)
    }

    /// Gives what is known of the pointer, unless it is time to read it. Whoever reads it while one is in force does so alone.
    fn known(&self, now: u64) -> Option<(Option<Rc<Pointer>>, Option<Fault>)> {
        let mut state = self.state.borrow_mut();
        let seconds = if state.doubted { limits::POINTER_RETRY_SECONDS } else { limits::POINTER_SECONDS };
        let fresh = state.read_at.is_some_and(|read_at| now >= read_at && now - read_at < seconds);
        if fresh {
            // Where one is in force, the log has heard of it from whoever read it.
            let fault = state.failed.first().filter(|_| state.pointer.is_none()).cloned();
            return Some((state.pointer.clone(), fault));
        }
        if state.pointer.is_some() {
            state.read_at = Some(now);
        }
        None
    }

    /// Notes that something failed, so that the pointer is read again soon: it may name something else by then.
    pub(crate) fn doubt(&self) {
        self.state.borrow_mut().doubted = true;
    }

    /// Notes an overlay under which something failed.
    pub(crate) fn leave_out(&self, overlay: [u8; ORIGIN_BYTES]) {
        self.state.borrow_mut().left_out = Some(overlay);
    }

    /// Gives the overlay that a pointer names, unless something failed under it.
    pub(crate) fn overlay(&self, pointer: &Pointer) -> Option<[u8; ORIGIN_BYTES]> {
        pointer.availability.filter(|overlay| self.state.borrow().left_out != Some(*overlay))
    }

    /// Lists the generations that are open, the most recently used first: whatever the pointer names, each of them can answer.
    pub(crate) fn at_hand(&self) -> Vec<FileName> {
        self.state.borrow().open.iter().rev().map(|open| open.file).collect()
    }

    /// Opens a generation under the overlay that is in force over it, if any; from memory where it is open so.
    pub(crate) async fn open(
        &self,
        port: &Port,
        config: &Config,
        (file, availability): (FileName, Option<[u8; ORIGIN_BYTES]>),
        current: bool,
    ) -> Result<Rc<Generation>, Fault> {
        if let Some(open) = self.opened(file) {
            if open.manifest.availability == availability {
                return Ok(open);
            }
            // Its blocks stay with whoever reads them still: those of two overlays have the same numbers.
            self.state.borrow_mut().open.retain(|other| other.file != file);
            let manifest = Manifest { availability, ..(*open.manifest).clone() };
            return Ok(self.keep(config, file, manifest, current));
        }
        if let Some(fault) = self.state.borrow().failed.iter().find(|fault| fault.file == file.to_string()) {
            return Err(fault.clone());
        }
        let manifest = read(port, &config.index_prefix, &[file], |name, bytes| {
            Manifest::open(name, &bytes).map_err(|e| e.to_string())
        })
        .await
        .map_err(|fault| {
            let fault = Fault { generation: Some(file.letters()), ..fault };
            self.state.borrow_mut().failed.push(fault.clone());
            fault
        })?;
        let manifest = manifest.into_iter().next();
        let manifest = manifest.ok_or_else(|| fault_of(file, "missing or unreadable"))?;
        Ok(self.keep(config, file, Manifest { availability, ..manifest }, current))
    }

    /// Keeps a generation open whose manifest was read.
    fn keep(&self, config: &Config, file: FileName, manifest: Manifest, current: bool) -> Rc<Generation> {
        // Another exchange may have opened it meanwhile.
        if let Some(open) = self.opened(file) {
            return open;
        }
        let budget =
            if current { config.cache_budget_bytes } else { config.cache_budget_bytes / OLDER_SHARE };
        let cache = RefCell::new(Cache::new(budget));
        let opened = Rc::new(Generation {
            name: name_of(file, manifest.availability),
            file,
            manifest: Arc::new(manifest),
            cache,
            prefix: config.index_prefix.clone(),
        });
        let mut state = self.state.borrow_mut();
        if current {
            // What was current gives most of its memory back, and stays.
            let share = config.cache_budget_bytes / OLDER_SHARE;
            state.open.iter().for_each(|open| open.cache.borrow_mut().shrink(share));
        }
        if state.open.len() >= OPEN {
            state.open.remove(0);
        }
        state.open.push(Rc::clone(&opened));
        opened
    }

    fn opened(&self, file: FileName) -> Option<Rc<Generation>> {
        let mut state = self.state.borrow_mut();
        let at = state.open.iter().position(|open| open.file == file)?;
        let open = state.open.remove(at);
        state.open.push(Rc::clone(&open));
        Some(open)
    }
}

impl Generation {
    /// Asks a machine for its answer, and fetches through `port` what it needs for it.
    pub(crate) async fn ask<M: Machine>(&self, port: &Port, mut machine: M) -> Result<M::Answer, Fault> {
        let mut answer = None;
        let mut needs = |store: &dyn Store| {
            Ok(match machine.step(store)? {
                Step::Need(files) => Some(files),
                Step::Done(done) => {
                    answer = Some(done);
                    None
                }
            })
        };
        self.drive(port, &mut needs).await?;
        answer.ok_or_else(|| self.fault(None, "gave no answer".to_owned()))
    }

    /// Fetches what `needs` names, round after round, until it names nothing.
    fn drive<'a>(&'a self, port: &'a Port, needs: &'a mut Needs<'_>) -> Boxed<'a, Result<(), Fault>> {
        Box::pin(async move {
            let desk = PinnedBlocks::new(&self.cache);
            for _ in 0..ROUNDS {
                let needed = match needs(&desk) {
                    Ok(None) => return Ok(()),
                    Ok(Some(files)) => files,
                    Err(error) => return Err(self.fault(error.file, error.damaged.to_string())),
                };
                let mut names = Vec::with_capacity(needed.len());
                for id in &needed {
                    let name = self.manifest.file(id.kind, id.number);
                    names.push(name.ok_or_else(|| self.fault(None, format!("names no file {id:?}")))?);
                }
                let open =
                    |name: &FileName, bytes: Vec<u8>| Block::open(name, bytes).map_err(|e| e.to_string());
                let blocks = read(port, &self.prefix, &names, open)
                    .await
                    .map_err(|fault| Fault { generation: Some(self.file.letters()), ..fault })?;
                for (id, block) in needed.into_iter().zip(blocks) {
                    desk.put(id, Arc::new(block));
                }
            }
            Err(self.fault(None, format!("asks for more after {ROUNDS} rounds")))
        })
    }

    fn fault(&self, file: Option<FileId>, what: String) -> Fault {
        let name = file.and_then(|id| self.manifest.file(id.kind, id.number)).unwrap_or(self.file);
        Fault { file: name.to_string(), generation: Some(self.file.letters()), what }
    }
}

/// Parts the name of a generation from that of an overlay.
pub(crate) const OVERLAY: char = '.';

/// Names a generation under an overlay.
pub(crate) fn name_of(file: FileName, availability: Option<[u8; ORIGIN_BYTES]>) -> String {
    let mut name = file.letters();
    if let Some(overlay) = availability {
        name.push(OVERLAY);
        name.push_str(&FileName::manifest(overlay).letters());
    }
    name
}

/// One step of any machine: the files it lacks, or none when it is done.
type Needs<'a> = dyn FnMut(&dyn Store) -> Result<Option<Vec<FileId>>, SearchError> + 'a;

/// Fetches a file that is found by its name in the folder of the index, and opens it.
async fn fetch<T>(
    port: &Port,
    config: &Config,
    name: &str,
    open: impl FnOnce(&[u8]) -> Result<T, String>,
) -> Result<T, Fault> {
    let file = port.fetch(vec![format!("{}{name}", config.index_prefix)]).await.pop().flatten();
    let opened = file.map_or_else(|| Err("missing or unreadable".to_owned()), |file| open(&file));
    opened.map_err(|what| Fault { file: name.to_owned(), generation: None, what })
}

fn fault_of(file: FileName, what: &str) -> Fault {
    Fault { file: file.to_string(), generation: None, what: what.to_owned() }
}

/// Fetches files and opens each; those that fail are fetched once more.
async fn read<T>(
    port: &Port,
    prefix: &str,
    names: &[FileName],
    open: impl Fn(&FileName, Vec<u8>) -> Result<T, String>,
) -> Result<Vec<T>, Fault> {
    let mut opened: Vec<Option<T>> = names.iter().map(|_| None).collect();
    let mut fault = None;
    for _ in 0..2 {
        let missing = || names.iter().zip(&opened).filter(|(_, open)| open.is_none()).map(|(name, _)| *name);
        let asked: Vec<FileName> = missing().collect();
        if asked.is_empty() {
            break;
        }
        let paths = asked.iter().map(|name| format!("{prefix}{name}")).collect();
        let mut files = port.fetch(paths).await.into_iter();
        fault = None;
        for (name, slot) in names.iter().zip(&mut opened).filter(|(_, slot)| slot.is_none()) {
            let file = files.next().flatten();
            match file.map(|file| open(name, file)) {
                Some(Ok(block)) => *slot = Some(block),
                Some(Err(what)) => fault = Some(fault_of(*name, &what)),
                None => fault = Some(fault_of(*name, "missing or unreadable")),
            }
        }
    }
    match fault {
        Some(fault) => Err(fault),
        None => Ok(opened.into_iter().flatten().collect()),
    }
}
