//! Texts kept once: titles, authors and publishers repeat from library to library.
//!
//! Not a search structure. Invariant: equal texts have equal ids, and an id's text never changes. Ids depend on
//! the order of arrival, so nothing that is decided by them may reach the catalogue.

use ahash::RandomState;
use hashbrown::HashTable;

use crate::hash::fixed_state;

/// A text in a [`Texts`]; `TextId::EMPTY` is the empty text in every one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub(crate) struct TextId(u32);

impl TextId {
    /// The empty text.
    pub(crate) const EMPTY: Self = Self(0);

    fn place(self) -> usize {
        self.0 as usize
    }
}

/// An arena of distinct texts.
#[derive(Debug)]
pub(crate) struct Texts {
    bytes: String,
    /// Where each text ends in `bytes`.
    ends: Vec<usize>,
    table: HashTable<u32>,
    hasher: RandomState,
}

impl Texts {
    /// Holds the empty text alone.
    pub(crate) fn new() -> Self {
        let hasher = fixed_state();
        let mut texts = Self { bytes: String::new(), ends: Vec::new(), table: HashTable::new(), hasher };
        texts.id("");
        texts
    }

    /// The id of `text`, which is copied when it is new. Constant time.
    pub(crate) fn id(&mut self, text: &str) -> TextId {
        let hash = self.hasher.hash_one(text);
        let (bytes, ends) = (&self.bytes, &self.ends);
        if let Some(&id) = self.table.find(hash, |&id| get(bytes, ends, id) == text) {
            return TextId(id);
        }
        // 4.3 billion distinct texts are more than the memory of any machine this runs on.
        let id = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len());
        let (bytes, ends, hasher) = (&self.bytes, &self.ends, &self.hasher);
        self.table.insert_unique(hash, id, |&other| hasher.hash_one(get(bytes, ends, other)));
        TextId(id)
    }

    /// The text of an id of this arena.
    pub(crate) fn get(&self, id: TextId) -> &str {
        get(&self.bytes, &self.ends, id.0)
    }

    /// The ids of another arena, translated: the answer's place `n` is where its text `n` lives here.
    pub(crate) fn absorb(&mut self, other: &Self) -> Vec<TextId> {
        (0..other.ends.len()).map(|n| self.id(get(&other.bytes, &other.ends, n as u32))).collect()
    }

    /// Looks an id up in an answer of [`Texts::absorb`].
    pub(crate) fn translate(translation: &[TextId], id: TextId) -> TextId {
        translation.get(id.place()).copied().unwrap_or(TextId::EMPTY)
    }
}

fn get<'a>(bytes: &'a str, ends: &[usize], id: u32) -> &'a str {
    let place = id as usize;
    let start = if place == 0 { 0 } else { ends[place - 1] };
    &bytes[start..ends[place]]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_have_one_id_and_come_back_as_they_were() {
        let mut texts = Texts::new();
        let words = ["", "가", "나", "가", "", "파이썬", "나"];
        let ids: Vec<TextId> = words.iter().map(|word| texts.id(word)).collect();
        assert_eq!(ids[0], TextId::EMPTY);
        assert_eq!(ids[1], ids[3]);
        assert_eq!(ids[2], ids[6]);
        assert_ne!(ids[1], ids[2]);
        for (word, id) in words.iter().zip(ids) {
            assert_eq!(texts.get(id), *word);
        }
    }

    #[test]
    fn absorbed_texts_keep_their_meaning() {
        let (mut all, mut part) = (Texts::new(), Texts::new());
        all.id("나");
        let id = part.id("가");
        let same = part.id("나");
        let translation = all.absorb(&part);
        assert_eq!(all.get(Texts::translate(&translation, id)), "가");
        assert_eq!(Texts::translate(&translation, same), all.id("나"));
    }
}
