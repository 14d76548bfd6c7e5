//! Stores of opened blocks: the isolate's bounded cache, and the blocks pinned for one request.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use ahash::RandomState;
use seoga_index::block::Block;
use seoga_index::file::Kind;

/// Names a file of an index: its kind and its place in the manifest's list of that kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId {
    /// The kind.
    pub kind: Kind,
    /// The place in the manifest's list.
    pub number: u32,
}

/// A place in which machines look for opened blocks.
pub trait Store {
    /// Gives the block, if it is at hand.
    fn get(&self, file: FileId) -> Option<Arc<Block>>;
}

/// Makes a hasher with fixed seeds, for every hash map here and in the builder: no randomness at the edge, and the same
/// walk on every machine and in every run.
#[must_use]
pub fn fixed_seeds() -> RandomState {
    RandomState::with_seeds(1, 2, 3, 4)
}

/// Opened blocks within a budget of bytes; the least recently used goes first.
///
/// One cache serves one generation. Blocks handed out stay alive while used,
/// whatever is evicted meanwhile.
#[derive(Debug)]
pub struct Cache {
    blocks: std::collections::HashMap<FileId, CachedBlock, RandomState>,
    budget_bytes: usize,
    held_bytes: usize,
    /// Counts look-ups; a block's last one is its age.
    turn: std::cell::Cell<u64>,
}

#[derive(Debug)]
struct CachedBlock {
    block: Arc<Block>,
    used: std::cell::Cell<u64>,
}

impl Cache {
    /// Makes an empty cache that keeps at most `budget_bytes` of blocks.
    #[must_use]
    pub fn new(budget_bytes: usize) -> Self {
        Self {
            blocks: std::collections::HashMap::with_hasher(fixed_seeds()),
            budget_bytes,
            held_bytes: 0,
            turn: std::cell::Cell::new(0),
        }
    }

    /// Keeps an opened block, and evicts the least recently used ones over the
    /// budget (never the one just put in).
    pub fn put(&mut self, file: FileId, block: Arc<Block>) {
        let size = block.size();
        let slot = CachedBlock { block, used: std::cell::Cell::new(self.next_turn()) };
        if let Some(old) = self.blocks.insert(file, slot) {
            self.held_bytes = self.held_bytes.saturating_sub(old.block.size());
        }
        self.held_bytes += size;
        self.evict(Some(file));
    }

    /// Keeps at most `budget_bytes` from now on, and evicts what is over that.
    pub fn shrink(&mut self, budget_bytes: usize) {
        self.budget_bytes = budget_bytes;
        self.evict(None);
    }

    /// Evicts the least recently used blocks over the budget, but never the last block and never `spared`.
    fn evict(&mut self, spared: Option<FileId>) {
        while self.held_bytes > self.budget_bytes && self.blocks.len() > 1 {
            let oldest = self
                .blocks
                .iter()
                .filter(|(id, _)| Some(**id) != spared)
                .min_by_key(|(_, slot)| slot.used.get());
            let Some(oldest) = oldest.map(|(id, _)| *id) else { break };
            if let Some(gone) = self.blocks.remove(&oldest) {
                self.held_bytes = self.held_bytes.saturating_sub(gone.block.size());
            }
        }
    }

    /// Counts the bytes of the blocks held now.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        self.held_bytes
    }

    /// Counts one look-up more.
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

/// Blocks of a cache pinned for one request: they stay at hand until it is
/// answered, however small the cache, so that every round brings it forward.
#[derive(Debug)]
pub struct PinnedBlocks<'a> {
    cache: &'a RefCell<Cache>,
    pinned: RefCell<BTreeMap<FileId, Arc<Block>>>,
}

impl<'a> PinnedBlocks<'a> {
    /// Pins nothing yet.
    #[must_use]
    pub fn new(cache: &'a RefCell<Cache>) -> Self {
        Self { cache, pinned: RefCell::default() }
    }

    /// Pins an opened block for this request, and keeps it in the cache for later ones.
    pub fn put(&self, file: FileId, block: Arc<Block>) {
        self.cache.borrow_mut().put(file, Arc::clone(&block));
        self.pinned.borrow_mut().insert(file, block);
    }
}

impl Store for PinnedBlocks<'_> {
    fn get(&self, file: FileId) -> Option<Arc<Block>> {
        if let Some(block) = self.pinned.borrow().get(&file) {
            return Some(Arc::clone(block));
        }
        let block = self.cache.borrow().get(file)?;
        self.pinned.borrow_mut().insert(file, Arc::clone(&block));
        Some(block)
    }
}
