//! The pointer file, which names the generation in force (section 2 of `docs/INDEX_FORMAT.md`).
//!
//! The only file of an index whose content changes under its name, and the only one that is JSON. Whoever reads,
//! writes or names it does so here.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::file::{FileName, Kind, OpenError};

/// The pointer's name in the folder of an index.
pub const FILE_NAME: &str = "current.json";

/// Names the generation in force and the earlier ones whose files are still there.
///
/// ```
/// use seoga_index::pointer::Pointer;
///
/// let file = br#"{"generation":"qqh4o4uyynsbvzy4","manifest":"m-qqh4o4uyynsbvzy4.bin","previous":[]}"#;
/// let pointer = Pointer::parse(file)?;
/// assert_eq!(pointer.current.letters(), "qqh4o4uyynsbvzy4");
///
/// let error = Pointer::parse(br#"{"generation":"qqh4o4uyynsbvzy4"}"#).unwrap_err();
/// assert_eq!(error.to_string(), "not a pointer: missing field `manifest` at line 1 column 33");
/// # Ok::<(), seoga_index::pointer::PointerError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointer {
    /// The manifest of the generation in force.
    pub current: FileName,
    /// The manifests of the earlier generations, the newest first.
    pub previous: Vec<FileName>,
}

/// Says why a file is no pointer.
#[derive(Debug)]
#[non_exhaustive]
pub enum PointerError {
    /// The file is not JSON of the right shape.
    Json(serde_json::Error),
    /// A member `manifest` is no name of an index file.
    Name {
        /// The member's value.
        manifest: String,
        /// Says why it is no name.
        source: OpenError,
    },
    /// A member `manifest` names another file than the manifest of its `generation`.
    Mismatch {
        /// The value of `generation`.
        generation: String,
        /// The value of `manifest`.
        manifest: String,
    },
}

impl fmt::Display for PointerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => write!(f, "not a pointer: {error}"),
            Self::Name { manifest, source } => write!(f, "{manifest}: {source}"),
            Self::Mismatch { generation, manifest } => {
                write!(f, "{manifest} is not the manifest of {generation}")
            }
        }
    }
}

impl std::error::Error for PointerError {}

/// Mirrors the members of the file, in the order they are written in.
#[derive(Deserialize, Serialize)]
struct File {
    generation: String,
    manifest: String,
    #[serde(default)]
    previous: Vec<Entry>,
}

/// Mirrors an element of `previous`.
#[derive(Deserialize, Serialize)]
struct Entry {
    generation: String,
    manifest: String,
}

/// Checks that a manifest's name and its generation agree.
fn manifest(generation: String, manifest: String) -> Result<FileName, PointerError> {
    match manifest.parse::<FileName>() {
        Ok(name) if name.kind == Kind::Manifest && name.letters() == generation => Ok(name),
        Ok(_) => Err(PointerError::Mismatch { generation, manifest }),
        Err(source) => Err(PointerError::Name { manifest, source }),
    }
}

impl Pointer {
    /// Parses the bytes of a pointer file; members it does not know are ignored.
    ///
    /// # Errors
    /// [`PointerError`] when the file is no JSON object of this shape, or a generation and its manifest disagree.
    pub fn parse(file: &[u8]) -> Result<Self, PointerError> {
        let file: File = serde_json::from_slice(file).map_err(PointerError::Json)?;
        let current = manifest(file.generation, file.manifest)?;
        let previous = file.previous.into_iter().map(|entry| manifest(entry.generation, entry.manifest));
        Ok(Self { current, previous: previous.collect::<Result<_, _>>()? })
    }

    /// Iterates over the manifests of all generations: the one in force, then the earlier ones, the newest first.
    pub fn generations(&self) -> impl Iterator<Item = FileName> + '_ {
        std::iter::once(self.current).chain(self.previous.iter().copied())
    }

    /// Writes the pointer as one line of JSON with its line end.
    #[cfg(feature = "write")]
    #[must_use]
    pub fn to_json(&self) -> String {
        let entry = |name: &FileName| Entry { generation: name.letters(), manifest: name.to_string() };
        let Entry { generation, manifest } = entry(&self.current);
        let file = File { generation, manifest, previous: self.previous.iter().map(entry).collect() };
        // Strings and arrays of strings are always JSON.
        serde_json::to_string(&file).unwrap_or_default() + "\n"
    }
}

#[cfg(all(test, feature = "write"))]
mod tests {
    use super::*;
    use crate::file::seal;
    use proptest::prelude::*;

    fn name(content: &[u8]) -> FileName {
        seal(Kind::Manifest, content, false).0
    }

    #[test]
    fn the_bytes_are_those_of_the_format() {
        let current: FileName = "m-qqh4o4uyynsbvzy4.bin".parse().unwrap();
        let alone = Pointer { current, previous: Vec::new() };
        let start = r#"{"generation":"qqh4o4uyynsbvzy4","manifest":"m-qqh4o4uyynsbvzy4.bin","previous":["#;
        assert_eq!(alone.to_json(), format!("{start}]}}\n"));
        let older = Pointer { current, previous: vec![current] };
        let entry = r#"{"generation":"qqh4o4uyynsbvzy4","manifest":"m-qqh4o4uyynsbvzy4.bin"}"#;
        assert_eq!(older.to_json(), format!("{start}{entry}]}}\n"));
    }

    #[test]
    fn each_fault_is_named() {
        let (a, b) = (name(b"a"), name(b"b"));
        let error = |file: &str| Pointer::parse(file.as_bytes()).unwrap_err().to_string();
        let entry = |generation: &str, manifest: &str| {
            format!(r#"{{"generation":"{generation}","manifest":"{manifest}"}}"#)
        };
        assert!(error("").starts_with("not a pointer: EOF"));
        assert!(error("[]").starts_with("not a pointer: "));
        assert!(error(r#"{"manifest":"m-aaaaaaaaaaaaaaaa.bin"}"#).contains("missing field `generation`"));
        assert_eq!(error(&entry("x", "current.json")), "current.json: not the name of an index file");
        let other = error(&entry(&a.letters(), &b.to_string()));
        assert_eq!(other, format!("{b} is not the manifest of {}", a.letters()));
        let records = seal(Kind::Records, b"r", false).0;
        assert!(error(&entry(&records.letters(), &records.to_string())).contains("is not the manifest of"));
        let good = Pointer { current: a, previous: vec![b] }.to_json();
        assert!(error(&good.replace(&b.to_string(), "m-.bin")).starts_with("m-.bin: "));
        assert!(error(&good.replace(r#""previous":["#, r#""previous":[3,"#)).starts_with("not a pointer: "));
    }

    #[test]
    fn unknown_members_are_ignored_and_previous_may_be_missing() {
        let file = r#"{"generation":"aaaaaaaaaaaaaaaa","by":[1],"manifest":"m-aaaaaaaaaaaaaaaa.bin"}"#;
        assert_eq!(Pointer::parse(file.as_bytes()).unwrap().previous, []);
    }

    proptest! {
        #[test]
        fn a_pointer_round_trips(contents in prop::collection::vec(any::<u64>(), 1..5)) {
            let names: Vec<FileName> = contents.iter().map(|content| name(&content.to_le_bytes())).collect();
            let pointer = Pointer { current: names[0], previous: names[1..].to_vec() };
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
