//! Machines that ask for blocks instead of reading them.
//!
//! A [`Machine`] is sans-IO: it looks into a [`Store`] of opened blocks and says either which files it lacks or what its
//! answer is. Its caller fetches those files, all at once, puts them into the store and steps again.
//!
//! Invariant: the same index and the same question give the same answer, whatever the store held at first and in
//! whichever rounds the files came.

use std::fmt;

use seoga_index::bytes::Damaged;

use crate::store::{FileId, Store};

/// A question under way: a search, a look-up, suggestions.
///
/// ```
/// use seoga_search::{FileId, Machine, SearchError, Step, Store};
///
/// /// Steps a machine to its end; `fetch` puts files into the store.
/// fn ask<M: Machine>(
///     mut machine: M,
///     store: &dyn Store,
///     fetch: impl Fn(Vec<FileId>),
/// ) -> Result<M::Answer, SearchError> {
///     loop {
///         match machine.step(store)? {
///             Step::Done(answer) => return Ok(answer),
///             Step::Need(files) => fetch(files),
///         }
///     }
/// }
/// ```
pub trait Machine {
    /// The shape of its answer.
    type Answer;

    /// Goes on as far as the blocks at hand allow.
    ///
    /// # Errors
    /// [`SearchError`] when a block is malformed.
    fn step(&mut self, store: &dyn Store) -> Result<Step<Self::Answer>, SearchError>;
}

/// Steps a machine that its caller keeps, to ask it for more once it is done.
impl<M: Machine + ?Sized> Machine for &mut M {
    type Answer = M::Answer;

    fn step(&mut self, store: &dyn Store) -> Result<Step<M::Answer>, SearchError> {
        (**self).step(store)
    }
}

/// Questions that go on side by side: the files that they lack are fetched in the same rounds.
///
/// It takes a number of rounds at most: the answer of a question that needs more is `None`.
#[derive(Debug)]
pub struct Beside<M: Machine> {
    questions: Vec<(M, Option<M::Answer>)>,
    rounds: u32,
}

impl<M: Machine> Beside<M> {
    /// Puts questions side by side, for so many rounds.
    pub fn new(questions: impl IntoIterator<Item = M>, rounds: u32) -> Self {
        Self { questions: questions.into_iter().map(|question| (question, None)).collect(), rounds }
    }
}

impl<M: Machine> Machine for Beside<M> {
    type Answer = Vec<Option<M::Answer>>;

    fn step(&mut self, store: &dyn Store) -> Result<Step<Self::Answer>, SearchError> {
        let mut needed = Vec::new();
        for (question, answer) in self.questions.iter_mut().filter(|(_, answer)| answer.is_none()) {
            match question.step(store)? {
                Step::Need(files) => {
                    for file in files {
                        if !needed.contains(&file) {
                            needed.push(file);
                        }
                    }
                }
                Step::Done(done) => *answer = Some(done),
            }
        }
        if needed.is_empty() || self.rounds == 0 {
            return Ok(Step::Done(self.questions.drain(..).map(|(_, answer)| answer).collect()));
        }
        self.rounds -= 1;
        Ok(Step::Need(needed))
    }
}

/// The state of a machine after a step.
#[derive(Debug, Clone, PartialEq)]
pub enum Step<T> {
    /// Fetch these files, all at once, put them into the store, step again.
    Need(Vec<FileId>),
    /// The answer.
    Done(T),
}

/// Reports an index that does not hold together: a builder's fault, not a visitor's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchError {
    /// The file in which it showed, where one can be named.
    pub file: Option<FileId>,
    /// The part that is malformed.
    pub damaged: Damaged,
}

impl fmt::Display for SearchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.damaged.fmt(f)
    }
}

impl std::error::Error for SearchError {}
