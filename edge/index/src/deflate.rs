//! Raw DEFLATE of known length.

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};

/// Unpacks exactly `plain` bytes; `None` where it is fewer, more or no DEFLATE.
pub(crate) fn unpack(packed: &[u8], plain: usize) -> Option<Vec<u8>> {
    let mut unpacked = vec![0; plain];
    let mut state = Box::<DecompressorOxide>::default();
    let flags = inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    let (status, _, written) = decompress(&mut state, packed, &mut unpacked, 0, flags);
    (status == TINFLStatus::Done && written == plain).then_some(unpacked)
}

#[cfg(all(test, feature = "write"))]
mod tests {
    use super::*;
    use miniz_oxide::deflate::compress_to_vec;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn bytes_come_back_where_their_length_is_right(plain in prop::collection::vec(0u8..4, 0..900)) {
            let packed = compress_to_vec(&plain, 9);
            prop_assert_eq!(unpack(&packed, plain.len() + 1), None);
            prop_assert_eq!(plain.len().checked_sub(1).and_then(|less| unpack(&packed, less)), None);
            prop_assert_eq!(unpack(&packed, plain.len()), Some(plain));
        }

        #[test]
        fn any_bytes_are_unpacked_without_panic(packed: Vec<u8>, plain in 0usize..5_000) {
            let _ = unpack(&packed, plain);
        }
    }
}
