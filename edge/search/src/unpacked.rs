//! Records unpacked for one stage: each sub-block once, and none that is not shown or verified.
//!
//! A cache keeps records files as they are stored; what is unpacked lives as long as the stage.

use std::collections::BTreeMap;

use seoga_index::DocId;
use seoga_index::bytes::Damaged;
use seoga_index::deflate::Unpacker;
use seoga_index::record::{Record, Records, Shared, SubBlock};

/// Holds the sub-blocks unpacked so far, by the file's number and their own in it.
#[derive(Debug, Default)]
pub(crate) struct UnpackedRecords {
    unpacker: Option<Unpacker>,
    sub_blocks: BTreeMap<(u32, usize), SubBlock>,
}

impl UnpackedRecords {
    /// Decodes the record of a document out of the records file of this number.
    pub(crate) fn get(
        &mut self,
        number: u32,
        records: &Records,
        doc: DocId,
        shared: Shared<'_>,
    ) -> Result<Option<Record>, Damaged> {
        let Some(sub_block) = records.sub_block_of(doc) else { return Ok(None) };
        let place = (number, sub_block);
        if !self.sub_blocks.contains_key(&place) {
            let unpacker = self.unpacker.get_or_insert_with(|| Unpacker::new(shared.phrases));
            self.sub_blocks.insert(place, records.unpack(sub_block, shared, unpacker)?);
        }
        self.sub_blocks.get(&place).map_or(Ok(None), |records| records.get(doc, shared))
    }
}
