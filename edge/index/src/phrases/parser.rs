//! Texts into phrases.

use crate::bit_stream::BitWriter;
use crate::prefix_code::Encoder;

/// Splits texts into phrases, those that take the fewest bits.
#[derive(Debug)]
pub struct Parser {
    tree: PhraseTree,
    encoder: Encoder<u16>,
    costs: Vec<u32>,
}

impl Parser {
    /// Makes a parser into ascending phrases, which have these codes.
    pub(super) fn new<'a>(phrases: impl Iterator<Item = &'a [u8]>, encoder: Encoder<u16>) -> Self {
        let costs = encoder.bits().collect();
        Self { tree: PhraseTree::new(phrases), encoder, costs }
    }

    /// Appends the codes of a text.
    pub(crate) fn put(&self, out: &mut BitWriter, text: &[u8]) {
        for number in self.tree.parse(text, &self.costs).1 {
            self.encoder.put(out, number as u16);
        }
    }
}

/// Phrases by their bytes, to find all those that a text goes on with.
#[derive(Debug, Default)]
pub struct PhraseTree {
    nodes: Vec<Node>,
}

#[derive(Debug, Default)]
struct Node {
    /// The number of the phrase that ends here, and its bytes.
    phrase: Option<(u32, u32)>,
    /// Ascending.
    children: Vec<(u8, u32)>,
}

impl PhraseTree {
    /// Makes the tree of ascending phrases, numbered from 0.
    pub fn new<'a>(phrases: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut nodes = vec![Node::default()];
        for (phrase, number) in phrases.zip(0u32..) {
            let mut at = 0usize;
            for byte in phrase {
                let next = nodes.len() as u32;
                let Some(node) = nodes.get_mut(at) else { break };
                // Phrases ascend: the child is the last one or new.
                at = match node.children.last() {
                    Some((last, child)) if last == byte => *child as usize,
                    _ => {
                        node.children.push((*byte, next));
                        nodes.push(Node::default());
                        next as usize
                    }
                };
            }
            if let Some(node) = nodes.get_mut(at) {
                node.phrase = Some((number, phrase.len() as u32));
            }
        }
        Self { nodes }
    }

    /// Finds the phrases that make a text at the least cost, and what they cost together; none where none make it.
    #[must_use]
    pub fn parse(&self, text: &[u8], costs: &[u32]) -> (u32, Vec<u32>) {
        // Of each place: the least cost of the text before it, and the last phrase of that with its length.
        let mut best = vec![(u32::MAX, 0u32, 0u32); text.len() + 1];
        if let Some(first) = best.first_mut() {
            first.0 = 0;
        }
        for from in 0..text.len() {
            let before = best.get(from).map_or(u32::MAX, |place| place.0);
            if before == u32::MAX {
                continue;
            }
            let mut node = self.nodes.first();
            for (byte, to) in text.iter().skip(from).zip(from + 1..) {
                let child = node.and_then(|node| {
                    let child = node.children.binary_search_by_key(byte, |child| child.0).ok()?;
                    self.nodes.get(node.children.get(child)?.1 as usize)
                });
                let Some(child) = child else { break };
                node = Some(child);
                if let (Some((number, length)), Some(place)) = (child.phrase, best.get_mut(to)) {
                    let cost =
                        costs.get(number as usize).map_or(u32::MAX, |cost| before.saturating_add(*cost));
                    if cost < place.0 {
                        *place = (cost, number, length);
                    }
                }
            }
        }
        let (mut parts, mut at) = (Vec::new(), text.len());
        while let Some((_, number, length)) = best.get(at).filter(|place| place.2 > 0) {
            parts.push(*number);
            at -= *length as usize;
        }
        parts.reverse();
        (best.last().map_or(0, |place| place.0), parts)
    }
}
