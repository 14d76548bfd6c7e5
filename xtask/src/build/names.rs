//! Taking the names of functions out of WASM: 30 KB gzipped that only the reader of a stack needs.
//!
//! Nothing else of the module is touched. Invariant: what comes out has the same sections but for that one.

use anyhow::{Context, Result, bail};

const HEADER: &[u8] = b"\0asm\x01\0\0\0";
/// The id of custom sections; they begin with their name.
const CUSTOM: u8 = 0;
const NAMES: &[u8] = b"name";

/// The module without its names.
pub(crate) fn without_names(wasm: &[u8]) -> Result<Vec<u8>> {
    let Some(mut rest) = wasm.strip_prefix(HEADER) else { bail!("this is no WASM module of version 1") };
    let mut kept = HEADER.to_vec();
    while let Some((id, after_id)) = rest.split_first() {
        let (length, content) = number(after_id).context("a section's length is cut off")?;
        let (content, next) = content.split_at_checked(length).context("a section is cut off")?;
        let is_names = *id == CUSTOM
            && number(content)
                .is_some_and(|(length, content)| content.get(..length).is_some_and(|name| name == NAMES));
        if !is_names {
            kept.extend_from_slice(&rest[..rest.len() - next.len()]);
        }
        rest = next;
    }
    Ok(kept)
}

/// An unsigned LEB128 number of at most 32 bits, and what follows it.
fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0_usize;
    for (at, byte) in bytes.iter().take(5).enumerate() {
        value |= usize::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[at + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(id: u8, content: &[u8]) -> Vec<u8> {
        [&[id, content.len() as u8 | 0x80, 0][..], content].concat()
    }

    #[test]
    fn only_the_names_go() {
        let types = section(1, &[0]);
        let features = section(CUSTOM, b"\x0ftarget_features\x00");
        let names = section(CUSTOM, b"\x04name\x01\x02\x00\x00");
        let module = [HEADER, &types, &names, &features].concat();
        assert_eq!(without_names(&module).unwrap(), [HEADER, &types, &features].concat());
    }

    #[test]
    fn what_is_no_whole_module_is_refused() {
        assert!(without_names(b"\0asm").is_err());
        let cut = [HEADER, &[1, 9, 0]].concat();
        assert!(without_names(&cut).is_err());
    }
}
