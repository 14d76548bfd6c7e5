//! A stored choice, opened: what was asked is read out of its query id, and both make a line of the export.
//!
//! For the export here, and for an operator who reads a store that the edge itself only writes (`DynamoDB`). Where records
//! come from and who may have them is not decided here. Invariant: wherever a record was stored, its line is the same.

use seoga_index::file::FileName;
use seoga_index::manifest::Manifest;
use serde::Serialize;

use crate::choices::query_id::ClaimedQuery;
use crate::choices::record::Record;

/// A line of the export.
#[derive(Serialize)]
struct Line<'a> {
    user_id: &'a str,
    query_id: &'a str,
    /// `null`: none of the results was what was looked for.
    id: Option<&'a str>,
    /// `null` as well where the book has no ISBN.
    isbn13: Option<&'a str>,
    query: String,
    /// `null` when the generation that numbers them is gone.
    libraries: Option<Vec<&'a str>>,
    /// The class asked for, as a number or its beginning, where it was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<&'a str>,
    /// The classes asked for, where they were several.
    #[serde(skip_serializing_if = "Option::is_none")]
    classes: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rank: Option<u32>,
    generation: String,
    chosen_at: &'a str,
}

/// A record with what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredChoice {
    record: Record,
    asked: ClaimedQuery,
}

impl StoredChoice {
    /// Reads a record as it is stored, in JSON: `user_id`, `query_id`, `id` and `isbn13` (null where none of the results was it),
    /// `chosen_at` and, where it is known, `rank`. `None` when it is no such record. The signature of the query id was checked when it was stored; its key may be gone.
    pub fn read(json: &str) -> Option<Self> {
        Self::of(serde_json::from_str(json).ok()?)
    }

    pub(crate) fn of(record: Record) -> Option<Self> {
        let asked = ClaimedQuery::read(&record.query_id)?;
        Some(Self { record, asked })
    }

    /// Names the generation that answered.
    pub fn generation(&self) -> String {
        self.asked.generation_name()
    }

    /// Names the file of the index that has the names of the libraries asked for; `None` when none was.
    pub fn names_file(&self) -> Option<String> {
        let name = FileName::manifest(self.asked.generation);
        (!self.asked.filters.libraries.is_empty()).then(|| name.to_string())
    }

    /// Writes the line, without a line end. `names` are those of that file, in its order; `None` when the file is gone.
    pub fn line<'a>(&'a self, names: Option<&'a [String]>) -> String {
        let chosen = &self.asked.filters.libraries;
        let of = |names: &'a [String]| -> Vec<&'a str> {
            chosen.iter().filter_map(|n| Some(names.get(usize::from(*n))?.as_str())).collect()
        };
        let libraries = if chosen.is_empty() { Some(Vec::new()) } else { names.map(of) };
        let (class, classes) = match self.asked.filters.classes.as_slice() {
            [] => (None, None),
            [class] => (Some(class.as_str()), None),
            several => (None, Some(several)),
        };
        let line = Line {
            user_id: &self.record.user_id,
            query_id: &self.record.query_id,
            id: self.record.book(),
            isbn13: self.record.isbn13.as_deref(),
            query: self.asked.query(),
            libraries,
            class,
            classes,
            rank: self.record.rank,
            generation: self.generation(),
            chosen_at: &self.record.chosen_at,
        };
        serde_json::to_string(&line).unwrap_or_default()
    }
}

