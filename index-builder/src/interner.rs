//! Keys kept once, numbered in the order in which they come.
//!
//! Not a dictionary: it knows no order of keys. Invariant: equal keys have equal numbers, and a number's key never changes.

use ahash::RandomState;
use hashbrown::HashTable;

use crate::hash::fixed_state;

/// An arena of distinct keys.
#[derive(Debug)]
pub struct Interner {
    bytes: Vec<u8>,
    /// Where each key ends in `bytes`.
    ends: Vec<u32>,
    table: HashTable<u32>,
    hasher: RandomState,
}

impl Default for Interner {
    fn default() -> Self {
        let hasher = fixed_state();
        Self { bytes: Vec::new(), ends: Vec::new(), table: HashTable::new(), hasher }
    }
}

impl Interner {
    /// The number of a key, which is copied when it is new. Constant time.
    pub fn number(&mut self, key: &[u8]) -> u32 {
        let hash = self.hasher.hash_one(key);
        let (bytes, ends) = (&self.bytes, &self.ends);
        if let Some(&number) = self.table.find(hash, |&number| get(bytes, ends, number) == key) {
            return number;
        }
        let number = self.ends.len() as u32;
        self.bytes.extend_from_slice(key);
        self.ends.push(self.bytes.len() as u32);
        let (bytes, ends, hasher) = (&self.bytes, &self.ends, &self.hasher);
        self.table.insert_unique(hash, number, |&other| hasher.hash_one(get(bytes, ends, other)));
        number
    }

    /// The key of a number.
    #[must_use]
    pub fn key(&self, number: u32) -> &[u8] {
        get(&self.bytes, &self.ends, number)
    }

    /// The key of a number as a text; empty where it is none.
    #[must_use]
    pub fn text(&self, number: u32) -> &str {
        std::str::from_utf8(self.key(number)).unwrap_or_default()
    }

    /// How many keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Gives up looking keys up by their bytes, and the memory that takes.
    pub fn freeze(&mut self) {
        self.table = HashTable::new();
    }
}

fn get<'a>(bytes: &'a [u8], ends: &[u32], number: u32) -> &'a [u8] {
    let place = number as usize;
    let start = place.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
    let end = ends.get(place).copied().unwrap_or(start);
    bytes.get(start as usize..end as usize).unwrap_or_default()
}
