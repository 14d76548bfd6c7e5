//! `cargo xtask deploy` and `rollback --code`: worker or functions, and the infrastructure they run on.
//!
//! What is served by them, the index, is `rebuild`'s matter. The programs of the platforms do the work (`wrangler`, `aws`);
//! here are the order of the steps and what each needs of the one before. Invariant: with `--dry-run` nothing is changed
//! anywhere, and every command that would run is printed as it would be typed.

pub(crate) mod aws;
mod cloudflare;
mod releases;
mod settings;

pub(crate) use settings::Settings;

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::options::Given;
use crate::workspace::Workspace;
use crate::{process, smoke};

/// Carries out `cargo xtask deploy`.
pub(crate) fn run(workspace: &Workspace, given: &Given) -> Result<()> {
    let runner = Runner::new(given);
    let base = match given.need("--target")? {
        "cloudflare" => cloudflare::deploy(workspace, given, &runner)?,
        "aws" => aws::deploy(workspace, given, &runner)?,
        other => bail!("--target {other:?}: there are cloudflare and aws"),
    };
    runner.smoke(given.one("--base").or(base.as_deref()))
}

/// Carries out `cargo xtask rollback --code`.
pub(crate) fn rollback(workspace: &Workspace, given: &Given) -> Result<()> {
    let runner = Runner::new(given);
    let base = match given.need("--target")? {
        "cloudflare" => cloudflare::rollback(workspace, given, &runner)?,
        "aws" => aws::rollback(workspace, given, &runner)?,
        other => bail!("--target {other:?}: there are cloudflare and aws"),
    };
    runner.smoke(given.one("--base").or(base.as_deref()))
}

/// Runs steps, or prints them.
pub(crate) struct Runner {
    dry: bool,
    /// The steps so far: what each is, and its command.
    #[cfg(test)]
    steps: std::cell::RefCell<Vec<(String, String)>>,
}

impl Runner {
    /// One that changes nothing when `--dry-run` is given.
    pub(crate) fn new(given: &Given) -> Self {
        Self::made(given.has("--dry-run"))
    }

    /// One for questions alone.
    pub(crate) fn for_reading() -> Self {
        Self::made(false)
    }

    fn made(dry: bool) -> Self {
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

    fn smoke(&self, base: Option<&str>) -> Result<()> {
        let Some(base) = base else {
            println!("== not looked at: give --base URL, or run cargo xtask smoke --base URL");
            return Ok(());
        };
        println!("== smoke\n   cargo xtask smoke --base {base}");
        if self.dry { Ok(()) } else { smoke::check(base) }
    }
}

#[cfg(test)]
impl Runner {
    /// One that changes nothing and remembers what it would change.
    fn dry() -> Self {
        Self::made(true)
    }

    fn steps(self) -> Vec<(String, String)> {
        self.steps.into_inner()
    }
}
