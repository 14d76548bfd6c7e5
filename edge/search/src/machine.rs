//! The machines: a search, a look-up, suggestions.

use std::fmt;
use std::sync::Arc;

use seoga_index::bytes::Damaged;
use seoga_index::manifest::Manifest;
use seoga_index::record::Record;
use seoga_index::suggest::Suggestion;

use crate::answer::Answer;
use crate::request::Request;
use crate::store::{FileId, Store};

/// What a machine says when it stops.
#[derive(Debug, Clone, PartialEq)]
pub enum Step<T> {
    /// Fetch these files, all at once, put them into the store, step again.
    Need(Vec<FileId>),
    /// The answer.
    Done(T),
}

/// An index that does not hold together: a builder's fault, not a visitor's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchError {
    /// The file in which it showed, where one can be named.
    pub file: Option<FileId>,
    /// What is malformed.
    pub damaged: Damaged,
}

impl fmt::Display for SearchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.damaged.fmt(f)
    }
}

impl std::error::Error for SearchError {}

/// A search under way.
#[derive(Debug)]
pub struct Search {
    _manifest: Arc<Manifest>,
    _request: Request,
}

impl Search {
    /// Begins a search.
    #[must_use]
    pub fn new(manifest: Arc<Manifest>, request: Request) -> Self {
        Self { _manifest: manifest, _request: request }
    }

    /// Goes on as far as the blocks at hand allow.
    ///
    /// # Errors
    /// [`SearchError`] when a block is malformed.
    pub fn step(&mut self, _store: &dyn Store) -> Result<Step<Answer>, SearchError> {
        Ok(Step::Done(Answer::default()))
    }
}

/// Finds the record of an ISBN-13.
#[derive(Debug)]
pub struct Lookup {
    _manifest: Arc<Manifest>,
    _isbn13: u64,
}

impl Lookup {
    /// Begins a look-up.
    #[must_use]
    pub fn new(manifest: Arc<Manifest>, isbn13: u64) -> Self {
        Self { _manifest: manifest, _isbn13: isbn13 }
    }

    /// Goes on as far as the blocks at hand allow.
    ///
    /// # Errors
    /// [`SearchError`] when a block is malformed.
    pub fn step(&mut self, _store: &dyn Store) -> Result<Step<Option<Record>>, SearchError> {
        Ok(Step::Done(None))
    }
}

/// Completes what is being typed.
#[derive(Debug)]
pub struct Suggest {
    _manifest: Arc<Manifest>,
    _text: String,
    _limit: usize,
}

impl Suggest {
    /// Begins: `text` as typed so far, at most `limit` suggestions.
    #[must_use]
    pub fn new(manifest: Arc<Manifest>, text: &str, limit: usize) -> Self {
        Self { _manifest: manifest, _text: text.to_owned(), _limit: limit }
    }

    /// Goes on as far as the blocks at hand allow.
    ///
    /// # Errors
    /// [`SearchError`] when a block is malformed.
    pub fn step(&mut self, _store: &dyn Store) -> Result<Step<Vec<Suggestion>>, SearchError> {
        Ok(Step::Done(Vec::new()))
    }
}
