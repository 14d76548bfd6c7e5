//! Keeps rows of numbers in one piece of memory: words of books, books of words.
//!
//! Not a growing index: lists are added whole, one behind the other. Invariant: list `n` is the n-th that was added.

/// So many lists, one behind the other.
#[derive(Debug)]
pub(super) struct RaggedArray {
    /// Where each list begins, and the end of the last.
    starts: Vec<u32>,
    items: Vec<u32>,
}

impl Default for RaggedArray {
    fn default() -> Self {
        Self { starts: vec![0], items: Vec::new() }
    }
}

impl RaggedArray {
    /// Adds a list behind the others.
    pub(super) fn push(&mut self, list: impl IntoIterator<Item = u32>) {
        self.items.extend(list);
        self.starts.push(self.items.len() as u32);
    }

    /// Adds every list of another, each number as `translated`.
    pub(super) fn append(&mut self, other: &Self, translated: impl Fn(u32) -> u32) {
        let before = self.items.len() as u32;
        self.items.extend(other.items.iter().map(|item| translated(*item)));
        self.starts.extend(other.starts.iter().skip(1).map(|start| before + start));
    }

    /// For each number below `count` the places of the lists it is in, ascending; higher numbers are left out.
    pub(super) fn inverted<'a>(count: usize, lists: impl Iterator<Item = &'a [u32]> + Clone) -> Self {
        let mut starts = vec![0u32; count + 1];
        for item in lists.clone().flatten() {
            if let Some(count) = starts.get_mut((*item as usize).saturating_add(1)) {
                *count += 1;
            }
        }
        let mut before = 0;
        for start in &mut starts {
            before += *start;
            *start = before;
        }
        let mut free = starts.clone();
        let mut items = vec![0u32; before as usize];
        for (place, list) in (0u32..).zip(lists) {
            for item in list.iter().filter(|item| (**item as usize) < count) {
                if let Some(next) = free.get_mut(*item as usize) {
                    if let Some(slot) = items.get_mut(*next as usize) {
                        *slot = place;
                    }
                    *next += 1;
                }
            }
        }
        Self { starts, items }
    }

    /// A list; none behind the last.
    pub(super) fn get(&self, list: u32) -> &[u32] {
        match self.starts.get(list as usize..).unwrap_or_default() {
            [start, end, ..] => self.items.get(*start as usize..*end as usize).unwrap_or_default(),
            _ => &[],
        }
    }

    /// Every list in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[u32]> + Clone {
        self.starts.windows(2).map(|ends| match ends {
            [start, end] => self.items.get(*start as usize..*end as usize).unwrap_or_default(),
            _ => &[],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_inverted_and_put_behind_each_other() {
        let mut lists = RaggedArray::default();
        lists.push([2, 0]);
        lists.push([]);
        lists.push([2, 7]);
        let places = RaggedArray::inverted(3, lists.iter());
        assert_eq!(places.iter().collect::<Vec<_>>(), [&[0][..], &[], &[0, 2]]);
        let mut both = RaggedArray::default();
        both.push([9]);
        both.append(&lists, |item| item + 1);
        assert_eq!(both.iter().collect::<Vec<_>>(), [&[9][..], &[3, 1], &[], &[3, 8]]);
        assert_eq!((both.get(1), both.get(4)), (&[3, 1][..], &[][..]));
    }
}
