//! The entries of a dictionary shard by the ordinals of its keys, packed.
//!
//! Layout: "Values" in `docs/INDEX_FORMAT.md`. A stream of prefix codes, entered at every [`GROUP`]th entry; a list's address
//! is told by the distance to that of the list behind it.

use crate::bit_stream::{BitReader, MOST_BITS};
use crate::bytes::{Bytes, Damaged};
use crate::entry::Entry;
use crate::postings::Posting;
use crate::prefix_code::PrefixCode;

/// Entries from one place of entry to the next.
const GROUP: usize = 64;

/// A single posting with the payload 0.
const BARE: u8 = 0;
/// A single posting with another payload.
const SINGLE: u8 = 1;
/// The list to come does not lie where the one before ends.
const ELSEWHERE: u8 = 2;
/// A list of class 0; those of other classes follow.
const LIST: u8 = 3;
/// Classes of lists.
const CLASSES: usize = 64;

const DAMAGED: Damaged = Damaged("entries of a dictionary shard");

/// How steps from one list of a class to the next are told: the least, and the order of the code of what is more.
#[derive(Debug, Clone, Copy, Default)]
struct Steps {
    least: u64,
    k: u32,
}

/// Where the parts of the entries lie, and their codes.
#[derive(Debug)]
pub(crate) struct Values {
    count: usize,
    doc_bits: u32,
    address_bits: u32,
    offset_bits: u32,
    base: u64,
    symbols: PrefixCode,
    upper: PrefixCode,
    lower: PrefixCode,
    /// By class.
    steps: Vec<Steps>,
    /// Where the heads of groups and the stream begin, in bits of the payload.
    heads: usize,
    stream: usize,
}

impl Values {
    /// Reads the head of entries that reach from byte `at` to the payload's end.
    pub(crate) fn open(payload: &[u8], at: usize) -> Result<Self, Damaged> {
        Self::read(payload, at).ok_or(DAMAGED)
    }

    fn read(payload: &[u8], at: usize) -> Option<Self> {
        let mut bytes = Bytes::new(payload.get(at..)?);
        let mut width = |most: u32| bytes.u8().map(u32::from).filter(|bits| *bits <= most);
        let (doc_bits, address_bits, offset_bits) = (width(32)?, width(MOST_BITS)?, width(32)?);
        let (base, count) = (bytes.varint()?, bytes.len()?);
        let symbols = PrefixCode::<u8>::read(&mut bytes)?;
        let (upper, lower) = (PrefixCode::read(&mut bytes)?, PrefixCode::read(&mut bytes)?);
        let mut steps = vec![Steps::default(); CLASSES];
        for class in symbols.symbols().into_iter().filter_map(|symbol| symbol.checked_sub(LIST)) {
            let of_class = Steps { least: bytes.varint()?, k: bytes.u8()?.into() };
            *steps.get_mut(usize::from(class))? = of_class;
        }
        let heads = payload.len() - bytes.rest().len();
        let head_bits = count.div_ceil(GROUP).checked_mul((offset_bits + address_bits) as usize)?;
        bytes.take(head_bits.div_ceil(8))?;
        let stream = payload.len() - bytes.rest().len();
        Some(Self {
            count,
            doc_bits,
            address_bits,
            offset_bits,
            base,
            symbols,
            upper,
            lower,
            steps,
            heads: heads.checked_mul(8)?,
            stream: stream.checked_mul(8)?,
        })
    }

    /// Counts the entries.
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// Counts the bytes held beside the payload.
    pub(crate) fn size(&self) -> usize {
        [&self.symbols, &self.upper, &self.lower].map(PrefixCode::size).iter().sum::<usize>()
            + self.steps.len() * size_of::<Steps>()
    }

    /// Begins to read entries of the payload that these are of.
    pub(crate) fn cursor<'a>(&'a self, payload: &'a [u8]) -> Cursor<'a> {
        Cursor { values: self, payload, next: usize::MAX, bits: BitReader::new(payload, 0), address: 0 }
    }
}

