//! A table of keys in ascending order, each told by what it shares with the key before.
//!
//! Layout: "The dictionary" in `docs/INDEX_FORMAT.md`. A stream of prefix codes, entered at every [`GROUP`]th key, which is told
//! whole.

use crate::bit_stream::BitReader;
use crate::bytes::{Bytes, Damaged};
use crate::payload::PayloadPart;
use crate::prefix_code::PrefixCode;

/// Keys from one that is told whole to the next.
const GROUP: usize = 32;

const DAMAGED: Damaged = Damaged("key table of a dictionary shard");

/// An opened table.
#[derive(Debug)]
pub(crate) struct KeyTable {
    part: PayloadPart,
    count: usize,
    offset_bits: u32,
    shared: PrefixCode,
    rest: PrefixCode,
    letters: PrefixCode,
    /// Where the offsets of groups and the stream begin, in bits of the part.
    heads: usize,
    stream: usize,
}

impl KeyTable {
    /// Reads the head of a table.
    pub(crate) fn open(part: PayloadPart) -> Result<Self, Damaged> {
        Self::read(part).ok_or(DAMAGED)
    }

    fn read(part: PayloadPart) -> Option<Self> {
        let all = part.as_ref();
        let mut bytes = Bytes::new(all);
        let count = bytes.len()?;
        let offset_bits = bytes.u8().map(u32::from).filter(|bits| *bits <= 32)?;
        let shared = PrefixCode::read(&mut bytes)?;
        let (rest, letters) = (PrefixCode::read(&mut bytes)?, PrefixCode::read(&mut bytes)?);
        let heads = all.len() - bytes.rest().len();
        bytes.take(count.div_ceil(GROUP).checked_mul(offset_bits as usize)?.div_ceil(8))?;
        let stream = (all.len() - bytes.rest().len()).checked_mul(8)?;
        Some(Self { count, offset_bits, shared, rest, letters, heads: heads.checked_mul(8)?, stream, part })
    }

    /// Counts the keys.
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// Gives the payload that the table is a part of.
    pub(crate) fn payload(&self) -> &[u8] {
        self.part.payload()
    }

    /// Counts the bytes held beside the payload.
    pub(crate) fn size(&self) -> usize {
        [&self.shared, &self.rest, &self.letters].map(PrefixCode::size).iter().sum()
    }

    /// Goes through the keys that are not less than `from`.
    pub(crate) fn from(&self, from: &[u8]) -> Result<Keys<'_>, Damaged> {
        let (mut yes, mut no) = (0, self.count.div_ceil(GROUP));
        // The last group whose first key is not greater.
        while yes + 1 < no {
            let middle = yes + (no - yes) / 2;
            let mut keys = self.group(middle).ok_or(DAMAGED)?;
            keys.step().ok_or(DAMAGED)?;
            if keys.key.as_slice() <= from { yes = middle } else { no = middle }
        }
        let mut keys = self.group(yes).ok_or(DAMAGED)?;
        keys.from = Some(from.to_vec()).filter(|from| !from.is_empty());
        Ok(keys)
    }

    /// Goes through the keys from the first one of a group on.
    fn group(&self, group: usize) -> Option<Keys<'_>> {
        let bytes = self.part.as_ref();
        let mut offset = 0;
        if self.count > 0 {
            let at = group.checked_mul(self.offset_bits as usize)?.checked_add(self.heads)?;
            offset = usize::try_from(BitReader::new(bytes, at).take(self.offset_bits)?).ok()?;
        }
        let bits = BitReader::new(bytes, self.stream.checked_add(offset)?);
        Some(Keys { table: self, bits, next: group * GROUP, key: Vec::new(), kept: usize::MAX, from: None })
    }
}

/// A walk over the keys of a table.
pub(crate) struct Keys<'a> {
    table: &'a KeyTable,
    bits: BitReader<'a>,
    /// The ordinal of the key to come.
    next: usize,
    key: Vec<u8>,
    /// Bytes that all keys since the last one given share with it.
    kept: usize,
    /// Lesser keys are passed over, until one is not.
    from: Option<Vec<u8>>,
}

/// A key of a table.
pub(crate) struct TableKey<'k> {
    pub(crate) ordinal: u64,
    pub(crate) key: &'k [u8],
    /// Bytes it is known to share with the key given before.
    pub(crate) shared: usize,
}