/// Reads the names of an index's libraries out of the file that [`StoredChoice::names_file`] names.
///
/// # Errors
/// A text that names the file and says how it is damaged, or that it is not the one that its name promises.
pub fn library_names(name: &str, file: &[u8]) -> Result<Vec<String>, String> {
    let name: FileName = name.parse().map_err(|error| format!("{name}: {error}"))?;
    let manifest = Manifest::open(&name, file).map_err(|error| format!("{name}: {error}"))?;
    Ok(manifest.libraries.into_iter().map(|library| library.name).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choices::record::Field;
    use crate::config::Key;
    use seoga_search::{Filters, Group, Sort};
    use seoga_text::day::Day;

    fn stored(libraries: Vec<u16>) -> StoredChoice {
        record(libraries, &[], r#""isbn13":"9788966260959","rank":3"#)
    }

    fn record(libraries: Vec<u16>, classes: &[&str], book: &str) -> StoredChoice {
        let asked = ClaimedQuery {
            day: Day(20_000),
            generation: [7; 10],
            text: "VKDLTJS".to_owned(),
            filters: Filters {
                libraries,
                classes: classes.iter().map(|class| (*class).to_owned()).collect(),
                ..Filters::default()
            },
            sort: Sort::Relevance,
            group: Group::None,
        };
        let query_id = asked.sign(&Key { id: 1, secret: vec![b'k'; 32] });
        let json =
            format!(r#"{{"user_id":"u","query_id":"{query_id}",{book},"chosen_at":"2026-11-21T00:00:00Z"}}"#);
        StoredChoice::read(&json).unwrap()
    }

    #[test]
    fn a_line_has_what_was_asked_and_the_names_of_its_libraries() {
        let names = ["강남", "강동", "강북"].map(str::to_owned);
        let line = |stored: &StoredChoice, names| {
            serde_json::from_str::<serde_json::Value>(&stored.line(names)).unwrap()
        };
        let some = stored(vec![0, 2, 9]);
        let told = line(&some, Some(&names));
        assert_eq!(told["query"], "vkdltjs");
        // A number that the file has no name for is passed over.
        assert_eq!(told["libraries"], serde_json::json!(["강남", "강북"]));
        assert_eq!((&told["rank"], &told["user_id"]), (&3.into(), &"u".into()));
        assert_eq!(told["generation"], some.generation());
        assert_eq!(some.names_file(), Some(format!("{}/m.bin", some.generation())));
        assert!(line(&some, None)["libraries"].is_null());
        let all = stored(Vec::new());
        assert_eq!((all.names_file(), line(&all, None)["libraries"].clone()), (None, serde_json::json!([])));
    }

    #[test]
    fn a_line_has_the_id_whether_the_record_is_from_before_there_were_ids_or_not() {
        for (book, id, isbn13) in [
            (r#""isbn13":"9788966260959""#, Some("9788966260959"), Some("9788966260959")),
            (
                r#""id":"9788966260959","isbn13":"9788966260959""#,
                Some("9788966260959"),
                Some("9788966260959"),
            ),
            (r#""id":"xabcdefghijkl","isbn13":null"#, Some("xabcdefghijkl"), None),
            (r#""id":null,"isbn13":null"#, None, None),
            (r#""isbn13":null"#, None, None),
        ] {
            let line: serde_json::Value =
                serde_json::from_str(&record(Vec::new(), &[], book).line(None)).unwrap();
            assert_eq!((line["id"].as_str(), line["isbn13"].as_str()), (id, isbn13), "{book}");
        }
    }

    #[test]
    fn a_line_of_none_of_these_has_no_book_and_the_class_that_was_asked() {
        let line = record(Vec::new(), &["005"], r#""isbn13":null"#).line(None);
        let line: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(line.get("classes"), None, "one class was asked for");
        assert_eq!((&line["isbn13"], &line["class"]), (&serde_json::Value::Null, &"005".into()));
        assert!(line.as_object().unwrap().contains_key("isbn13"), "{line}");
        assert_eq!((line.get("rank"), line["query"].as_str()), (None, Some("vkdltjs")));
        let picked: serde_json::Value = serde_json::from_str(&stored(Vec::new()).line(None)).unwrap();
        assert_eq!(picked.get("class"), None, "no class was asked for");
        let several = record(Vec::new(), &["005", "813.7"], r#""isbn13":null"#).line(None);
        let several: serde_json::Value = serde_json::from_str(&several).unwrap();
        assert_eq!((several.get("class"), &several["classes"]), (None, &serde_json::json!(["005", "813.7"])));
    }

    #[test]
    fn what_is_no_record_is_none() {
        for json in ["", "{}", "[]", r#"{"user_id":"u","query_id":"AAAA","isbn13":"1","chosen_at":"x"}"#] {
            assert_eq!(StoredChoice::read(json), None, "{json}");
        }
        assert!(library_names("aaaaaaaaaaaaaaaa/m.bin", b"no file of ours").is_err());
        assert!(library_names("../x", b"").is_err());
    }

    #[test]
    fn a_line_says_nothing_that_visitors_are_not_told_of() {
        let told: Vec<&str> = Field::ALL
            .iter()
            .flat_map(|field| field.decoded().iter().copied().chain([field.name()]))
            .collect();
        for classes in [&["005"][..], &["005", "813.7"]] {
            let whole = record(Vec::new(), classes, r#""isbn13":"9788966260959","rank":3"#);
            let line: serde_json::Value = serde_json::from_str(&whole.line(None)).unwrap();
            for member in line.as_object().unwrap().keys() {
                assert!(told.contains(&member.as_str()), "{member}");
            }
        }
    }
}
