//! The pointer file, which names the generation in force (section 2 of `docs/INDEX_FORMAT.md`).
//!
//! Beside [the opening](crate::opening) the only file of an index whose content changes under its name, and the only one that is
//! JSON. Whoever reads, writes or names it does so here.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::FORMAT_VERSION;
use crate::file::{FileName, ORIGIN_BYTES, OpenError};

/// The pointer's name in the folder of an index.
pub const FILE_NAME: &str = "current.json";

/// The files of an index whose content changes under their names, in the order in which they are written, after all others.
pub const CHANGING: [&str; 2] = [crate::file_name::OPENING, FILE_NAME];

/// Names the generation in force and the earlier ones whose files are still there.
///
/// ```
/// use seoga_index::pointer::Pointer;
///
/// let file = br#"{"format":2,"generation":"qqh4o4uyynsbvzy4","previous":[]}"#;
/// let pointer = Pointer::parse(file)?;
/// assert_eq!(pointer.current.letters(), "qqh4o4uyynsbvzy4");
///
/// let error = Pointer::parse(br#"{"format":2}"#).unwrap_err();
/// assert_eq!(error.to_string(), "not a pointer: missing field `generation` at line 1 column 12");
/// # Ok::<(), seoga_index::pointer::PointerError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointer {
    /// The table of contents of the generation in force.
    pub current: FileName,
    /// The tables of contents of the earlier generations, the newest first.
    pub previous: Vec<FileName>,
    /// Bytes of all files of the generation in force, where the one who wrote the pointer counted them.
    pub bytes: Option<u64>,
    /// The overlay of loans over the generation in force, where there is one.
    pub availability: Option<[u8; ORIGIN_BYTES]>,
}

/// Says why a file is no pointer.
#[derive(Debug)]
#[non_exhaustive]
pub enum PointerError {
    /// The file is not JSON of the right shape.
    Json(serde_json::Error),
    /// It points into an index of another version of the format.
    Version(OpenError),
    /// No generation is called so.
    Name {
        /// The name it has.
        generation: String,
    },
}

impl fmt::Display for PointerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => write!(f, "not a pointer: {error}"),
            Self::Version(error) => error.fmt(f),
            Self::Name { generation } => {
                write!(f, "not a pointer: {generation:?} is not the name of a generation")
            }
        }
    }
}

impl std::error::Error for PointerError {}

/// Mirrors the members of the file, in the order they are written in.
#[derive(Deserialize, Serialize)]
struct File {
    format: u8,
    generation: String,
    #[serde(default)]
    previous: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    availability: Option<String>,
}

/// Mirrors what tells the version of any pointer: version 1 named a manifest and no format.
#[derive(Deserialize)]
struct Versioned {
    format: Option<u8>,
    manifest: Option<String>,
}

fn manifest(generation: String) -> Result<FileName, PointerError> {
    FileName::manifest_of(&generation).map_err(|_| PointerError::Name { generation })
}

impl Pointer {
    /// Parses the bytes of a pointer file; members it does not know are ignored.
    ///
    /// # Errors
    /// [`PointerError`] when the file is no JSON object of this shape, or of another version of the format.
    pub fn parse(file: &[u8]) -> Result<Self, PointerError> {
        let Versioned { format, manifest: first } =
            serde_json::from_slice(file).map_err(PointerError::Json)?;
        if let Some(got) = format.or(first.map(|_| 1)).filter(|format| *format != FORMAT_VERSION) {
            return Err(PointerError::Version(OpenError::Version { got }));
        }
        let file: File = serde_json::from_slice(file).map_err(PointerError::Json)?;
        let current = manifest(file.generation)?;
        let previous = file.previous.into_iter().map(manifest).collect::<Result<_, _>>()?;
        // An overlay is called by as many letters as a generation.
        let overlay = file.availability.map(manifest).transpose()?;
        Ok(Self { current, previous, bytes: file.bytes, availability: overlay.map(|name| name.origin) })
    }

    /// Iterates over the tables of contents of all generations: the one in force, then the earlier ones, the newest first.
    pub fn generations(&self) -> impl Iterator<Item = FileName> + '_ {
        std::iter::once(self.current).chain(self.previous.iter().copied())
    }

    /// Writes the pointer as one line of JSON with its line end.
    #[cfg(feature = "write")]
    #[must_use]
    pub fn to_json(&self) -> String {
        let file = File {
            format: FORMAT_VERSION,
            generation: self.current.letters(),
            previous: self.previous.iter().map(FileName::letters).collect(),
            bytes: self.bytes,
            availability: self.availability.map(|overlay| FileName::manifest(overlay).letters()),
        };
        // Strings and arrays of strings are always JSON.
        serde_json::to_string(&file).unwrap_or_default() + "\n"
    }
}

