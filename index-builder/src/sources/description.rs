//! A book as a record describes it, and its way into the catalogue: what all formats of records but MARC have in common.
//!
//! Knows no format. Invariant: a description becomes a row for each of its ISBNs and holders, one without a number where it has no ISBN, or is counted as rejected with the
//! reason.

use super::batch::Batch;
use super::columns;
use super::inputs::Declared;
use crate::catalogue::{FactKind, Row, Shelf, TextId, isbn};
use crate::report::FindingKind;

/// A book as recorded; empty where nothing is said.
#[derive(Debug, Default)]
pub(super) struct Description {
    pub(super) isbns: Vec<String>,
    pub(super) title: String,
    pub(super) subtitle: String,
    pub(super) part_title: String,
    pub(super) other_titles: Vec<String>,
    /// The statement of responsibility; where there is none, it is made of the contributors.
    pub(super) authors: String,
    pub(super) contributors: Vec<Contributor>,
    pub(super) publisher: String,
    pub(super) year: String,
    pub(super) class_no: String,
    pub(super) volume: String,
    /// Series, each with the number in it.
    pub(super) series: Vec<(String, String)>,
    pub(super) edition: String,
    pub(super) language: String,
    pub(super) keywords: Vec<String>,
    pub(super) loans: String,
    pub(super) controls: Vec<String>,
    pub(super) holdings: Vec<Holding>,
}

/// A person or body with a part in a book.
#[derive(Debug, Default)]
pub(super) struct Contributor {
    pub(super) name: String,
    /// A MARC relator code (`aut`, `trl` …); empty where it is not said.
    pub(super) role: String,
}

/// A library that holds a book.
#[derive(Debug, Default)]
pub(super) struct Holding {
    pub(super) library: String,
    pub(super) registered: String,
    pub(super) call_number: String,
    pub(super) room: String,
}

impl Description {
    /// Cleans the description and adds its rows; `number` is its line or place in the file.
    pub(super) fn push(&self, number: u32, declared: &Declared, batch: &mut Batch) {
        let facts = batch.facts_so_far();
        let isbns = self.isbns13(number, batch);
        let title = match self.subtitle.trim() {
            "" => self.title.clone(),
            subtitle => format!("{} : {subtitle}", self.title.trim()),
        };
        let title_id = batch.text_id(number, columns::TITLE, &title, false);
        if title_id == TextId::EMPTY {
            batch.reject(number, columns::TITLE.name, FindingKind::TitleMissing, &title);
            return;
        }
        let mut row = batch.row(number, 0, title_id);
        let (statement, others) = self.statement();
        for other in &self.other_titles {
            let id = batch.text_id(number, columns::OTHER_TITLE, other, false);
            batch.fact(FactKind::OtherTitle, if id == title_id { TextId::EMPTY } else { id }, TextId::EMPTY);
        }
        for other in others {
            let id = batch.text_id(number, columns::AUTHORS, other, true);
            batch.fact(FactKind::OtherAuthors, id, TextId::EMPTY);
        }
        self.more_facts(number, batch);
        row.facts = batch.facts_since(facts);
        row.authors = batch.text_id(number, columns::AUTHORS, &statement, true);
        row.publisher = batch.text_id(number, columns::PUBLISHER, &self.publisher, false);
        row.class_no = batch.class_id(number, columns::CLASS, &self.class_no);
        row.volume = batch.short_text_id(number, columns::VOLUME, &self.volume);
        row.year = batch.year(number, columns::YEAR, &self.year);
        row.loans = batch.loans(number, &self.loans);
        row.language = batch.texts.id(&seoga_text::language::short(&self.language));
        let words = batch.clean_keywords(number, columns::KEYWORDS, self.keywords.clone());
        let held = self.held(number, declared, row, batch);
        for isbn13 in isbns {
            batch.add_keywords(isbn13, number, words.clone());
            batch.rows.extend(held.iter().map(|row| Row { isbn13, ..*row }));
        }
    }

    /// The ISBNs, each once, those in use before wrong ones; one that is 0 where there is none.
    fn isbns13(&self, number: u32, batch: &mut Batch) -> Vec<u64> {
        let mut found: Vec<u64> = Vec::new();
        for cell in &self.isbns {
            if let Ok(isbn) = isbn::read(cell)
                && isbn.checked
                && !found.contains(&isbn.isbn13)
            {
                found.push(batch.isbn(number, columns::ISBN, cell));
            }
        }
        if found.is_empty() {
            let cell = self.isbns.join(", ");
            found.push(batch.isbn(number, columns::ISBN, &cell));
        }
        found
    }

    /// The statement of responsibility, and the names that it lacks.
    fn statement(&self) -> (String, Vec<&str>) {
        if !self.authors.trim().is_empty() {
            let lacks = |name: &&str| !self.authors.contains(name);
            return (
                self.authors.clone(),
                self.contributors.iter().map(|one| one.name.as_str()).filter(lacks).collect(),
            );
        }
        let is_author = |one: &&Contributor| matches!(one.role.as_str(), "" | "aut" | "cre");
        let first: Vec<&str> =
            self.contributors.iter().filter(is_author).map(|one| one.name.as_str()).collect();
        let rest = self.contributors.iter().filter(|one| !is_author(one)).map(|one| one.name.as_str());
        match first.is_empty() {
            true => (rest.collect::<Vec<_>>().join(", "), Vec::new()),
            false => (first.join(", "), rest.collect()),
        }
    }

    fn more_facts(&self, number: u32, batch: &mut Batch) {
        for control in &self.controls {
            let id = batch.text_id(number, columns::CONTROL, control, false);
            batch.fact(FactKind::Control, id, TextId::EMPTY);
        }
        let part = batch.text_id(number, columns::TITLE, &self.part_title, false);
        batch.fact(FactKind::PartTitle, part, TextId::EMPTY);
        for (name, place) in &self.series {
            let id = batch.text_id(number, columns::SERIES, name, false);
            let place = batch.short_text_id(number, columns::SERIES, place);
            batch.fact(FactKind::Series, id, place);
        }
        let edition = batch.text_id(number, columns::TITLE, &self.edition, false);
        batch.fact(FactKind::Edition, edition, TextId::EMPTY);
        for Contributor { name, role } in &self.contributors {
            let id = batch.text_id(number, columns::AUTHORS, name, true);
            let role = batch.texts.id(role);
            batch.fact(FactKind::Contributor, id, role);
        }
    }

    /// A row for each library: the declared one, or those of the record; one without a library where it names none.
    fn held(&self, number: u32, declared: &Declared, row: Row, batch: &mut Batch) -> Vec<Row> {
        if let Some(name) = &declared.library {
            return vec![Row { library: batch.library(name), ..row }];
        }
        let mut rows = Vec::new();
        for holding in &self.holdings {
            let name = batch.text(number, columns::LIBRARY, &holding.library, false);
            if name.is_empty() {
                continue;
            }
            let library = batch.library(&name);
            let registered = batch.registered(number, &holding.registered, None);
            let shelf = Shelf {
                call_number: batch.short_text_id(number, columns::CALL_NUMBER, &holding.call_number),
                room: batch.short_text_id(number, columns::ROOM, &holding.room),
                copies: 0,
            };
            rows.push(Row { library, registered, shelf, ..row });
        }
        if rows.is_empty() {
            rows.push(row);
        }
        rows
    }
}
