//! Opened blocks by file number, and the isolate's bounded cache of them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use ahash::RandomState;
use seoga_index::block::Block;
use seoga_index::file::Kind;

/// A file of an index: its kind and its place in the manifest's list of that kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId {
    /// The kind.
    pub kind: Kind,
    /// The place in the manifest's list.
    pub number: u32,
}

/// Where a search looks for opened blocks.
pub trait Store {
    /// The block, if it is at hand.
    fn get(&self, file: FileId) -> Option<Arc<Block>>;
}

/// Opened blocks within a budget of bytes; the least recently used goes first.
///
/// One cache serves one generation. Blocks handed out stay alive while used,
/// whatever is evicted meanwhile.
#[derive(Debug)]
pub struct Cache {
    blocks: std::collections::HashMap<FileId, Slot, RandomState>,
    budget_bytes: usize,
    held_bytes: usize,
    /// Counts look-ups; a block's last one is its age.
    turn: std::cell::Cell<u64>,
}

#[derive(Debug)]
struct Slot {
    block: Arc<Block>,
    used: std::cell::Cell<u64>,
}

impl Cache {
    /// An empty cache that keeps at most `budget_bytes` of blocks.
    #[must_use]
    pub fn new(budget_bytes: usize) -> Self {
        // Fixed seeds: no randomness at the edge, and the same walk everywhere.
        let hasher = RandomState::with_seeds(1, 2, 3, 4);
        Self {
            blocks: std::collections::HashMap::with_hasher(hasher),
            budget_bytes,
            held_bytes: 0,
            turn: std::cell::Cell::new(0),
        }
    }

    /// Keeps an opened block, and evicts the least recently used ones over the
    /// budget (never the one just put in).
    pub fn put(&mut self, file: FileId, block: Arc<Block>) {
        let size = block.size();
        let slot = Slot { block, used: std::cell::Cell::new(self.next_turn()) };
        if let Some(old) = self.blocks.insert(file, slot) {
            self.held_bytes = self.held_bytes.saturating_sub(old.block.size());
        }
        self.held_bytes += size;
        while self.held_bytes > self.budget_bytes && self.blocks.len() > 1 {
            let oldest =
                self.blocks.iter().filter(|(id, _)| **id != file).min_by_key(|(_, slot)| slot.used.get());
            let Some(oldest) = oldest.map(|(id, _)| *id) else { break };
            if let Some(gone) = self.blocks.remove(&oldest) {
                self.held_bytes = self.held_bytes.saturating_sub(gone.block.size());
            }
        }
    }

    /// Bytes of blocks held now.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        self.held_bytes
    }

    fn next_turn(&self) -> u64 {
        let turn = self.turn.get() + 1;
        self.turn.set(turn);
        turn
    }
}

impl Store for Cache {
    fn get(&self, file: FileId) -> Option<Arc<Block>> {
        let slot = self.blocks.get(&file)?;
        slot.used.set(self.next_turn());
        Some(Arc::clone(&slot.block))
    }
}

/// What one answer has taken from a cache: its blocks stay at hand until it is
/// given, however small the cache, so that every round brings it forward.
#[derive(Debug)]
pub struct Desk<'a> {
    cache: &'a RefCell<Cache>,
    taken: RefCell<BTreeMap<FileId, Arc<Block>>>,
}

impl<'a> Desk<'a> {
    /// A desk with nothing on it yet.
    #[must_use]
    pub fn new(cache: &'a RefCell<Cache>) -> Self {
        Self { cache, taken: RefCell::default() }
    }

    /// Keeps an opened block for this answer, and in the cache for later ones.
    pub fn put(&self, file: FileId, block: Arc<Block>) {
        self.cache.borrow_mut().put(file, Arc::clone(&block));
        self.taken.borrow_mut().insert(file, block);
    }
}

impl Store for Desk<'_> {
    fn get(&self, file: FileId) -> Option<Arc<Block>> {
        if let Some(block) = self.taken.borrow().get(&file) {
            return Some(Arc::clone(block));
        }
        let block = self.cache.borrow().get(file)?;
        self.taken.borrow_mut().insert(file, Arc::clone(&block));
        Some(block)
    }
}
