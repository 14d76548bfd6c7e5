//! Facet columns into files.

use super::sink::Sink;
use crate::columns::{COLUMN_DOCS, Language, UNKNOWN24};
use crate::directory::PlacedFiles;
use crate::file::{FileName, Kind, seal};

/// The facet values of one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetValues {
    /// See [`crate::columns::FacetRow`].
    pub class: u16,
    /// Year or unknown.
    pub year: u16,
    /// Publisher's number or unknown.
    pub publisher: u32,
    /// Language.
    pub language: Language,
    /// Holding libraries' numbers.
    pub libraries: Vec<u16>,
}

/// Writes the columns, document by document.
#[derive(Debug)]
pub struct ColumnsWriter {
    first: u32,
    mask_bytes: usize,
    rows: Vec<FacetValues>,
    files: Vec<(u64, FileName)>,
}

impl ColumnsWriter {
    /// Begins a writer at document 0, for an index of so many libraries.
    #[must_use]
    pub fn new(libraries: usize) -> Self {
        Self { first: 0, mask_bytes: libraries.div_ceil(8), rows: Vec::new(), files: Vec::new() }
    }

    /// Adds the next document.
    pub fn push(&mut self, facets: FacetValues, sink: &mut Sink<'_>) {
        self.rows.push(facets);
        if self.rows.len() == COLUMN_DOCS as usize {
            self.cut(sink);
        }
    }

    /// Closes the last file.
    pub fn finish(mut self, sink: &mut Sink<'_>) -> PlacedFiles {
        self.cut(sink);
        PlacedFiles::new(&self.files)
    }

    fn cut(&mut self, sink: &mut Sink<'_>) {
        if self.rows.is_empty() {
            return;
        }
        let rows = std::mem::take(&mut self.rows);
        let three = |value: u32| {
            let [a, b, c, _] = value.min(UNKNOWN24).to_le_bytes();
            [a, b, c]
        };
        let mut payload = self.first.to_le_bytes().to_vec();
        payload.extend((rows.len() as u16).to_le_bytes());
        payload.extend((self.mask_bytes as u16).to_le_bytes());
        rows.iter().for_each(|row| payload.extend(row.class.to_le_bytes()));
        rows.iter().for_each(|row| payload.extend(row.year.to_le_bytes()));
        rows.iter().for_each(|row| payload.extend(three(row.publisher)));
        rows.iter().for_each(|row| payload.push(row.language as u8));
        for row in &rows {
            let mut mask = vec![0u8; self.mask_bytes];
            for library in &row.libraries {
                if let Some(byte) = mask.get_mut(usize::from(library / 8)) {
                    *byte |= 1 << (library % 8);
                }
            }
            payload.extend(mask);
        }
        let (name, bytes) = seal(Kind::Facets, &payload, true);
        sink(name, bytes);
        self.files.push((self.first.into(), name));
        self.first += rows.len() as u32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::Block;
    use std::collections::HashMap;

    #[test]
    fn columns_round_trip_over_file_borders() {
        let mut files = HashMap::new();
        let mut sink = |name: FileName, bytes: Vec<u8>| {
            files.insert(name, bytes);
        };
        let facet = |doc: u32| FacetValues {
            class: doc as u16,
            year: 2000 + (doc % 30) as u16,
            publisher: doc * 7,
            language: Language::ALL[doc as usize % 3],
            libraries: vec![(doc % 20) as u16],
        };
        let docs = COLUMN_DOCS + 5;
        let mut writer = ColumnsWriter::new(20);
        (0..docs).for_each(|doc| writer.push(facet(doc), &mut sink));
        let facets = writer.finish(&mut sink);
        for doc in 0..docs {
            let name = facets.name(facets.find(doc.into()).unwrap().0).unwrap();
            let Block::Facets(columns) = Block::open(&name, files[&name].clone()).unwrap() else {
                panic!("facets")
            };
            let (row, values) = (columns.get(doc).unwrap(), facet(doc));
            assert_eq!(
                (row.class, row.year, row.publisher, row.language),
                (values.class, values.year, values.publisher, values.language)
            );
            assert_eq!(columns.get(docs), None);
            assert!((0..20).all(|library| row.held_by(library) == values.libraries.contains(&library)));
        }
    }
}
