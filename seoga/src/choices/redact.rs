//! A user's choices taken out of the bytes of an export, whichever of its two forms they are.
//!
//! Where the bytes lie is `erase`'s and `bucket`'s matter. Invariant: what is no export, or cannot be read as one, is an error: it
//! is never taken for one that lacks the user.

use std::fmt::Write as _;

use anyhow::{Context, Result};

use super::file::Identity;
use super::parquet;

/// An export without the user.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Redacted {
    pub(super) bytes: Vec<u8>,
    /// How many choices were taken out.
    pub(super) removed: usize,
    /// How many of others stay.
    pub(super) kept: usize,
}

/// Takes a user's choices out.
pub(super) fn redact(bytes: Vec<u8>, user: &str) -> Result<Redacted> {
    if parquet::is_parquet(&bytes) {
        let lines = parquet::decode(bytes)?;
        let all = lines.len();
        let kept: Vec<_> = lines.into_iter().filter(|line| line.user_id != user).collect();
        return Ok(Redacted { bytes: parquet::encode(&kept)?, removed: all - kept.len(), kept: kept.len() });
    }
    let text = String::from_utf8(bytes).ok().context("neither NDJSON nor Parquet")?;
    let (mut out, mut removed, mut kept) = (String::with_capacity(text.len()), 0, 0);
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let identity =
            Identity::of(line).with_context(|| format!("neither NDJSON nor Parquet: line {}", at + 1))?;
        if identity.user_id == user {
            removed += 1;
        } else {
            kept += 1;
            let _ = writeln!(out, "{line}");
        }
    }
    Ok(Redacted { bytes: out.into_bytes(), removed, kept })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choices::line::ExportLine;

    fn line(user: &str) -> String {
        format!(
            r#"{{"user_id":"{user}","query_id":"q","isbn13":null,"query":"책","libraries":[],"generation":"g","chosen_at":"2026-11-29T00:00:00Z"}}"#
        )
    }

    #[test]
    fn both_forms_lose_the_user_and_nobody_else() {
        let (goes, stays) = (line("goes"), line("stays"));
        let ndjson = format!("{goes}\n{stays}\n{goes}\n");
        let redacted = redact(ndjson.into_bytes(), "goes").unwrap();
        assert_eq!(redacted, Redacted { bytes: format!("{stays}\n").into_bytes(), removed: 2, kept: 1 });
        let lines = [&goes, &stays].map(|line| ExportLine::parse(line).unwrap());
        let redacted = redact(parquet::encode(&lines).unwrap(), "goes").unwrap();
        assert_eq!((redacted.removed, redacted.kept), (1, 1));
        // Footers have the least and the greatest user id of each column: theirs are gone too.
        assert!(!redacted.bytes.windows(4).any(|bytes| bytes == b"goes"));
        assert_eq!(parquet::decode(redacted.bytes).unwrap(), [ExportLine::parse(&stays).unwrap()]);
    }

    #[test]
    fn what_is_no_export_is_an_error() {
        for bytes in [&b"user,query\n"[..], b"PAR1", &[0xff, 0], b"{}\n"] {
            assert!(redact(bytes.to_vec(), "goes").is_err(), "{bytes:?}");
        }
        assert_eq!(redact(Vec::new(), "goes").unwrap().removed, 0);
    }
}
