//! Raw DEFLATE of known length, by itself or behind bytes that it may refer back into.

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};

/// Room for what is unpacked, in bytes: more than most sub-blocks of records are.
const ROOM: usize = 16 << 10;

/// Unpacks what was packed behind the same bytes; keeps them laid out from one time to the next.
pub struct Unpacker {
    /// Holds the bytes referred back into; while unpacking, what is unpacked follows.
    window: Vec<u8>,
    state: Box<DecompressorOxide>,
}

impl std::fmt::Debug for Unpacker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Unpacker").field("phrases", &self.window.len()).finish_non_exhaustive()
    }
}

impl Unpacker {
    /// Lays out the bytes that may be referred back into.
    #[must_use]
    pub fn new(phrases: &[u8]) -> Self {
        let mut window = Vec::with_capacity(if phrases.is_empty() { 0 } else { phrases.len() + ROOM });
        window.extend_from_slice(phrases);
        Self { window, state: Box::default() }
    }

    /// Unpacks exactly `plain` bytes; `None` where it is fewer, more or no DEFLATE.
    pub(crate) fn unpack(&mut self, packed: &[u8], plain: usize) -> Option<Vec<u8>> {
        let behind = self.window.len();
        self.window.resize(behind.checked_add(plain)?, 0);
        self.state.init();
        let flags = inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
        let (status, _, written) = decompress(&mut self.state, packed, &mut self.window, behind, flags);
        let whole = status == TINFLStatus::Done && written == plain;
        if behind == 0 {
            return Some(std::mem::take(&mut self.window)).filter(|_| whole);
        }
        let unpacked = self.window.get(behind..).filter(|_| whole).map(<[u8]>::to_vec);
        self.window.truncate(behind);
        unpacked
    }
}

/// Packs bytes as [`Unpacker`] unpacks them behind the same phrases.
#[cfg(feature = "write")]
pub(crate) fn pack_behind(phrases: &[u8], plain: &[u8]) -> Vec<u8> {
    use miniz_oxide::deflate::core::{
        CompressorOxide, TDEFLFlush, compress_to_output, create_comp_flags_from_zip_params,
    };
    let mut state = CompressorOxide::new(create_comp_flags_from_zip_params(9, 0, 0));
    // What the phrases come to is left out: it ends at a whole byte.
    compress_to_output(&mut state, phrases, TDEFLFlush::Sync, |_| true);
    let mut packed = Vec::new();
    compress_to_output(&mut state, plain, TDEFLFlush::Finish, |bytes| {
        packed.extend_from_slice(bytes);
        true
    });
    packed
}

#[cfg(all(test, feature = "write"))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn bytes_come_back_from_behind_phrases_one_after_another(
            phrases in prop::collection::vec(0u8..4, 0..300),
            plain in prop::collection::vec(prop::collection::vec(0u8..4, 0..900), 1..4),
        ) {
            let mut unpacker = Unpacker::new(&phrases);
            for plain in plain {
                let packed = pack_behind(&phrases, &plain);
                prop_assert_eq!(unpacker.unpack(&packed, plain.len() + 1), None);
                prop_assert_eq!(plain.len().checked_sub(1).and_then(|less| unpacker.unpack(&packed, less)), None);
                prop_assert_eq!(unpacker.unpack(&packed, plain.len()), Some(plain));
                // Behind other phrases it is something else, or nothing; but never a panic.
                let _ = Unpacker::new(&[]).unpack(&packed, 900);
            }
        }

        #[test]
        fn any_bytes_are_unpacked_without_panic(phrases: Vec<u8>, packed: Vec<u8>, plain in 0usize..5_000) {
            let _ = Unpacker::new(&phrases).unpack(&packed, plain);
        }
    }
}
