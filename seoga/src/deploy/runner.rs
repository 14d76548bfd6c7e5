//! Steps that change something, and questions about a platform: run, or printed as they would be typed.
//!
//! Invariant: a dry runner changes nothing anywhere, and prints every command that would run.

use std::process::Command;

use anyhow::{Context, Result, bail};
use seoga_host::process;

/// Runs steps, or prints them.
pub(crate) struct Runner {
    dry: bool,
    /// The steps so far: what each is, and its command.
    #[cfg(test)]
    steps: std::cell::RefCell<Vec<(String, String)>>,
}

impl Runner {
    /// Makes one; a dry one changes nothing.
    pub(crate) fn new(dry: bool) -> Self {
        Self {
            dry,
            #[cfg(test)]
            steps: std::cell::RefCell::default(),
        }
    }

    /// A step that changes something.
    pub(crate) fn step(&self, what: &str, command: &mut Command) -> Result<()> {
        println!("== {what}\n   {}", process::line(command));
        #[cfg(test)]
        self.steps.borrow_mut().push((what.to_owned(), process::line(command)));
        if self.dry {
            return Ok(());
        }
        process::run(command).with_context(|| format!("{what} failed"))
    }

    /// Something to be known of the platform. In a dry run its name stands for it.
    pub(crate) fn ask(&self, what: &str, command: &mut Command) -> Result<String> {
        if self.dry {
            println!("== ask for {what}\n   {}", process::line(command));
            return Ok(format!("<{what}>"));
        }
        let answer = process::output(command).with_context(|| format!("asking for {what}"))?;
        let answer = answer.trim();
        if answer.is_empty() || answer == "None" {
            bail!("there is no {what}: {}", process::line(command));
        }
        Ok(answer.to_owned())
    }

    /// Whether nothing is to be changed.
    pub(crate) fn is_dry(&self) -> bool {
        self.dry
    }
}

#[cfg(test)]
impl Runner {
    /// One that changes nothing and remembers what it would change.
    pub(crate) fn dry() -> Self {
        Self::new(true)
    }

    pub(crate) fn steps(self) -> Vec<(String, String)> {
        self.steps.into_inner()
    }
}