/// A place among the entries of a shard.
pub(crate) struct Cursor<'a> {
    values: &'a Values,
    payload: &'a [u8],
    /// The ordinal of the entry to come.
    next: usize,
    bits: BitReader<'a>,
    /// Where the list to come lies, unless it lies elsewhere.
    address: u64,
}

impl Cursor<'_> {
    /// Reads the entry of an ordinal; the ones that follow it are read fastest in their order.
    pub(crate) fn entry(&mut self, ordinal: u64) -> Result<Entry, Damaged> {
        self.read(ordinal).ok_or(DAMAGED)
    }

    fn read(&mut self, ordinal: u64) -> Option<Entry> {
        let ordinal = usize::try_from(ordinal).ok().filter(|ordinal| *ordinal < self.values.count)?;
        // A group is entered by its head, also from the one before.
        let is_entered = ordinal / GROUP == self.next / GROUP && !self.next.is_multiple_of(GROUP);
        if ordinal < self.next || !is_entered {
            self.enter(ordinal / GROUP)?;
        }
        while self.next < ordinal {
            self.next_entry()?;
        }
        self.next_entry()
    }

    fn enter(&mut self, group: usize) -> Option<()> {
        let values = self.values;
        let head_bits = (values.offset_bits + values.address_bits) as usize;
        let at = values.heads.checked_add(group.checked_mul(head_bits)?)?;
        let mut head = BitReader::new(self.payload, at);
        let offset = usize::try_from(head.take(values.offset_bits)?).ok()?;
        self.address = values.base.checked_add(head.take(values.address_bits)?)?;
        self.bits = BitReader::new(self.payload, values.stream.checked_add(offset)?);
        self.next = group * GROUP;
        Some(())
    }

    fn next_entry(&mut self) -> Option<Entry> {
        let (values, bits) = (self.values, &mut self.bits);
        self.next += 1;
        let mut symbol = values.symbols.decode(bits)?;
        if symbol == ELSEWHERE {
            self.address = values.base.checked_add(bits.take(values.address_bits)?)?;
            symbol = values.symbols.decode(bits).filter(|symbol| *symbol >= LIST)?;
        }
        let payload = match symbol {
            BARE => 0,
            SINGLE => u16::from_be_bytes([values.upper.decode(bits)?, values.lower.decode(bits)?]),
            _ => {
                let df_class = symbol.checked_sub(LIST)?;
                let Steps { least, k } = *values.steps.get(usize::from(df_class))?;
                let address = self.address;
                self.address = address.checked_add(bits.exp_golomb(k)?)?.checked_add(least)?;
                return Some(Entry::List { address, df_class });
            }
        };
        let doc = u32::try_from(bits.take(values.doc_bits)?).ok()?;
        Some(Entry::Inline(Posting { doc, payload }))
    }
}

#[cfg(feature = "write")]
pub(crate) use write::put;

#[cfg(feature = "write")]
mod write {
    use std::collections::BTreeMap;

    use super::{BARE, ELSEWHERE, GROUP, LIST, SINGLE, Steps};
    use crate::bit_stream::{BitWriter, exp_golomb_bits};
    use crate::bits::bits_of;
    use crate::bytes::put_varint;
    use crate::entry::Entry;
    use crate::postings::Posting;
    use crate::prefix_code::Encoder;

    /// A list farther than this behind the one before is told by its address.
    const FARTHEST_STEP: u64 = 1 << 16;
    /// Orders tried for the code of a class's steps.
    const ORDERS: std::ops::RangeInclusive<u32> = 0..=14;

    /// An entry and, of a list, how it is reached from the list before, and the list behind from it.
    #[derive(Clone, Copy)]
    struct Placed {
        entry: Entry,
        elsewhere: bool,
        step: Option<u64>,
    }