#[cfg(all(test, feature = "write"))]
mod tests {
    use super::*;
    use crate::file::{Kind, seal};
    use proptest::prelude::*;

    fn name(content: &[u8]) -> FileName {
        seal(Kind::Manifest, content, false).0
    }

    #[test]
    fn the_bytes_are_those_of_the_format() {
        let current = FileName::manifest_of("qqh4o4uyynsbvzy4").unwrap();
        let alone = Pointer { current, previous: Vec::new(), bytes: None, availability: None };
        let start = r#"{"format":2,"generation":"qqh4o4uyynsbvzy4","previous":["#;
        assert_eq!(alone.to_json(), format!("{start}]}}\n"));
        let older = Pointer { current, previous: vec![current], bytes: None, availability: None };
        assert_eq!(older.to_json(), format!("{start}\"qqh4o4uyynsbvzy4\"]}}\n"));
        let counted = Pointer { bytes: Some(2_799_715), ..alone };
        assert_eq!(counted.to_json(), format!("{start}],\"bytes\":2799715}}\n"));
    }

    #[test]
    fn each_fault_is_named() {
        let (a, b) = (name(b"a"), name(b"b"));
        let error = |file: &str| Pointer::parse(file.as_bytes()).unwrap_err().to_string();
        assert!(error("").starts_with("not a pointer: EOF"));
        assert!(error("[]").starts_with("not a pointer: "));
        assert!(error(r#"{"format":2,"previous":[]}"#).contains("missing field `generation`"));
        assert!(error("{}").contains("missing field `format`"));
        for wrong in ["x", "", "AAAAAAAAAAAAAAAA", "aaaaaaaaaaaaaaa1", "../../secret"] {
            let said = error(&format!(r#"{{"format":2,"generation":"{wrong}"}}"#));
            assert_eq!(said, format!("not a pointer: {wrong:?} is not the name of a generation"));
        }
        let good = Pointer { current: a, previous: vec![b], bytes: None, availability: None }.to_json();
        assert!(error(&good.replace(&b.letters(), "m-.bin")).contains(r#""m-.bin" is not the name"#));
        assert!(error(&good.replace(r#""previous":["#, r#""previous":[3,"#)).starts_with("not a pointer: "));
    }

    #[test]
    fn a_pointer_of_another_version_is_refused_as_of_that_version() {
        let error = |file: &str| Pointer::parse(file.as_bytes()).unwrap_err().to_string();
        let first = r#"{"generation":"aaaaaaaaaaaaaaaa","manifest":"m-aaaaaaaaaaaaaaaa.bin","previous":[{"generation":"b","manifest":"m"}]}"#;
        for (file, said) in
            [(first, "format version 1"), (r#"{"format":9,"all":"else"}"#, "format version 9")]
        {
            let error = error(file);
            assert!(
                error.contains(said) && error.contains("reads 2") && error.contains("rebuild"),
                "{error}"
            );
        }
    }

    #[test]
    fn unknown_members_are_ignored_and_previous_may_be_missing() {
        let file = r#"{"format":2,"generation":"aaaaaaaaaaaaaaaa","by":[1]}"#;
        assert_eq!(Pointer::parse(file.as_bytes()).unwrap().previous, []);
    }

    proptest! {
        #[test]
        fn a_pointer_round_trips(contents in prop::collection::vec(any::<u64>(), 1..5)) {
            let names: Vec<FileName> = contents.iter().map(|content| name(&content.to_le_bytes())).collect();
            let bytes = contents.first().copied();
            let pointer = Pointer { current: names[0], previous: names[1..].to_vec(), bytes, availability: None };
            let parsed = Pointer::parse(pointer.to_json().as_bytes()).unwrap();
            prop_assert_eq!(parsed.generations().collect::<Vec<_>>(), names);
            prop_assert_eq!(parsed, pointer);
        }

        #[test]
        fn any_bytes_are_refused_without_panic(file: Vec<u8>) {
            prop_assert!(Pointer::parse(&file).is_err());
        }
    }
}