impl Keys<'_> {
    /// Gives the next key.
    pub(crate) fn next_key(&mut self) -> Result<Option<TableKey<'_>>, Damaged> {
        while self.next < self.table.count {
            self.step().ok_or(DAMAGED)?;
            if self.from.as_ref().is_none_or(|from| self.key >= *from) {
                self.from = None;
                let shared = std::mem::replace(&mut self.kept, usize::MAX);
                let ordinal = (self.next - 1) as u64;
                return Ok(Some(TableKey { ordinal, key: &self.key, shared: shared.min(self.key.len()) }));
            }
        }
        Ok(None)
    }

    /// Reads a key; `None` for one that does not decode or ascend.
    fn step(&mut self) -> Option<()> {
        let (table, mut bits) = (self.table, self.bits);
        let is_whole = self.next.is_multiple_of(GROUP);
        let shared = if is_whole { 0 } else { table.shared.decode(&mut bits)?.into() };
        let rest = table.rest.decode(&mut bits)?;
        let whole_before = if is_whole { std::mem::take(&mut self.key) } else { Vec::new() };
        if shared > self.key.len() {
            return None;
        }
        let byte_before = self.key.get(shared).copied();
        self.key.truncate(shared);
        for _ in 0..rest {
            self.key.push(table.letters.decode(&mut bits)?);
        }
        // Else a few bits that say nothing would stand for keys without end.
        let ascends =
            if is_whole { self.key > whole_before } else { self.key.get(shared).copied() > byte_before };
        if !ascends && self.next > 0 {
            return None;
        }
        self.bits = bits;
        self.kept = self.kept.min(shared);
        self.next += 1;
        Some(())
    }
}

/// The longest key a table takes, in bytes.
#[cfg(feature = "write")]
pub(crate) const LONGEST_KEY: usize = 255;

#[cfg(feature = "write")]
pub(crate) use write::put;

#[cfg(feature = "write")]
mod write {
    use super::GROUP;
    use crate::bit_stream::BitWriter;
    use crate::bytes::put_varint;
    use crate::key::shared;
    use crate::prefix_code::Encoder;

    /// Appends a table of keys that ascend, none of more than [`super::LONGEST_KEY`] bytes.
    pub(crate) fn put(out: &mut Vec<u8>, keys: &[Vec<u8>]) {
        let told: Vec<(Option<u8>, &[u8])> = (0..keys.len())
            .zip(keys)
            .map(|(ordinal, key)| {
                let before = ordinal.checked_sub(1).filter(|_| !ordinal.is_multiple_of(GROUP));
                let shared = before.and_then(|before| keys.get(before)).map(|before| shared(before, key));
                (shared.map(|shared| shared as u8), key.get(shared.unwrap_or(0)..).unwrap_or_default())
            })
            .collect();
        let shared = Encoder::new(told.iter().filter_map(|(shared, _)| *shared));
        let rest = Encoder::new(told.iter().map(|(_, rest)| rest.len() as u8));
        let letters = Encoder::new(told.iter().flat_map(|(_, rest)| rest.iter().copied()));
        let (mut stream, mut offsets) = (BitWriter::default(), Vec::new());
        for (of, more) in &told {
            match of {
                Some(of) => shared.put(&mut stream, *of),
                None => offsets.push(stream.len() as u64),
            }
            rest.put(&mut stream, more.len() as u8);
            more.iter().for_each(|letter| letters.put(&mut stream, *letter));
        }
        let offset_bits = 64 - (stream.len() as u64).leading_zeros();
        let mut heads = BitWriter::default();
        offsets.into_iter().for_each(|offset| heads.put(offset, offset_bits));
        put_varint(out, keys.len() as u64);
        out.push(offset_bits as u8);
        [&shared, &rest, &letters].iter().for_each(|code| code.put_table(out));
        out.extend(heads.finish());
        out.extend(stream.finish());
    }
}

#[cfg(all(test, feature = "write"))]
mod tests {
    use super::*;
    use crate::bytes::put_varint;
    use crate::payload::Payload;

    #[test]
    fn keys_without_end_are_damage() {
        let mut table = Vec::new();
        put(&mut table, &[b"a".to_vec()]);
        // One key, told in no bits at all, said to be a million.
        let mut endless = Vec::new();
        put_varint(&mut endless, 1_000_000);
        endless.extend([0, 1, 0]);
        endless.extend(table.get(3..).unwrap_or_default());
        let end = endless.len();
        let table = KeyTable::open(PayloadPart::new(Payload::from(endless), 0..end));
        let walked = table.and_then(|table| {
            let mut keys = table.from(b"")?;
            while keys.next_key()?.is_some() {}
            Ok(())
        });
        assert_eq!(walked, Err(DAMAGED));
    }
}