    /// Appends the entries of keys, by their ordinals.
    pub(crate) fn put(out: &mut Vec<u8>, entries: &[Entry]) {
        let (mut most_doc, mut addresses) = (0, None);
        for entry in entries {
            match *entry {
                Entry::Inline(Posting { doc, .. }) => most_doc = most_doc.max(doc),
                Entry::List { address, .. } => {
                    let (least, most) = addresses.get_or_insert((address, address));
                    (*least, *most) = (address.min(*least), address.max(*most));
                }
            }
        }
        let (base, most_address) = addresses.unwrap_or_default();
        let (doc_bits, address_bits) =
            (bits_of(most_doc as usize) as u32, 64 - (most_address - base).leading_zeros());
        let groups: Vec<Vec<Placed>> = entries.chunks(GROUP).map(placed).collect();
        let all = || groups.iter().flatten();
        let symbols = Encoder::new(all().flat_map(|placed| {
            placed.elsewhere.then_some(ELSEWHERE).into_iter().chain([symbol(placed.entry)])
        }));
        let payloads = || {
            all().filter_map(|placed| match placed.entry {
                Entry::Inline(Posting { payload, .. }) if payload > 0 => Some(payload.to_be_bytes()),
                _ => None,
            })
        };
        let upper = Encoder::new(payloads().map(|[upper, _]| upper));
        let lower = Encoder::new(payloads().map(|[_, lower]| lower));
        let mut steps: BTreeMap<u8, Vec<u64>> = BTreeMap::new();
        for placed in all() {
            if let Entry::List { df_class, .. } = placed.entry {
                steps.entry(df_class).or_default().extend(placed.step);
            }
        }
        let steps: BTreeMap<u8, Steps> =
            steps.into_iter().map(|(class, steps)| (class, shortest(&steps))).collect();

        let mut stream = BitWriter::default();
        let mut offsets = Vec::with_capacity(groups.len());
        for group in &groups {
            offsets.push(stream.len() as u64);
            for placed in group {
                put_entry(
                    &mut stream,
                    placed,
                    (base, address_bits, doc_bits),
                    (&symbols, &upper, &lower),
                    &steps,
                );
            }
        }
        let offset_bits = 64 - (stream.len() as u64).leading_zeros();
        let mut heads = BitWriter::default();
        for (group, offset) in groups.iter().zip(offsets) {
            let first = group.iter().find_map(|placed| match placed.entry {
                Entry::List { address, .. } => Some(address),
                Entry::Inline(_) => None,
            });
            heads.put(offset, offset_bits);
            heads.put(first.unwrap_or(base) - base, address_bits);
        }
        out.extend([doc_bits as u8, address_bits as u8, offset_bits as u8]);
        put_varint(out, base);
        put_varint(out, entries.len() as u64);
        [&symbols, &upper, &lower].iter().for_each(|code| code.put_table(out));
        for Steps { least, k } in steps.into_values() {
            put_varint(out, least);
            out.push(k as u8);
        }
        out.extend(heads.finish());
        out.extend(stream.finish());
    }

    /// Says of each list of a group how it is reached.
    fn placed(group: &[Entry]) -> Vec<Placed> {
        let mut out: Vec<Placed> = Vec::with_capacity(group.len());
        let mut last: Option<(usize, u64)> = None;
        for entry in group {
            let mut placed = Placed { entry: *entry, elsewhere: false, step: None };
            if let Entry::List { address, .. } = *entry {
                if let Some((before, at)) = last {
                    let step = address.checked_sub(at).filter(|step| *step <= FARTHEST_STEP);
                    placed.elsewhere = step.is_none();
                    if let Some(before) = out.get_mut(before) {
                        before.step = step;
                    }
                }
                last = Some((out.len(), address));
            }
            out.push(placed);
        }
        out
    }

    fn symbol(entry: Entry) -> u8 {
        match entry {
            Entry::Inline(Posting { payload: 0, .. }) => BARE,
            Entry::Inline(_) => SINGLE,
            Entry::List { df_class, .. } => LIST + (df_class & 63),
        }
    }

    /// Finds the order of the code that tells steps in the fewest bits.
    fn shortest(steps: &[u64]) -> Steps {
        let least = steps.iter().min().copied().unwrap_or(0);
        let bits = |k: u32| steps.iter().map(|step| exp_golomb_bits(step - least, k)).sum::<u32>();
        Steps { least, k: ORDERS.min_by_key(|k| bits(*k)).unwrap_or(0) }
    }

