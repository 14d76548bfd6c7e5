//! Notes the files that a machine asks for.

use seoga_search::{FileId, Machine, SearchError, Step, Store};

/// Steps a machine and keeps the files of each round.
pub(crate) struct Noted<M> {
    machine: M,
    /// The files asked for, by round.
    pub(crate) rounds: Vec<Vec<FileId>>,
}

impl<M> Noted<M> {
    /// Begins with a machine that was not stepped yet.
    pub(crate) fn new(machine: M) -> Self {
        Self { machine, rounds: Vec::new() }
    }
}

impl<M: Machine> Machine for Noted<M> {
    type Answer = M::Answer;

    fn step(&mut self, store: &dyn Store) -> Result<Step<M::Answer>, SearchError> {
        let step = self.machine.step(store);
        if let Ok(Step::Need(files)) = &step {
            self.rounds.push(files.clone());
        }
        step
    }
}
