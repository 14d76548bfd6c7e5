//! The form of a choice record in Workers KV: in the metadata of its key, so that a listing has it, else in the value.
//!
//! Invariant: what [`pack`] makes of a record, [`unpack`] and [`listed`] make the record of again, and so they do of every
//! record that was ever stored.

use serde_json::Value;

/// Bytes of metadata that KV keeps with a key (developers.cloudflare.com/kv/platform/limits, 2026-04).
const METADATA_BYTES: usize = 1024;
/// The metadata of a record that is too long for it and lies in the value.
const IN_VALUE: &str = r#"{"in":"value"}"#;
/// The value of a record that lies in the metadata.
const IN_METADATA: &str = "{}";

/// Packs a record, JSON, into value and metadata.
pub(crate) fn pack(record: String) -> (String, String) {
    if record.len() <= METADATA_BYTES {
        (IN_METADATA.to_owned(), record)
    } else {
        (record, IN_VALUE.to_owned())
    }
}

/// Unpacks the record of a key out of its value and its metadata.
pub(crate) fn unpack(value: String, metadata: Option<&Value>) -> String {
    metadata.and_then(listed).unwrap_or(value)
}

/// Unpacks a record out of the metadata that a listing has; `None` where it lies in the value.
pub(crate) fn listed(metadata: &Value) -> Option<String> {
    let here = metadata.is_object() && metadata.get("in").is_none();
    here.then(|| metadata.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes a record as the core does, its query id of so many letters.
    fn record(letters: usize) -> String {
        let query_id = "A".repeat(letters);
        format!(
            r#"{{"user_id":"u","query_id":"{query_id}","isbn13":"9791158083397","rank":2,"chosen_at":"2026-11-21T00:00:00Z"}}"#
        )
    }

    fn read(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn a_record_comes_back_from_wherever_it_lies() {
        let short = record(0).len();
        for (letters, in_metadata) in
            [(1, true), (METADATA_BYTES - short, true), (METADATA_BYTES - short + 1, false)]
        {
            let record = record(letters);
            let (value, metadata) = pack(record.clone());
            assert!(metadata.len() <= METADATA_BYTES);
            let metadata = read(&metadata);
            assert_eq!(listed(&metadata).is_some(), in_metadata, "{letters}");
            assert_eq!(read(&unpack(value, Some(&metadata))), read(&record));
        }
    }

    #[test]
    fn what_was_stored_before_is_read_as_it_was_stored() {
        // The bytes of two keys, as KV has had them since the first record.
        let told = r#"{"chosen_at":"2026-11-21T00:00:00Z","isbn13":"9791158083397","query_id":"AQAB","user_id":"u"}"#;
        assert_eq!(pack(told.to_owned()), ("{}".to_owned(), told.to_owned()));
        assert_eq!(unpack("{}".to_owned(), Some(&read(told))), told);
        let long = record(METADATA_BYTES);
        assert_eq!(pack(long.clone()), (long.clone(), r#"{"in":"value"}"#.to_owned()));
        assert_eq!(unpack(long.clone(), Some(&read(r#"{"in":"value"}"#))), long);
        // Nothing of ours, but there: the core says that it does not read.
        assert_eq!(unpack("x".to_owned(), None), "x");
        assert_eq!((listed(&Value::Null), listed(&read("[]"))), (None, None));
    }
}