    fn put_entry(
        stream: &mut BitWriter,
        placed: &Placed,
        (base, address_bits, doc_bits): (u64, u32, u32),
        (symbols, upper, lower): (&Encoder, &Encoder, &Encoder),
        steps: &BTreeMap<u8, Steps>,
    ) {
        match placed.entry {
            Entry::Inline(Posting { doc, payload }) => {
                symbols.put(stream, symbol(placed.entry));
                if payload > 0 {
                    let [high, low] = payload.to_be_bytes();
                    upper.put(stream, high);
                    lower.put(stream, low);
                }
                stream.put(doc.into(), doc_bits);
            }
            Entry::List { address, df_class } => {
                if placed.elsewhere {
                    symbols.put(stream, ELSEWHERE);
                    stream.put(address - base, address_bits);
                }
                symbols.put(stream, symbol(placed.entry));
                let Steps { least, k } = steps.get(&df_class).copied().unwrap_or_default();
                stream.put_exp_golomb(placed.step.unwrap_or(least) - least, k);
            }
        }
    }
}

#[cfg(all(test, feature = "write"))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn entries() -> impl Strategy<Value = Vec<Entry>> {
        let inline = (0u32..9_000, any::<u16>());
        let inline = inline.prop_map(|(doc, payload)| Entry::Inline(Posting { doc, payload }));
        let bare = any::<u32>().prop_map(|doc| Entry::Inline(Posting { doc, payload: 0 }));
        let list = (0u64..1 << 50, 0u8..64);
        let list = list.prop_map(|(address, df_class)| Entry::List { address, df_class });
        let near = (0u64..70_000, 0u8..5);
        let near = near.prop_map(|(address, df_class)| Entry::List { address, df_class });
        prop::collection::vec(prop_oneof![2 => inline, 1 => bare, 1 => list, 3 => near], 0..300)
    }

    proptest! {
        #[test]
        fn entries_come_back_in_any_order(entries in entries(), sorted: bool, sought in prop::collection::vec(0usize..300, 0..40)) {
            let mut entries = entries;
            if sorted {
                entries.sort_by_key(|entry| match entry { Entry::List { address, .. } => *address, Entry::Inline(_) => 0 });
            }
            let mut payload = vec![9, 9];
            put(&mut payload, &entries);
            let values = Values::open(&payload, 2).unwrap();
            prop_assert_eq!(values.len(), entries.len());
            let mut cursor = values.cursor(&payload);
            for (ordinal, entry) in entries.iter().enumerate() {
                prop_assert_eq!(cursor.entry(ordinal as u64).unwrap(), *entry);
            }
            for ordinal in sought {
                prop_assert_eq!(cursor.entry(ordinal as u64).ok(), entries.get(ordinal).copied());
            }
        }

        #[test]
        fn damaged_entries_are_read_without_panic(
            entries in entries(), flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4), cut: prop::sample::Index,
        ) {
            let mut payload = Vec::new();
            put(&mut payload, &entries);
            payload.truncate(cut.index(payload.len() + 1));
            for (at, byte) in flips {
                if let Some(at) = (!payload.is_empty()).then(|| at.index(payload.len())) {
                    payload[at] = byte;
                }
            }
            if let Ok(values) = Values::open(&payload, 0) {
                let mut cursor = values.cursor(&payload);
                for ordinal in 0..300 {
                    let _ = cursor.entry(ordinal);
                }
            }
        }
    }

    #[test]
    fn lists_in_a_row_take_less_than_two_bytes_each() {
        let list = |n: u64| Entry::List { address: 1_000_000 + 9 * n + n % 3, df_class: 2 };
        let mut payload = Vec::new();
        put(&mut payload, &(0..640).map(list).collect::<Vec<_>>());
        assert!(payload.len() < 640, "{}", payload.len());
    }
}
